import type { SetAlarmStateInput } from '@aws-sdk/client-cloudwatch';
import { putState } from '../alarm-history.ts';
import { findAlarm } from '../alarm-name.ts';
import type { CloudWatchOperation } from '../context.ts';
import { invalidFormat, missingParameter, validationError } from '../errors.ts';

const LONGEST_REASON = 1023;
const LONGEST_REASON_DATA = 4000;

/** Puts an alarm into a state, until its next evaluation comes to another one. */
export const setAlarmState: CloudWatchOperation<SetAlarmStateInput, object> = (input, context) => {
  const { StateValue: stateValue, StateReason: stateReason, StateReasonData: data } = input;
  if (stateValue === undefined) throw missingParameter('StateValue');
  if (stateReason === undefined) throw missingParameter('StateReason');
  if (stateReason.length > LONGEST_REASON)
    throw validationError(`StateReason must have at most ${LONGEST_REASON} characters.`);
  if (data !== undefined) checkJson(data);
  const alarm = findAlarm(context, input.AlarmName);
  const next = { stateValue, stateReason, ...(data !== undefined && { stateReasonData: data }) };
  context.store.transaction(() => putState(context, alarm, next, context.clock.now()));
  return {};
};

function checkJson(text: string): void {
  if (text.length > LONGEST_REASON_DATA)
    throw validationError(`StateReasonData must have at most ${LONGEST_REASON_DATA} characters.`);
  try {
    JSON.parse(text);
  } catch {
    throw invalidFormat('StateReasonData is not valid JSON.');
  }
}
