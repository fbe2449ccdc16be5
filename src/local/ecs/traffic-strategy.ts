/** A deployment configuration as the scheduler wants it, where it shifts traffic. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { ShiftSnapshot } from '../../scheduler/traffic-shift/shift-snapshot.ts';
import type { TrafficStrategy } from '../../scheduler/traffic-shift/strategy.ts';
import { lifecycleHooks } from './lifecycle-hooks.ts';

const MINUTE_MS = 60_000;

/** The strategy; undefined for ROLLING, which shifts no traffic. The configuration is complete. */
export function trafficStrategy({
  strategy,
  canaryConfiguration,
  linearConfiguration,
}: DeploymentConfiguration): TrafficStrategy | undefined {
  switch (strategy) {
    case 'BLUE_GREEN':
      return { type: 'BLUE_GREEN' };
    case 'CANARY':
      return {
        type: 'CANARY',
        canaryPercent: canaryConfiguration?.canaryPercent ?? 100,
        canaryBakeMs: (canaryConfiguration?.canaryBakeTimeInMinutes ?? 0) * MINUTE_MS,
      };
    case 'LINEAR':
      return {
        type: 'LINEAR',
        stepPercent: linearConfiguration?.stepPercent ?? 100,
        stepBakeMs: (linearConfiguration?.stepBakeTimeInMinutes ?? 0) * MINUTE_MS,
      };
    case 'ROLLING':
    case undefined:
      return undefined;
  }
}

/** All that a configuration says of a traffic shift. */
export function shiftConfiguration(
  configuration: DeploymentConfiguration,
): Pick<ShiftSnapshot, 'strategy' | 'bakeMs' | 'hooks'> {
  return {
    strategy: trafficStrategy(configuration) ?? { type: 'ROLLING' },
    bakeMs: (configuration.bakeTimeInMinutes ?? 0) * MINUTE_MS,
    hooks: lifecycleHooks(configuration.lifecycleHooks),
  };
}
