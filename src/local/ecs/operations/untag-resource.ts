/** UntagResource: takes tags away by their keys; keys that are not there are no error (reference: ECS semantics 1.8). */
import type { UntagResourceRequest, UntagResourceResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { removeTags } from '../tag-rules.ts';
import { findTaggedResource } from '../tagged-resource.ts';

/** Keys differ by case. */
export const untagResource: EcsOperation<UntagResourceRequest, UntagResourceResponse> = (
  input,
  context,
) => {
  const resource = findTaggedResource(input.resourceArn ?? '', context);
  const left = removeTags(resource.tags, input.tagKeys ?? []);
  if (left.length !== resource.tags.length) context.store.transaction(() => resource.setTags(left));
  return {};
};
