/** ListTagsForResource: the tags of anything that has some (reference: ECS semantics 1.8). */
import type { ListTagsForResourceRequest, ListTagsForResourceResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { findTaggedResource } from '../tagged-resource.ts';

/** In the order in which they were put on. */
export const listTagsForResource: EcsOperation<
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
> = (input, context) => ({
  tags: [...findTaggedResource(input.resourceArn ?? '', context).tags],
});
