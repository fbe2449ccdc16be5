/** Names of load balancers and target groups: at most 32 letters, digits and hyphens, no hyphen at either end. */
import { validationError } from './errors.ts';

/** @throws AwsError ValidationError */
export function checkLoadBalancerName(name: string): string {
  checkName(name, 'The load balancer name');
  if (name.startsWith('internal-'))
    throw validationError(`The load balancer name '${name}' cannot begin with 'internal-'`);
  return name;
}

/** @throws AwsError ValidationError */
export function checkTargetGroupName(name: string): string {
  return checkName(name, 'Target group name');
}

function checkName(name: string, what: string): string {
  if (name === '') throw validationError(`${what} cannot be empty`);
  if (name.length > 32)
    throw validationError(`${what} '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw validationError(
      `${what} '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`,
    );
  if (name.startsWith('-') || name.endsWith('-'))
    throw validationError(`${what} '${name}' cannot begin or end with a hyphen(-)`);
  return name;
}
