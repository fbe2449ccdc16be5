/** TagResource: adds tags, or replaces the values of those that are there (reference: ECS semantics 1.8). */
import type { TagResourceRequest, TagResourceResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { checkSomeTags, mergeTags } from '../tag-rules.ts';
import { findTaggedResource } from '../tagged-resource.ts';

/** All tags or none. */
export const tagResource: EcsOperation<TagResourceRequest, TagResourceResponse> = (
  input,
  context,
) => {
  const resource = findTaggedResource(input.resourceArn ?? '', context);
  const tags = checkSomeTags(input.tags, resource.tagErrorCode);
  const merged = mergeTags(resource.tags, tags, resource.tagErrorCode);
  context.store.transaction(() => resource.setTags(merged));
  return {};
};
