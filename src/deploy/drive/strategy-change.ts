/** What a rollout changes about how the service is deployed, and the gate that goes with it. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { AnalysisCheck, StrategyWish } from '../configuration/configuration.ts';
import { createMeasure } from '../measure/create-measure.ts';
import type { Measure } from '../measure/measure.ts';
import type { Session } from '../session/session.ts';
import { defaultTimeoutMs } from '../strategy/default-timeout.ts';
import { strategyConfiguration, type StrategyConfiguration } from '../strategy/native-strategy.ts';
import { wantedGate } from '../strategy/rollout-gate.ts';
import { checkStrategyWish } from '../strategy/wish-checks.ts';
import type { OpenService } from './open-service.ts';
import type { GatePlan } from './roll-out.ts';

/** What is asked for. */
export interface StrategyRequest {
  readonly strategy?: StrategyWish;
  readonly analysis?: readonly AnalysisCheck[];
  readonly timeoutMs?: number;
  /** What the service definition says, which is changed with the rollout: the default of the timeout goes by it. */
  readonly written?: DeploymentConfiguration | undefined;
}

/** How the rollout will go. */
export interface StrategyPlan {
  /** Members of the deployment configuration that UpdateService changes; undefined where it is left alone. */
  readonly change: StrategyConfiguration | undefined;
  readonly gate: GatePlan | undefined;
  readonly timeoutMs: number;
}

/**
 * Plans the strategy of a service that ECS deploys by itself.
 * @param oneWay a hook of this deploy does something that the old version cannot live with
 * @throws UserError (exit code 2) where the service or ECS cannot do it
 */
export function planStrategy(
  session: Session,
  { service, facts }: Pick<OpenService, 'service' | 'facts'>,
  request: StrategyRequest,
  oneWay: boolean,
): StrategyPlan {
  const { strategy: wish, analysis = [] } = request;
  const present = service.deploymentConfiguration ?? {};
  const inForce = { ...present, ...request.written };
  const deadlineMs = Math.max(0, ...analysis.map((check) => check.deadlineMs));
  if (wish === undefined) {
    if (analysis.length > 0) throw analysisWithoutStrategy(facts.strategy);
    return {
      change: undefined,
      gate: undefined,
      timeoutMs: request.timeoutMs ?? defaultTimeoutMs(inForce, 0),
    };
  }
  const change = strategyConfiguration(wish, {
    strategy: facts.strategy,
    bakeTimeInMinutes: present.bakeTimeInMinutes,
  });
  checkStrategyWish(wish, service, analysis);
  const timeoutMs = request.timeoutMs ?? defaultTimeoutMs({ ...inForce, ...change }, deadlineMs);
  const wanted = wantedGate(wish.type, {
    analysis,
    stepBakeMs: wish.stepBakeMs,
    timeoutMs,
    // Who says what ECS shall do without a client means it, whatever a hook did.
    oneWay: oneWay && wish.onClientLoss === undefined,
  });
  return {
    change,
    timeoutMs,
    gate:
      wanted === undefined ? undefined : { wanted, checks: analysis, measure: measureOf(session) },
  };
}

/** What measures for this command, until it is interrupted. */
export function measureOf(session: Session): Measure {
  const { clock, clients, fetch = globalThis.fetch } = session.dependencies;
  return createMeasure({ api: session.api, clients, fetch, clock, signal: session.signal() });
}

function analysisWithoutStrategy(present: string): UserError {
  return new UserError('ANALYSIS', 'an analysis needs a strategy, whose gates it decides', {
    hint:
      present === 'ROLLING'
        ? 'Add strategy.type: blue_green, canary or linear. A rolling update mixes both versions in one target group, so that nothing can be measured apart.'
        : `Add strategy.type: ${present.toLowerCase()}.`,
    exitCode: 2,
  });
}
