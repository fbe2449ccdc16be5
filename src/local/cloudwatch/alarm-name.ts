/** Names of alarms, and the alarms that have them. */
import { alarmKey, type Alarm } from '../state/cloudwatch-entities.ts';
import type { CloudWatchContext } from './context.ts';
import { alarmNotFound, missingParameter, validationError } from './errors.ts';

const LONGEST_NAME = 255;
/** AWS's limit for names in one request. */
const MOST_NAMES = 100;

/** @throws AwsError MissingRequiredParameter, ValidationError */
export function checkAlarmName(name: string | undefined): string {
  if (name === undefined) throw missingParameter('AlarmName');
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  if (name === '' || name.length > LONGEST_NAME || /[\u0000-\u001f\u007f]/.test(name))
    throw validationError(
      `AlarmName must have from 1 to ${LONGEST_NAME} characters, and no control characters among them.`,
    );
  return name;
}

/** @throws AwsError ValidationError when there are too many */
export function checkAlarmNames(names: readonly string[] = []): readonly string[] {
  if (names.length > MOST_NAMES)
    throw validationError(
      `AlarmNames must have at most ${MOST_NAMES} members, not ${names.length}.`,
    );
  return [...new Set(names)];
}

/** @throws AwsError ResourceNotFound */
export function findAlarm({ store, call }: CloudWatchContext, name: string | undefined): Alarm {
  const checked = checkAlarmName(name);
  const alarm = store.alarms.get(alarmKey(call.region, checked));
  if (alarm === undefined) throw alarmNotFound(checked);
  return alarm;
}

/** Those of the named alarms that there are. */
export function knownAlarms(
  { store, call }: CloudWatchContext,
  names: readonly string[] | undefined,
): readonly Alarm[] {
  return checkAlarmNames(names).flatMap(
    (name) => store.alarms.get(alarmKey(call.region, name)) ?? [],
  );
}
