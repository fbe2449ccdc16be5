/** The health check grace period (reference: ECS semantics 4.2, 4.4). */
import { invalidParameter } from '../ecs-errors.ts';

const LONGEST_SECONDS = 2_147_483_647;

/**
 * Checks a grace period that a request gives. Zero means none, so it is taken for services without load balancer too.
 * @throws AwsError InvalidParameterException
 */
export function checkHealthCheckGracePeriod(
  seconds: number | undefined,
  hasLoadBalancer: boolean,
): void {
  if (seconds === undefined) return;
  if (seconds < 0) throw invalidParameter('healthCheckGracePeriodSeconds must be at least 0');
  if (seconds > LONGEST_SECONDS)
    throw invalidParameter(`healthCheckGracePeriodSeconds must be at most ${LONGEST_SECONDS}`);
  if (seconds > 0 && !hasLoadBalancer)
    throw invalidParameter(
      'Health check grace period is only valid for services configured to use load balancers',
    );
}
