/** What a data plane could not work with; apart from the data plane, so that the caller's thread can refuse it. */
import { codeMatcher } from './code-matcher.ts';
import type { TargetGroupConfig } from './data-plane.ts';

/**
 * Refuses what the data plane could not work with; the operations of the API check the same with AWS's words first.
 * @throws RangeError naming the field
 */
export function checkTargetGroup(config: TargetGroupConfig): void {
  const check = config.healthCheck;
  const wrong = (field: string, value: string, right: string): RangeError =>
    new RangeError(`target group ${config.arn}: healthCheck.${field} "${value}" is not ${right}`);
  if (check.protocol !== 'TCP') {
    if (codeMatcher(check.matcher) === undefined)
      throw wrong('matcher', check.matcher, 'a list of HTTP codes such as 200,202 or 200-299');
    if (!/^\/[\x21-\x7e]*$/.test(check.path))
      throw wrong('path', check.path, 'a path that begins with / and has no spaces');
  }
  if (check.port !== 'traffic-port' && !/^[1-9]\d{0,4}$/.test(check.port))
    throw wrong('port', check.port, 'traffic-port or a port number');
}
