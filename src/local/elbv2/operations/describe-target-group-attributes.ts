import type {
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attributeList } from '../attributes.ts';
import type { Elbv2Operation } from '../context.ts';
import { findTargetGroup } from '../find.ts';

/** All attributes of a target group. */
export const describeTargetGroupAttributes: Elbv2Operation<
  DescribeTargetGroupAttributesInput,
  DescribeTargetGroupAttributesOutput
> = (input, context) => ({
  Attributes: attributeList(findTargetGroup(context, input.TargetGroupArn).attributes),
});
