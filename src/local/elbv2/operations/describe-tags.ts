import type {
  DescribeTagsInput,
  DescribeTagsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { required, validationError } from '../errors.ts';
import { findTaggable } from '../taggable.ts';

const MOST_RESOURCES = 20;

/** The tags of up to 20 resources, in the order in which they were asked for. */
export const describeTags: Elbv2Operation<DescribeTagsInput, DescribeTagsOutput> = (
  input,
  context,
) => {
  const arns = required(input.ResourceArns, 'ResourceArns');
  if (arns.length > MOST_RESOURCES)
    throw validationError(`Up to '${MOST_RESOURCES}' resources can be described in one call`);
  return {
    TagDescriptions: arns
      .map((arn) => findTaggable(context, arn))
      .map(({ arn, tags }) => ({ ResourceArn: arn, Tags: [...tags] })),
  };
};
