import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
} from '@aws-sdk/client-cloudwatch';
import type { CloudWatchOperation } from '../context.ts';
import { findTagged } from '../tags.ts';

/** The tags of an alarm. */
export const listTagsForResource: CloudWatchOperation<
  ListTagsForResourceInput,
  ListTagsForResourceOutput
> = (input, context) => ({ Tags: [...findTagged(context, input.ResourceARN).tags] });
