/**
 * Where tasks run: launch type or capacity provider strategy. UpdateService changes the strategy and nothing but it, and an
 * empty one goes back to the launch type (the SDK's UpdateServiceRequest).
 */
import type {
  CapacityProviderStrategyItem,
  Service,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { isSame, unordered } from './plain-value.ts';
import type { ServiceSettings } from './service-definition.ts';

/** What UpdateService is given; ECS demands a new deployment with another strategy (reference: ECS semantics 4.4). */
export type LaunchUpdate = Pick<
  UpdateServiceCommandInput,
  'capacityProviderStrategy' | 'forceNewDeployment'
>;

/** The update, which is empty where nothing differs, or the launch type that cannot be had. */
export type LaunchChange =
  | { readonly kind: 'update'; readonly update: LaunchUpdate }
  | { readonly kind: 'impossible'; readonly present: string; readonly wanted: string };

const NOTHING: LaunchChange = { kind: 'update', update: {} };

/** What has to change for the tasks to run where they are wanted. */
export function launchChange(
  present: Pick<Service, 'launchType' | 'capacityProviderStrategy'>,
  wanted: Pick<ServiceSettings, 'launchType' | 'capacityProviderStrategy'>,
): LaunchChange {
  const former = present.capacityProviderStrategy ?? [];
  const strategy = wanted.capacityProviderStrategy;
  if (strategy !== undefined && strategy.length > 0) {
    return isSame(normal(former), normal(strategy)) ? NOTHING : to(strategy);
  }
  const { launchType } = wanted;
  const presentType = former.length > 0 ? launchTypeOf(former) : present.launchType;
  if (launchType !== undefined && launchType !== presentType) {
    return {
      kind: 'impossible',
      present:
        former.length > 0
          ? `the capacity providers ${former.map((item) => item.capacityProvider).join(', ')}`
          : (presentType ?? 'none'),
      wanted: launchType,
    };
  }
  const leaves = former.length > 0 && (launchType !== undefined || strategy !== undefined);
  return leaves ? to([]) : NOTHING;
}

function to(capacityProviderStrategy: CapacityProviderStrategyItem[]): LaunchChange {
  return { kind: 'update', update: { capacityProviderStrategy, forceNewDeployment: true } };
}

/** Fargate's two providers have names of their own; all others bring container instances. */
function launchTypeOf(strategy: readonly CapacityProviderStrategyItem[]): string {
  return strategy.some(({ capacityProvider }) => /^FARGATE(?:_SPOT)?$/.test(capacityProvider ?? ''))
    ? 'FARGATE'
    : 'EC2';
}

/** With the defaults of the SDK's CapacityProviderStrategyItem; the order means nothing. */
function normal(strategy: readonly CapacityProviderStrategyItem[]): readonly unknown[] {
  return unordered(
    strategy.map(({ capacityProvider, weight = 0, base = 0 }) => ({
      capacityProvider,
      weight,
      base,
    })),
  );
}
