import type { RemoveTagsInput, RemoveTagsOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { required } from '../errors.ts';
import { findTaggable } from '../taggable.ts';
import { removeTags as withoutTags } from '../tags.ts';

/** Takes tags off resources, all or none; keys that a resource does not have are no error. */
export const removeTags: Elbv2Operation<RemoveTagsInput, RemoveTagsOutput> = (input, context) => {
  const arns = [...new Set(required(input.ResourceArns, 'ResourceArns'))];
  const keys = required(input.TagKeys, 'TagKeys');
  context.store.transaction(() => {
    for (const resource of arns.map((arn) => findTaggable(context, arn)))
      if (resource.tags.length > 0) resource.put(withoutTags(resource.tags, keys));
  });
  return {};
};
