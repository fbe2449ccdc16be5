/** How a container starts, stops and starts again: timeouts and restart policy (reference: ECS semantics 3.1, 3.3). */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { invalidSetting, refusal } from './refusal.ts';

const LEAST_TIMEOUT = 2;
const MOST_EXIT_CODES = 50;

/** @throws AwsError ClientException */
export function checkLifecycle(container: ContainerDefinition): void {
  checkTimeout(container, 'start', container.startTimeout);
  checkTimeout(container, 'stop', container.stopTimeout);
  const policy = container.restartPolicy;
  if (policy === undefined) return;
  const { restartAttemptPeriod: period, ignoredExitCodes: codes = [] } = policy;
  if (period !== undefined && (period < 60 || period > 1800))
    throw refusal(
      `the 'restartAttemptPeriod' setting for container '${container.name ?? ''}' must be between 60 and 1800`,
    );
  if (codes.length > MOST_EXIT_CODES)
    throw invalidSetting(
      container,
      'restartPolicy.ignoredExitCodes',
      codes,
      `at most ${MOST_EXIT_CODES} exit codes`,
    );
}

/** The upper limit of 120 s holds on Fargate only: see fargate.ts. */
function checkTimeout(
  container: ContainerDefinition,
  kind: 'start' | 'stop',
  seconds: number | undefined,
): void {
  if (seconds !== undefined && seconds < LEAST_TIMEOUT)
    throw refusal(
      `Granular ${kind} timeout on container '${container.name ?? ''}' must be at least ${LEAST_TIMEOUT} seconds.`,
    );
}
