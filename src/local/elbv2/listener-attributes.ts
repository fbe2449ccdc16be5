/**
 * The attributes of an HTTP listener with AWS's defaults. Each of them adds, changes or removes a header of the answers, which
 * the local balancer passes on as they are; so they can be read, and set to what they are.
 */
import { fixed, type AttributeRules } from './attributes.ts';

const HEADERS = [
  'strict_transport_security',
  'access_control_allow_origin',
  'access_control_allow_methods',
  'access_control_allow_headers',
  'access_control_allow_credentials',
  'access_control_expose_headers',
  'access_control_max_age',
  'content_security_policy',
  'x_content_type_options',
  'x_frame_options',
];

/** Every attribute by key. */
export const LISTENER_ATTRIBUTES: AttributeRules = {
  'routing.http.response.server.enabled': fixed('true'),
  ...Object.fromEntries(
    HEADERS.map((header) => [`routing.http.response.${header}.header_value`, fixed('')]),
  ),
};
