/** The errors that most operations on services and tasks throw (reference: ECS semantics 1.3). */
import { AwsError } from '../wire/aws-error.ts';

/** A value that ECS refuses. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** A client's mistake of the kinds that ECS reports as ClientException. */
export function clientException(message: string): AwsError {
  return new AwsError('ClientException', message);
}

/** Something that ECS has and this local ECS does not: named, with what works instead. */
export function unsupportedFeature(message: string): AwsError {
  return new AwsError('UnsupportedFeatureException', message);
}
