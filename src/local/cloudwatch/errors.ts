/** CloudWatch's errors, with the codes that the AWS model gives them in JSON and in awsQuery. */
import {
  InvalidFormatFault$,
  InvalidNextToken$,
  InvalidParameterCombinationException$,
  InvalidParameterValueException$,
  LimitExceededException$,
  LimitExceededFault$,
  MissingRequiredParameterException$,
  ResourceNotFound$,
  ResourceNotFoundException$,
  ValidationException$,
} from '@aws-sdk/client-cloudwatch';
import type { StaticErrorSchema } from '@smithy/types';
import { AwsError } from '../wire/aws-error.ts';

/** Values that are legal one by one but not together. */
export function invalidCombination(message: string): AwsError {
  return modelled(InvalidParameterCombinationException$, message);
}

/** A value that a parameter cannot have. */
export function invalidValue(message: string): AwsError {
  return modelled(InvalidParameterValueException$, message);
}

/** @param parameter `MetricData.member.1.MetricName` */
export function missingParameter(parameter: string): AwsError {
  return modelled(MissingRequiredParameterException$, `The parameter ${parameter} is required.`);
}

/** What alarms and metric queries say of most of what they cannot be. */
export function validationError(message: string): AwsError {
  return modelled(ValidationException$, message);
}

/** JSON that is none. */
export function invalidFormat(message: string): AwsError {
  return modelled(InvalidFormatFault$, message);
}

/** A token that no answer gave. */
export function invalidNextToken(): AwsError {
  return modelled(InvalidNextToken$, 'The specified nextToken is invalid.');
}

/** An alarm that is not there. */
export function alarmNotFound(alarmName: string): AwsError {
  return modelled(ResourceNotFound$, `Alarm '${alarmName}' does not exist.`);
}

/** A resource, named by its ARN, that is not there. */
export function resourceNotFound(arn: string): AwsError {
  return modelled(ResourceNotFoundException$, `Resource '${arn}' does not exist.`);
}

/** More alarms, or tags, than there may be. */
export function quotaExceeded(message: string): AwsError {
  return modelled(LimitExceededFault$, message);
}

/** More data than is kept. */
export function limitExceeded(message: string): AwsError {
  return modelled(LimitExceededException$, message);
}

function modelled(schema: StaticErrorSchema, message: string): AwsError {
  const [, , code, traits] = schema;
  const { awsQueryError = [], httpError = 400 } = traits as ErrorTraits;
  const [queryCode = code] = awsQueryError;
  return new AwsError(code, message, { status: httpError, queryCode });
}

/** The traits of an error's schema that say how it is told. */
interface ErrorTraits {
  readonly awsQueryError?: readonly [code: string, status: number];
  readonly httpError?: number;
}
