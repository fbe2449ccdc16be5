import type { DescribeAlarmsInput, DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from '../../state/cloudwatch-entities.ts';
import { knownAlarms } from '../alarm-name.ts';
import type { CloudWatchContext, CloudWatchOperation } from '../context.ts';
import { describeAlarm } from '../describe-alarm.ts';
import { invalidCombination } from '../errors.ts';
import { pageOf, pageSize } from '../page.ts';

/** The metric alarms by name, prefix, state or action; there are no composite ones. */
export const describeAlarms: CloudWatchOperation<DescribeAlarmsInput, DescribeAlarmsOutput> = (
  input,
  context,
) => {
  const size = pageSize(input.MaxRecords, 50, 100);
  const found = selected(input, context).filter((alarm) => matches(alarm, input));
  const { items, ...next } = pageOf(found, ({ alarmName }) => alarmName, size, input.NextToken);
  return { MetricAlarms: items.map(describeAlarm), CompositeAlarms: [], ...next };
};

function selected(input: DescribeAlarmsInput, context: CloudWatchContext): readonly Alarm[] {
  const { AlarmNames: names, AlarmNamePrefix: prefix, AlarmTypes: types } = input;
  if (names !== undefined && names.length > 0 && prefix !== undefined)
    throw invalidCombination(
      'The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.',
    );
  if (types !== undefined && types.length > 0 && !types.includes('MetricAlarm')) return [];
  // Only composite alarms have parents and children.
  if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined) return [];
  if (names !== undefined && names.length > 0) return knownAlarms(context, names);
  return context.store.alarms.by('region', context.call.region);
}

function matches(alarm: Alarm, input: DescribeAlarmsInput): boolean {
  const { AlarmNamePrefix: prefix, StateValue: state, ActionPrefix: action } = input;
  const actions = [...alarm.okActions, ...alarm.alarmActions, ...alarm.insufficientDataActions];
  return (
    alarm.alarmName.startsWith(prefix ?? '') &&
    alarm.stateValue === (state ?? alarm.stateValue) &&
    (action === undefined || actions.some((each) => each.startsWith(action)))
  );
}
