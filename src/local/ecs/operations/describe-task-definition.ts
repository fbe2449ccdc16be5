/** DescribeTaskDefinition: a revision in whatever status, or a family's newest ACTIVE one (reference: 1.8, 3.4). */
import type {
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { clientException } from '../ecs-errors.ts';
import { findTaskDefinition } from '../lookup/find-task-definition.ts';
import { presentTaskDefinition } from '../presentation/present-task-definition.ts';

/** @throws AwsError ClientException `Unable to describe task definition.` */
export const describeTaskDefinition: EcsOperation<
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse
> = (input, context) => {
  const found = findTaskDefinition(input.taskDefinition ?? '', context);
  if (found === undefined) throw clientException('Unable to describe task definition.');
  return {
    taskDefinition: presentTaskDefinition(found),
    tags: input.include?.includes('TAGS') ? [...found.tags] : [],
  };
};
