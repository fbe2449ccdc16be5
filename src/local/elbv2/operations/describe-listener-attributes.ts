import type {
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attributeList } from '../attributes.ts';
import type { Elbv2Operation } from '../context.ts';
import { findListener } from '../find.ts';

/** All attributes of a listener. */
export const describeListenerAttributes: Elbv2Operation<
  DescribeListenerAttributesInput,
  DescribeListenerAttributesOutput
> = (input, context) => ({
  Attributes: attributeList(findListener(context, input.ListenerArn).attributes),
});
