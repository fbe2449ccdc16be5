import type {
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
} from '@aws-sdk/client-cloudwatch';
import { toDate } from '../../../base/clock.ts';
import { alarmKey, type AlarmHistoryEntry } from '../../state/cloudwatch-entities.ts';
import type { CloudWatchContext, CloudWatchOperation } from '../context.ts';
import { invalidNextToken } from '../errors.ts';
import { nextTokenOf, pageSize, placeOf } from '../page.ts';

/** What happened to one alarm, or to all, newest first unless asked otherwise. */
export const describeAlarmHistory: CloudWatchOperation<
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput
> = (input, context) => {
  const size = pageSize(input.MaxRecords, 50, 100);
  const found = entriesOf(input, context).filter((entry) => matches(entry, input));
  // Entries of one instant stay in the order in which they were made.
  const oldestFirst = found.toSorted((one, other) => one.at - other.at);
  const ordered = input.ScanBy === 'TimestampAscending' ? oldestFirst : oldestFirst.reverse();
  const start = input.NextToken === undefined ? 0 : startOf(ordered, input.NextToken);
  const next = ordered[start + size];
  return {
    AlarmHistoryItems: ordered.slice(start, start + size).map((entry) => ({
      AlarmName: entry.alarmName,
      AlarmType: 'MetricAlarm',
      Timestamp: toDate(entry.at),
      HistoryItemType: entry.type,
      HistorySummary: entry.summary,
      HistoryData: entry.data,
    })),
    ...(next !== undefined && { NextToken: nextTokenOf(next.id) }),
  };
};

function entriesOf(
  { AlarmName: name, AlarmTypes: types }: DescribeAlarmHistoryInput,
  { store, call }: CloudWatchContext,
): readonly AlarmHistoryEntry[] {
  if (types !== undefined && types.length > 0 && !types.includes('MetricAlarm')) return [];
  return name === undefined
    ? store.alarmHistory.by('region', call.region)
    : store.alarmHistory.by('alarm', alarmKey(call.region, name));
}

function matches(entry: AlarmHistoryEntry, input: DescribeAlarmHistoryInput): boolean {
  const { HistoryItemType: type, StartDate: start, EndDate: end } = input;
  return (
    entry.type === (type ?? entry.type) &&
    entry.at >= (start?.getTime() ?? -Infinity) &&
    entry.at <= (end?.getTime() ?? Infinity)
  );
}

/** A token names the entry with which its page begins. */
function startOf(ordered: readonly AlarmHistoryEntry[], token: string): number {
  const id = placeOf(token);
  const start = ordered.findIndex((entry) => entry.id === id);
  if (start === -1) throw invalidNextToken();
  return start;
}
