/** Which task set a request means: its id or its ARN, in the request's service (reference: ECS semantics 1.6, 7). */
import { looksLikeArn } from '../../../base/arn.ts';
import type { Cluster, Service } from '../../state/entities.ts';
import { taskSetArn, type TaskSet } from '../../state/task-set-entity.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { resourceInScope, unsupportedResourceType } from '../arn-scope.ts';
import type { EcsContext } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { findCluster } from './find-cluster.ts';
import { findService } from './find-service.ts';

/** What requests about task sets name: both are required. */
export interface TaskSetPlace {
  readonly cluster: string | undefined;
  readonly service: string | undefined;
}

/**
 * The service whose task sets are meant, and its cluster. Call it before opening a transaction.
 * @throws AwsError ClusterNotFoundException, ServiceNotFoundException, InvalidParameterException under another deployment
 * controller than EXTERNAL, ServiceNotActiveException
 */
export function findTaskSetService(
  place: TaskSetPlace,
  context: EcsContext,
): { readonly cluster: Cluster; readonly service: Service } {
  const cluster = findCluster(place.cluster, context);
  const service = findService(place.service ?? '', cluster, context);
  if (service.deploymentController !== 'EXTERNAL')
    throw invalidParameter(
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    );
  if (service.status !== 'ACTIVE')
    throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return { cluster, service };
}

/**
 * The ARN that a reference stands for, whether there is such a task set or not.
 * @throws AwsError InvalidParameterException for what cannot be a task set's id or ARN, or is of another service
 */
export function taskSetArnOf(
  reference: string,
  service: Service,
  { call }: Pick<EcsContext, 'call'>,
): string {
  if (!looksLikeArn(reference)) {
    if (!/^ecs-svc\/\d+$/.test(reference)) throw invalidIdentifier(reference);
    return taskSetArn(service.serviceArn, reference);
  }
  const resource = resourceInScope(reference, call);
  const [kind, clusterName = '', serviceName = '', ...id] = resource.split('/');
  if (kind !== 'task-set') throw unsupportedResourceType(resource);
  if (!/^ecs-svc\/\d+$/.test(id.join('/'))) throw invalidIdentifier(reference);
  if (!service.serviceArn.endsWith(`:service/${clusterName}/${serviceName}`))
    throw invalidParameter(
      `Task Set Identifier is invalid: ${reference} is for service ${serviceName} in cluster ${clusterName}. ` +
        `Your service is ${service.serviceArn}.`,
    );
  return reference;
}

/**
 * The task set, in whatever status.
 * @throws AwsError TaskSetNotFoundException, and as taskSetArnOf
 */
export function findTaskSet(
  reference: string,
  service: Service,
  context: Pick<EcsContext, 'call' | 'store'>,
): TaskSet {
  const found = context.store.taskSets.get(taskSetArnOf(reference, service, context));
  if (found === undefined)
    throw new AwsError('TaskSetNotFoundException', 'The specified task set does not exist.');
  return found;
}

function invalidIdentifier(reference: string): AwsError {
  return invalidParameter(
    `Task Set Identifier is invalid: '${reference}' is neither an id such as ecs-svc/1234567890123456789 nor a task set's ARN.`,
  );
}
