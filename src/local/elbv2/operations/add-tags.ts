import type { AddTagsInput, AddTagsOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { required } from '../errors.ts';
import { findTaggable } from '../taggable.ts';
import { checkTags, mergeTags } from '../tags.ts';

/** Puts tags on resources, all or none; equal keys are replaced. */
export const addTags: Elbv2Operation<AddTagsInput, AddTagsOutput> = (input, context) => {
  const arns = [...new Set(required(input.ResourceArns, 'ResourceArns'))];
  const added = checkTags(required(input.Tags, 'Tags'));
  context.store.transaction(() => {
    for (const resource of arns.map((arn) => findTaggable(context, arn)))
      resource.put(mergeTags(resource.tags, added));
  });
  return {};
};
