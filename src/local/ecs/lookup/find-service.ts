/** Which service a request means: its name in the request's cluster, or an ARN (reference: ECS semantics 1.6). */
import { ecsArn, looksLikeArn, type Scope } from '../../../base/arn.ts';
import type { Cluster, Service } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { resourceInScope, unsupportedResourceType } from '../arn-scope.ts';
import type { EcsContext } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';

/** The ARN of a service. */
export function serviceArn(scope: Scope, clusterName: string, serviceName: string): string {
  return ecsArn(scope, `service/${clusterName}/${serviceName}`);
}

/**
 * The ARN that a reference stands for, whether there is such a service or not.
 * @throws AwsError InvalidParameterException for an ARN of something else or of another cluster, region or account
 */
export function serviceArnOf(
  reference: string,
  cluster: Cluster,
  { call }: Pick<EcsContext, 'call'>,
): string {
  if (!looksLikeArn(reference)) return serviceArn(call, cluster.clusterName, reference);
  const resource = resourceInScope(reference, call);
  const [kind, first = '', second] = resource.split('/');
  if (kind !== 'service') throw unsupportedResourceType(resource);
  // The old form of the ARN has no cluster in it.
  if (second === undefined) return serviceArn(call, cluster.clusterName, first);
  if (first !== cluster.clusterName)
    throw invalidParameter(
      `Identifier is for cluster ${first}. Your cluster is ${cluster.clusterName}`,
    );
  return serviceArn(call, first, second);
}

/**
 * The service, in whatever status.
 * @throws AwsError ServiceNotFoundException `Service not found.`, and as serviceArnOf
 */
export function findService(
  reference: string,
  cluster: Cluster,
  context: Pick<EcsContext, 'call' | 'store'>,
): Service {
  const found = context.store.services.get(serviceArnOf(reference, cluster, context));
  if (found === undefined) throw serviceNotFound();
  return found;
}

/** What ECS says of a service that never was. */
export function serviceNotFound(): AwsError {
  return new AwsError('ServiceNotFoundException', 'Service not found.');
}
