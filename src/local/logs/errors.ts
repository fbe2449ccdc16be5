/** Errors that several operations share, in AWS's words. */
import { AwsError } from '../wire/aws-error.ts';

/** A value that no request may have, or that does not go with another. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** @param what `log group` or `log stream` */
export function notFound(what: 'log group' | 'log stream'): AwsError {
  return new AwsError('ResourceNotFoundException', `The specified ${what} does not exist.`);
}

/**
 * The limit of a request.
 * @throws AwsError InvalidParameterException when it is out of range
 */
export function checkLimit(limit: number | undefined, most: number): number {
  if (limit === undefined) return most;
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw invalidParameter(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${most}`,
  );
}
