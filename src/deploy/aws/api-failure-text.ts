/** Failed calls in words for people, with what to do about them. */
import type { ApiError } from './api-failure.ts';

/** An expected failure, as the user is told of it. */
export interface ReportedError {
  /** A stable name, such as `SERVICE_NOT_FOUND` or AWS's own. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What a failed call is told as. */
export function describeApiError(error: ApiError): ReportedError {
  const { code, message } = error;
  // Registering with tags needs ecs:TagResource, roles need iam:PassRole: AWS's own words know better.
  const permission = /perform:? ([\w-]+:\w+)/.exec(message)?.[1] ?? error.permission;
  switch (error.kind) {
    case 'denied':
      return {
        code,
        message: `not allowed: ${permission} (${message})`,
        hint: `Allow "${permission}" in the IAM policy of these credentials.`,
      };
    case 'credentials':
      return {
        code,
        message: `AWS does not accept the credentials: ${message}`,
        hint: 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN or the profile; for the local ECS: eval "$(fairlead local env)"',
      };
    case 'unreachable':
      return {
        code,
        message: `nobody answers at the endpoint: ${message}`,
        hint: 'Check --endpoint-url and AWS_ENDPOINT_URL; for the local ECS: fairlead local status',
      };
    case 'throttled':
      return {
        code,
        message: `AWS throttles ${permission}, again and again: ${message}`,
        hint: 'Try again later.',
      };
    case 'transient':
      return {
        code,
        message: `${permission} keeps failing: ${code}: ${message}`,
        hint: 'Try again later.',
      };
    case 'refused':
      return { code, message: `${permission} was refused: ${code}: ${message}`, hint: undefined };
  }
}
