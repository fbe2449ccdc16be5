import type { UntagResourceInput, UntagResourceOutput } from '@aws-sdk/client-cloudwatch';
import { alarmKey } from '../../state/cloudwatch-entities.ts';
import type { CloudWatchOperation } from '../context.ts';
import { findTagged } from '../tags.ts';

/** Takes tags off an alarm; unknown keys are no error. */
export const untagResource: CloudWatchOperation<UntagResourceInput, UntagResourceOutput> = (
  input,
  context,
) => {
  const alarm = findTagged(context, input.ResourceARN);
  const keys = new Set(input.TagKeys);
  const tags = alarm.tags.filter(({ Key: key = '' }) => !keys.has(key));
  const { store } = context;
  store.transaction(() =>
    store.alarms.put(alarmKey(alarm.region, alarm.alarmName), { ...alarm, tags }),
  );
  return {};
};
