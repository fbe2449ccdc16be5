/** Rules of capacity provider strategies (reference: ECS semantics 4.2, 4.3). */
import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import type { Cluster } from '../state/entities.ts';
import { isFargateProvider } from '../state/new-service-task.ts';
import { invalidParameter } from './ecs-errors.ts';

const MOST_ITEMS = 20;
const MOST_WEIGHT = 1000;
const MOST_BASE = 100_000;

/**
 * The strategy with weights and bases filled in.
 * @throws AwsError InvalidParameterException
 */
export function checkCapacityProviderStrategy(
  strategy: readonly CapacityProviderStrategyItem[],
  cluster: Cluster,
): readonly CapacityProviderStrategyItem[] {
  if (strategy.length > MOST_ITEMS)
    throw invalidParameter(
      `A capacity provider strategy can have at most ${MOST_ITEMS} items, but it has ${strategy.length}.`,
    );
  const complete = strategy.map(completeItem);
  checkProviders(
    complete.map(({ capacityProvider }) => capacityProvider),
    cluster,
  );
  if (complete.filter(({ base }) => base > 0).length > 1)
    throw invalidParameter(
      'Only one capacity provider in a capacity provider strategy can have a base value greater than zero.',
    );
  if (complete.length > 0 && complete.every(({ weight }) => weight === 0))
    throw invalidParameter(
      'There are no capacity providers in the capacity provider strategy with a weight value greater than zero',
    );
  return complete;
}

function completeItem({
  capacityProvider = '',
  weight = 0,
  base = 0,
}: CapacityProviderStrategyItem): {
  readonly capacityProvider: string;
  readonly weight: number;
  readonly base: number;
} {
  if (weight < 0 || weight > MOST_WEIGHT)
    throw invalidParameter(
      `Invalid weight ${weight} of capacity provider '${capacityProvider}'. It must be a whole number from 0 to ${MOST_WEIGHT}.`,
    );
  if (base < 0 || base > MOST_BASE)
    throw invalidParameter(
      `Invalid base ${base} of capacity provider '${capacityProvider}'. It must be a whole number from 0 to ${MOST_BASE}.`,
    );
  return { capacityProvider, weight, base };
}

function checkProviders(names: readonly string[], cluster: Cluster): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw invalidParameter(
      `Capacity provider '${repeated}' occurs more than once in the capacity provider strategy.`,
    );
  const foreign = names.find((name) => !cluster.capacityProviders.includes(name));
  if (foreign !== undefined)
    throw invalidParameter(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. ' +
        `Associate the capacity provider with the cluster, and try again. ('${foreign}' is not associated with ${cluster.clusterName}.)`,
    );
  if (names.some(isFargateProvider) && !names.every(isFargateProvider))
    throw invalidParameter(
      'The specified capacity provider strategy cannot contain both Fargate and other capacity providers.',
    );
}
