/** How long a rollout may take where nobody said. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** Milliseconds for starting, getting healthy, draining: a rolling update, or what is around a traffic shift. */
export const DEFAULT_TIMEOUT_MS = 15 * 60_000;

const MINUTE_MS = 60_000;

/**
 * The default for a strategy: its bakes, and at each gate the time that its checks have, on top of a rolling update's time.
 * @param configuration the deployment configuration in force
 * @param deadlineMs the longest deadline of its checks; 0 without any
 * @returns milliseconds
 */
export function defaultTimeoutMs(
  configuration: DeploymentConfiguration,
  deadlineMs: number,
): number {
  const { bakeTimeInMinutes: bake = 0 } = configuration;
  const { steps, stepBake } = shape(configuration);
  const bakes = Math.max(0, steps - 1) * stepBake + (steps === 0 ? 0 : bake);
  return DEFAULT_TIMEOUT_MS + bakes * MINUTE_MS + steps * deadlineMs;
}

/** With ECS's defaults (reference: ECS semantics 6.1). */
function shape(configuration: DeploymentConfiguration): {
  /** Shifts of production traffic. */
  readonly steps: number;
  /** Minutes between two of them. */
  readonly stepBake: number;
} {
  switch (configuration.strategy) {
    case 'BLUE_GREEN':
      return { steps: 1, stepBake: 0 };
    case 'CANARY':
      return {
        steps: 2,
        stepBake: configuration.canaryConfiguration?.canaryBakeTimeInMinutes ?? 10,
      };
    case 'LINEAR':
      return {
        steps: Math.ceil(100 / (configuration.linearConfiguration?.stepPercent ?? 10)),
        stepBake: configuration.linearConfiguration?.stepBakeTimeInMinutes ?? 6,
      };
    case 'ROLLING':
    case undefined:
      return { steps: 0, stepBake: 0 };
  }
}
