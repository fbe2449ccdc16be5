/** What is written down about an alarm's life (DescribeAlarmHistory). */
import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { IdSource } from '../../base/ids.ts';
import { alarmKey, type Alarm, type AlarmHistoryEntry } from '../state/cloudwatch-entities.ts';
import type { Store } from '../state/store.ts';
import { describeAlarm } from './describe-alarm.ts';

/** AWS keeps history for thirty days. */
const KEPT_MS = 30 * 86_400_000;
/** An alarm that flickers must not fill the state, and neither must many that come and go. */
const MOST_OF_ONE = 500;
const MOST_OF_ALL = 20_000;

/** What writing history needs. */
export interface HistoryWorld {
  readonly store: Store;
  readonly ids: Pick<IdSource, 'hex'>;
}

/** The state of an alarm, and why it is in it. */
export type StateOfAlarm = Pick<Alarm, 'stateValue' | 'stateReason' | 'stateReasonData'>;

/** Writes down that an alarm was made, changed or deleted; inside a transaction. */
export function recordConfigurationUpdate(
  world: HistoryWorld,
  change: 'Create' | 'Update' | 'Delete',
  alarm: Alarm,
  now: number,
): void {
  const verb = { Create: 'created', Update: 'updated', Delete: 'deleted' }[change];
  const shape =
    change === 'Delete' ? 'deletedAlarm' : change === 'Create' ? 'createdAlarm' : 'updatedAlarm';
  const data = { version: '1.0', type: change, [shape]: configurationOf(alarm) };
  record(world, alarm, now, 'ConfigurationUpdate', `Alarm "${alarm.alarmName}" ${verb}`, data);
}

/** Puts an alarm into a state, which is history where it is another one; inside a transaction. */
export function putState(world: HistoryWorld, alarm: Alarm, next: StateOfAlarm, now: number): void {
  const { stateReasonData: _former, ...rest } = alarm;
  const changes = alarm.stateValue !== next.stateValue;
  world.store.alarms.put(alarmKey(alarm.region, alarm.alarmName), {
    ...rest,
    ...next,
    stateUpdatedAt: now,
    ...(changes && { stateTransitionedAt: now }),
  });
  if (!changes) return;
  const summary = `Alarm updated from ${alarm.stateValue} to ${next.stateValue}`;
  const data = { version: '1.0', oldState: stateData(alarm), newState: stateData(next) };
  record(world, alarm, now, 'StateUpdate', summary, data);
}

function stateData(state: StateOfAlarm): {
  readonly stateValue: StateValue;
  readonly stateReason: string;
  readonly stateReasonData?: unknown;
} {
  const { stateValue, stateReason, stateReasonData: json } = state;
  return {
    stateValue,
    stateReason,
    ...(json !== undefined && { stateReasonData: JSON.parse(json) as unknown }),
  };
}

function configurationOf(alarm: Alarm): object {
  const {
    StateValue: _value,
    StateReason: _reason,
    StateReasonData: _data,
    StateUpdatedTimestamp: _updated,
    StateTransitionedTimestamp: _transitioned,
    ...configuration
  } = describeAlarm(alarm);
  return configuration;
}

function record(
  { store, ids }: HistoryWorld,
  { region, alarmName }: Alarm,
  at: number,
  type: AlarmHistoryEntry['type'],
  summary: string,
  data: object,
): void {
  const alarm = alarmKey(region, alarmName);
  const excess = store.alarmHistory.count('alarm', alarm) + 1 - MOST_OF_ONE;
  for (const entry of excess > 0 ? store.alarmHistory.by('alarm', alarm).slice(0, excess) : [])
    store.alarmHistory.delete(historyKey(entry));
  // The oldest come first.
  for (const entry of store.alarmHistory.values()) {
    if (entry.at >= at - KEPT_MS && store.alarmHistory.size < MOST_OF_ALL) break;
    store.alarmHistory.delete(historyKey(entry));
  }
  const entry = {
    id: ids.hex(16),
    region,
    alarmName,
    at,
    type,
    summary,
    data: JSON.stringify(data),
  };
  store.alarmHistory.put(historyKey(entry), entry);
}

function historyKey({ region, alarmName, id }: AlarmHistoryEntry): string {
  return `${alarmKey(region, alarmName)}|${id}`;
}
