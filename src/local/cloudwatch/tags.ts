/** Tags of alarms. */
import type { Tag } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from '../state/cloudwatch-entities.ts';
import type { CloudWatchContext } from './context.ts';
import { invalidValue, quotaExceeded, resourceNotFound } from './errors.ts';

const MOST_TAGS = 50;

/** The alarm that a request names by its ARN. @throws AwsError ResourceNotFoundException */
export function findTagged({ store, call }: CloudWatchContext, arn: string | undefined): Alarm {
  const [alarm] = store.alarms.by('arn', arn ?? '');
  if (alarm?.region !== call.region) throw resourceNotFound(arn ?? '');
  return alarm;
}

/** @throws AwsError InvalidParameterValue, LimitExceeded */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key === '' || key.length > 128)
      throw invalidValue(`Tag key '${key}' must have from 1 to 128 characters.`);
    if (key.toLowerCase().startsWith('aws:'))
      throw invalidValue(`Tag key '${key}' must not begin with aws:, which AWS keeps for itself.`);
    if (value.length > 256)
      throw invalidValue(`The value of tag '${key}' must have at most 256 characters.`);
  }
  if (new Set(tags.map(({ Key }) => Key)).size !== tags.length)
    throw invalidValue('A tag key is given more than once.');
  if (tags.length > MOST_TAGS) throw quotaExceeded(`An alarm has at most ${MOST_TAGS} tags.`);
  return tags;
}
