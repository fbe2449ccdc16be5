/** DescribeServiceRevisions (reference: ECS semantics 1.5, 6.5). */
import type {
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse,
  Failure,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { EcsContext, EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { serviceNotFound } from '../lookup/find-service.ts';
import { presentServiceRevision } from '../presentation/present-service-revision.ts';
import { parseServiceResources } from '../service-resource-arn.ts';

const MOST_ARNS = 20;

/** Shows up to 20 revisions of one service that is not INACTIVE; unknown ones are failures MISSING. */
export const describeServiceRevisions: EcsOperation<
  DescribeServiceRevisionsRequest,
  DescribeServiceRevisionsResponse
> = ({ serviceRevisionArns = [] }, context) => {
  const arns = [...new Set(serviceRevisionArns)];
  if (arns.length === 0) throw invalidParameter('Service Revision ARNs cannot be empty.');
  if (serviceRevisionArns.length > MOST_ARNS)
    throw invalidParameter(`Service Revision ARN count cannot exceed ${MOST_ARNS}`);
  const resources = parseServiceResources(arns, 'service-revision', context);
  for (const { serviceArn } of resources) checkReadable(serviceArn, context);
  const serviceRevisions: ServiceRevision[] = [];
  const failures: Failure[] = [];
  for (const { arn } of resources) {
    const found = context.store.serviceRevisions.get(arn);
    if (found === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceRevisions.push(presentServiceRevision(found));
  }
  return { serviceRevisions, failures };
};

function checkReadable(serviceArn: string, { store }: EcsContext): void {
  const service = store.services.get(serviceArn);
  if (service === undefined) throw serviceNotFound();
  if (service.status === 'INACTIVE')
    throw invalidParameter('Cannot call DescribeServiceRevisions for a service that is INACTIVE');
}
