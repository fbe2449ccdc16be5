/** DescribeServices (reference: ECS semantics 1.4, 1.5, 4.5). */
import type {
  DescribeServicesRequest,
  DescribeServicesResponse,
  Failure,
  Service,
} from '@aws-sdk/client-ecs';
import { checkBatch } from '../batch.ts';
import type { EcsOperation } from '../context.ts';
import { describedService } from '../presentation/described-service.ts';
import { findCluster } from '../lookup/find-cluster.ts';
import { serviceArnOf } from '../lookup/find-service.ts';

const MOST_SERVICES = 10;

/**
 * Shows up to 10 services with the counts of this moment; deleted ones too. What never was is a failure MISSING.
 * @throws AwsError
 */
export const describeServices: EcsOperation<DescribeServicesRequest, DescribeServicesResponse> = (
  input,
  context,
) => {
  const { store } = context;
  const cluster = findCluster(input.cluster, context);
  const references = checkBatch(input.services, 'Services', MOST_SERVICES);
  const tags = input.include?.includes('TAGS') ?? false;
  const services: Service[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const arn = serviceArnOf(reference, cluster, context);
    const service = store.services.get(arn);
    if (service === undefined) failures.push({ arn, reason: 'MISSING' });
    else services.push(describedService(service, store, tags));
  }
  return { services, failures };
};
