/** Errors that several operations share, in AWS's words (reference: ECS semantics 9.1). */
import { AwsError } from '../wire/aws-error.ts';

/** A value that no request may have. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** Values that are legal one by one but not together, or not on this machine. */
export function invalidConfiguration(message: string): AwsError {
  return new AwsError('InvalidConfigurationRequest', message);
}

/** An action that no rule may have. */
export function invalidAction(message: string): AwsError {
  return new AwsError('InvalidLoadBalancerAction', message);
}

/** What nobody may do with this resource. */
export function notPermitted(message: string): AwsError {
  return new AwsError('OperationNotPermitted', message);
}

/**
 * The member's value.
 * @throws AwsError ValidationError when it is absent
 */
export function required<T>(value: T | undefined, member: string): T {
  if (value === undefined)
    throw validationError(`The request must contain the parameter ${member}`);
  return value;
}

/**
 * A whole number within bounds.
 * @param what begins the error's sentence: `Listener port`
 * @throws AwsError ValidationError
 */
export function checkRange(value: number, what: string, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw validationError(`${what} '${value}' must be between '${least}' and '${most}' inclusive`);
  return value;
}
