/** Health check settings of a target group: defaults and limits (reference: ECS semantics 9.2). */
import type { Matcher } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from '../state/elbv2-entities.ts';
import { checkRange, invalidConfiguration, validationError } from './errors.ts';

/** The members of CreateTargetGroup and ModifyTargetGroup that say how health is checked. */
export interface HealthCheckInput {
  readonly HealthCheckProtocol?: string | undefined;
  readonly HealthCheckPort?: string | undefined;
  readonly HealthCheckEnabled?: boolean | undefined;
  readonly HealthCheckPath?: string | undefined;
  readonly HealthCheckIntervalSeconds?: number | undefined;
  readonly HealthCheckTimeoutSeconds?: number | undefined;
  readonly HealthyThresholdCount?: number | undefined;
  readonly UnhealthyThresholdCount?: number | undefined;
  readonly Matcher?: Matcher | undefined;
}

/** The part of a target group that says how health is checked. */
export type HealthCheck = Pick<
  TargetGroup,
  | 'healthCheckEnabled'
  | 'healthCheckProtocol'
  | 'healthCheckPort'
  | 'healthCheckPath'
  | 'healthCheckIntervalSeconds'
  | 'healthCheckTimeoutSeconds'
  | 'healthyThresholdCount'
  | 'unhealthyThresholdCount'
  | 'matcher'
>;

/** AWS's defaults for a target group of an Application Load Balancer; the time-out is that of the ALB guide. */
export const DEFAULT_HEALTH_CHECK: HealthCheck = {
  healthCheckEnabled: true,
  healthCheckProtocol: 'HTTP',
  healthCheckPort: 'traffic-port',
  healthCheckPath: '/',
  healthCheckIntervalSeconds: 30,
  healthCheckTimeoutSeconds: 5,
  healthyThresholdCount: 5,
  unhealthyThresholdCount: 2,
  matcher: '200',
};

/**
 * The settings after a request; what it does not name stays.
 * @throws AwsError ValidationError, InvalidConfigurationRequest
 */
export function changeHealthCheck(current: HealthCheck, input: HealthCheckInput): HealthCheck {
  if (input.HealthCheckEnabled === false)
    throw validationError(
      "Health checks cannot be disabled for target groups with target type 'instance' or 'ip'",
    );
  const changed: HealthCheck = {
    healthCheckEnabled: true,
    healthCheckProtocol: checkProtocol(input.HealthCheckProtocol, current),
    healthCheckPort: checkPort(input.HealthCheckPort ?? current.healthCheckPort),
    healthCheckPath: checkPath(input.HealthCheckPath ?? current.healthCheckPath),
    healthCheckIntervalSeconds: checkRange(
      input.HealthCheckIntervalSeconds ?? current.healthCheckIntervalSeconds,
      'Health check interval',
      5,
      300,
    ),
    healthCheckTimeoutSeconds: checkRange(
      input.HealthCheckTimeoutSeconds ?? current.healthCheckTimeoutSeconds,
      'Health check timeout',
      2,
      120,
    ),
    healthyThresholdCount: checkRange(
      input.HealthyThresholdCount ?? current.healthyThresholdCount,
      'Healthy threshold count',
      2,
      10,
    ),
    unhealthyThresholdCount: checkRange(
      input.UnhealthyThresholdCount ?? current.unhealthyThresholdCount,
      'Unhealthy threshold count',
      2,
      10,
    ),
    matcher: checkMatcher(input.Matcher) ?? current.matcher,
  };
  checkTimes(changed, input);
  return changed;
}

/** As on AWS, an interval that is not above the default time-out needs a time-out of its own. */
function checkTimes(changed: HealthCheck, input: HealthCheckInput): void {
  if (changed.healthCheckTimeoutSeconds < changed.healthCheckIntervalSeconds) return;
  const hint =
    input.HealthCheckTimeoutSeconds === undefined ? '; give HealthCheckTimeoutSeconds too' : '';
  throw validationError(
    `Health check interval must be greater than the timeout: interval '${changed.healthCheckIntervalSeconds}', timeout '${changed.healthCheckTimeoutSeconds}'${hint}`,
  );
}

function checkProtocol(
  protocol: string | undefined,
  current: HealthCheck,
): HealthCheck['healthCheckProtocol'] {
  if (protocol === undefined) return current.healthCheckProtocol;
  if (protocol === 'HTTP' || protocol === 'HTTPS') return protocol;
  throw invalidConfiguration(
    `Health check protocol '${protocol}' is not supported for target groups with the protocol HTTP or HTTPS`,
  );
}

function checkPort(port: string): string {
  if (port === 'traffic-port') return port;
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535)
    throw validationError(
      `Health check port '${port}' must be 'traffic-port' or between '1' and '65535' inclusive`,
    );
  return String(number);
}

function checkPath(path: string): string {
  if (!path.startsWith('/'))
    throw validationError(`Health check path '${path}' must begin with a '/' character`);
  if (path.length > 1024)
    throw validationError("Health check path cannot be longer than '1024' characters");
  // eslint-disable-next-line no-control-regex -- control characters are what must not get into a request line
  if (/[\x00-\x20\x7f-\uffff]/.test(path))
    throw validationError(
      `Health check path '${path}' contains invalid characters. Percent-encode what is not printable ASCII`,
    );
  return path;
}

function checkMatcher(matcher: Matcher | undefined): string | undefined {
  if (matcher?.GrpcCode !== undefined)
    throw invalidConfiguration(
      'Matcher.GrpcCode is for target groups with the protocol version GRPC, which the local load balancer does not serve',
    );
  const codes = matcher?.HttpCode;
  if (codes === undefined) return undefined;
  for (const part of codes.split(',')) {
    const [, from, to] = /^(\d{3})(?:-(\d{3}))?$/.exec(part) ?? [];
    const least = Number(from);
    const most = Number(to ?? from);
    if (!(least >= 200 && most <= 499 && least <= most))
      throw validationError(
        `Health check matcher HTTP code '${codes}' must be within '200-499' inclusive: a code, a range '200-299', or several of them parted by commas`,
      );
  }
  return codes;
}
