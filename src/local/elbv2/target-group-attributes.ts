/** The attributes of a target group behind an Application Load Balancer with AWS's defaults (reference: ECS semantics 9.2). */
import {
  attribute,
  choice,
  fixed,
  flag,
  wholeNumber,
  type AttributeRules,
  type Attributes,
} from './attributes.ts';
import { invalidConfiguration } from './errors.ts';

/** The longest time that a draining target is waited for, in seconds. */
export const DEREGISTRATION_DELAY = 'deregistration_delay.timeout_seconds';
/** How long a new target gets a growing share of the requests, in seconds; 0: its full share at once. */
export const SLOW_START = 'slow_start.duration_seconds';
/** How the target of a request is chosen. */
export const ALGORITHM = 'load_balancing.algorithm.type';
/** `true`: a client stays on its target by a cookie. */
export const STICKINESS = 'stickiness.enabled';
/** How long that cookie is worth something, in seconds. */
export const STICKINESS_DURATION = 'stickiness.lb_cookie.duration_seconds';

const WEEK_SECONDS = 604_800;

/** Every attribute by key. */
export const TARGET_GROUP_ATTRIBUTES: AttributeRules = {
  [STICKINESS]: flag('false'),
  [DEREGISTRATION_DELAY]: wholeNumber('300', 0, 3600),
  'stickiness.type': choice('lb_cookie', ['lb_cookie', 'app_cookie'], ['lb_cookie']),
  [STICKINESS_DURATION]: wholeNumber('86400', 1, WEEK_SECONDS),
  'stickiness.app_cookie.cookie_name': fixed(''),
  'stickiness.app_cookie.duration_seconds': wholeNumber('86400', 1, WEEK_SECONDS),
  [SLOW_START]: wholeNumber('0', 30, 900, ['0']),
  [ALGORITHM]: choice(
    'round_robin',
    ['round_robin', 'least_outstanding_requests', 'weighted_random'],
    ['round_robin', 'least_outstanding_requests'],
  ),
  'load_balancing.algorithm.anomaly_mitigation': choice('off', ['on', 'off'], ['off']),
  'load_balancing.cross_zone.enabled': choice('use_load_balancer_configuration', [
    'true',
    'false',
    'use_load_balancer_configuration',
  ]),
  'target_group_health.dns_failover.minimum_healthy_targets.count': wholeNumber('1', 1, 1000, [
    'off',
  ]),
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': wholeNumber(
    'off',
    1,
    100,
    ['off'],
  ),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': fixed('1'),
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': fixed('off'),
};

/**
 * Rules between attributes.
 * @throws AwsError InvalidConfigurationRequest
 */
export function checkTargetGroupAttributes(attributes: Attributes): void {
  if (
    attribute(attributes, SLOW_START) !== '0' &&
    attribute(attributes, ALGORITHM) === 'least_outstanding_requests'
  )
    throw invalidConfiguration(
      `'${SLOW_START}' must be '0' when '${ALGORITHM}' is 'least_outstanding_requests'`,
    );
}
