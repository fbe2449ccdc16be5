/** Whether an ARN that a caller sent can name something here: right service, region and account. */
import { parseArn, type Scope } from '../../base/arn.ts';
import { AwsError } from '../wire/aws-error.ts';

/**
 * The resource part of an ECS ARN of the caller's own region and account, such as `cluster/prod`.
 * @throws AwsError InvalidParameterException for a malformed ARN, another service, region or account
 */
export function resourceInScope(text: string, scope: Scope): string {
  const arn = parseArn(text);
  if (arn?.service !== 'ecs')
    throw invalid(
      `Invalid identifier: '${text}' is not an Amazon ECS ARN. One looks like arn:aws:ecs:${scope.region}:${scope.accountId}:cluster/NAME.`,
    );
  // AWS's own words, as its users report them; they do not say which region would be right.
  if (arn.region !== scope.region) throw invalid('Invalid Region in ARN');
  if (arn.accountId !== scope.accountId)
    throw invalid(
      `Invalid identifier: '${text}' belongs to account ${arn.accountId}, but this request was made in account ${scope.accountId}.`,
    );
  return arn.resource;
}

/** What AWS says when an ARN names another kind of resource than the operation is about. */
export function unsupportedResourceType(resource: string): AwsError {
  return invalid(`Unsupported resource type: ${resource.slice(0, resource.indexOf('/'))}`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
