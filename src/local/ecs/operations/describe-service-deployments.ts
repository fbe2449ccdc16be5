/** DescribeServiceDeployments (reference: ECS semantics 1.5, 6.5). */
import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse,
  Failure,
  ServiceDeployment,
} from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { serviceNotFound } from '../lookup/find-service.ts';
import { presentServiceDeployment } from '../presentation/present-service-deployment.ts';
import { parseServiceResources } from '../service-resource-arn.ts';

const MOST_ARNS = 20;

/** Shows up to 20 rollouts of one service; unknown ones are failures MISSING. */
export const describeServiceDeployments: EcsOperation<
  DescribeServiceDeploymentsRequest,
  DescribeServiceDeploymentsResponse
> = ({ serviceDeploymentArns = [] }, context) => {
  const { store } = context;
  const arns = [...new Set(serviceDeploymentArns)];
  if (arns.length === 0) throw invalidParameter('Service Deployment ARNs cannot be empty.');
  if (serviceDeploymentArns.length > MOST_ARNS)
    throw invalidParameter(`Service Deployment ARN count cannot exceed ${MOST_ARNS}`);
  const resources = parseServiceResources(arns, 'service-deployment', context);
  if (resources.some(({ serviceArn }) => store.services.get(serviceArn) === undefined))
    throw serviceNotFound();
  const serviceDeployments: ServiceDeployment[] = [];
  const failures: Failure[] = [];
  for (const { arn } of resources) {
    const found = store.serviceDeployments.get(arn);
    if (found === undefined) failures.push({ arn, reason: 'MISSING' });
    else serviceDeployments.push(presentServiceDeployment(found, store));
  }
  return { serviceDeployments, failures };
};
