/**
 * The attributes of an Application Load Balancer with AWS's defaults. `idle_timeout.timeout_seconds` and
 * `deletion_protection.enabled` take effect here. Those that change nothing for plain HTTP on one machine (zones, HTTP/2, TLS
 * headers, firewall) can be set and are returned; those whose effect a program would miss are kept at their default.
 */
import type { LoadBalancer } from '../state/elbv2-entities.ts';
import {
  choice,
  fixed,
  flag,
  initialAttributes,
  text,
  wholeNumber,
  type AttributeRules,
  type Attributes,
} from './attributes.ts';

/** Seconds after which an idle connection of a client is closed. */
export const IDLE_TIMEOUT = 'idle_timeout.timeout_seconds';
/** `true`: DeleteLoadBalancer is refused. */
export const DELETION_PROTECTION = 'deletion_protection.enabled';

/** Every attribute by key. */
export const LOAD_BALANCER_ATTRIBUTES: AttributeRules = {
  'access_logs.s3.enabled': fixed('false'),
  'access_logs.s3.bucket': text,
  'access_logs.s3.prefix': text,
  [IDLE_TIMEOUT]: wholeNumber('60', 1, 4000),
  [DELETION_PROTECTION]: flag('false'),
  'routing.http2.enabled': flag('true'),
  'routing.http.drop_invalid_header_fields.enabled': flag('false'),
  'routing.http.xff_client_port.enabled': fixed('false'),
  'routing.http.preserve_host_header.enabled': flag('false'),
  'routing.http.xff_header_processing.mode': choice(
    'append',
    ['append', 'preserve', 'remove'],
    ['append'],
  ),
  'load_balancing.cross_zone.enabled': fixed('true'),
  'routing.http.desync_mitigation_mode': choice('defensive', ['monitor', 'defensive', 'strictest']),
  'client_keep_alive.seconds': wholeNumber('3600', 60, 604_800),
  'waf.fail_open.enabled': flag('false'),
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': flag('false'),
  'zonal_shift.config.enabled': flag('false'),
  'connection_logs.s3.enabled': fixed('false'),
  'connection_logs.s3.bucket': text,
  'connection_logs.s3.prefix': text,
  'health_check_logs.s3.enabled': fixed('false'),
  'health_check_logs.s3.bucket': text,
  'health_check_logs.s3.prefix': text,
  'ipv6.deny_all_igw_traffic': flag('false'),
};

/** The attributes of a new load balancer. */
export function initialLoadBalancerAttributes(scheme: LoadBalancer['scheme']): Attributes {
  return {
    ...initialAttributes(LOAD_BALANCER_ATTRIBUTES),
    'ipv6.deny_all_igw_traffic': String(scheme === 'internal'),
  };
}
