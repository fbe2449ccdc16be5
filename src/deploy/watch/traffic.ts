/** How the traffic is shared while ECS shifts it. */
import { lastPart } from '../../base/arn.ts';
import type { ObservedRollout } from '../observed/observation.ts';

/** A revision's percent of traffic; undefined where ECS shifts none. */
export interface Traffic {
  readonly production: number | undefined;
  readonly test: number | undefined;
}

/**
 * The share of a deployment, whose number is that of its service revision (reference: ECS semantics 1.6).
 * @param deploymentId `ecs-svc/NUMBER`
 */
export function trafficOf(deploymentId: string, rollout: ObservedRollout | undefined): Traffic {
  const number = lastPart(deploymentId);
  if (rollout === undefined) return { production: undefined, test: undefined };
  if (lastPart(rollout.targetRevision) === number) {
    return { production: rollout.productionWeight, test: rollout.testWeight };
  }
  const source = rollout.sources.find(({ arn }) => lastPart(arn) === number);
  return { production: source?.productionWeight, test: undefined };
}

/** `20 % of production traffic`, where ECS shifts some. */
export function trafficText(rollout: ObservedRollout): string | undefined {
  const { productionWeight: production, testWeight: test } = rollout;
  const parts = [
    ...(production === undefined ? [] : [`${production} % of production traffic`]),
    ...(test === undefined || test === 0 || production === 100
      ? []
      : [`${test} % of test traffic`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}
