/** Who will move the tasks, as far as that is known. Pure. */
import type { Configuration } from '../configuration/configuration.ts';
import { controllerOf } from '../service-definition/service-definition.ts';
import type { FactSources } from './fact-sources.ts';
import type { PolicyStrategy } from './policy-facts.ts';

/** The strategy that the policy is for, and what was assumed. */
export function strategyOf({ configuration, options, service, serviceDefinition }: FactSources): {
  readonly strategy: PolicyStrategy;
  readonly note?: string;
} {
  if (options.strategy !== undefined) return { strategy: options.strategy };
  const controller =
    service?.deploymentController?.type ??
    (serviceDefinition === undefined ? undefined : controllerOf(serviceDefinition));
  if (controller === 'EXTERNAL') return { strategy: 'task_sets' };
  const wish = configuration.strategy;
  const kinds = [
    wish?.type.toUpperCase(),
    // What the service has now is what a rollout that runs may be.
    service?.deploymentConfiguration?.strategy ?? (service === undefined ? undefined : 'ROLLING'),
    serviceDefinition?.settings.deploymentConfiguration?.strategy,
  ].filter((kind) => kind !== undefined);
  if (controller === undefined && wish !== undefined && needsTaskSets(wish)) {
    return {
      strategy: 'task_sets',
      note: 'these steps need task sets: the policy is for a service with the deployment controller EXTERNAL',
    };
  }
  if (kinds.length === 0) {
    return {
      strategy: 'unknown',
      note: 'the strategy is not known, so that the policy allows for each of them; say it with --strategy',
    };
  }
  const strategy = kinds.some((kind) => kind !== 'ROLLING') ? 'shift' : 'rolling';
  return controller === undefined
    ? {
        strategy,
        note: 'the policy is for a service that ECS deploys (deployment controller ECS); for task sets: --strategy task_sets',
      }
    : { strategy };
}

function needsTaskSets({ steps, traffic, type }: NonNullable<Configuration['strategy']>): boolean {
  const named = Object.values(traffic).some((arn) => arn !== undefined);
  return named || (type !== 'rolling' && new Set(steps).size > 1);
}
