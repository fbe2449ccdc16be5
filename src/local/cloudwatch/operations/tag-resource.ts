import type { TagResourceInput, TagResourceOutput } from '@aws-sdk/client-cloudwatch';
import { alarmKey } from '../../state/cloudwatch-entities.ts';
import type { CloudWatchOperation } from '../context.ts';
import { checkTags, findTagged } from '../tags.ts';

/** Puts tags on an alarm; equal keys are replaced. */
export const tagResource: CloudWatchOperation<TagResourceInput, TagResourceOutput> = (
  input,
  context,
) => {
  const alarm = findTagged(context, input.ResourceARN);
  const byKey = new Map(alarm.tags.map((tag) => [tag.Key, tag]));
  for (const tag of checkTags(input.Tags ?? [])) byKey.set(tag.Key, tag);
  const tags = checkTags([...byKey.values()]);
  const { store } = context;
  store.transaction(() =>
    store.alarms.put(alarmKey(alarm.region, alarm.alarmName), { ...alarm, tags }),
  );
  return {};
};
