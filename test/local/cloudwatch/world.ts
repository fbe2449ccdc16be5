/** CloudWatch on an empty state in virtual time: its operations as the wire calls them, its alarms and its retention. */
import { expect } from 'vitest';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { cloudWatchOperations } from '../../../src/local/cloudwatch/handlers.ts';
import { AlarmController } from '../../../src/local/controllers/alarms/alarm-controller.ts';
import { MetricRetention } from '../../../src/local/controllers/metrics/metric-retention.ts';
import { silentLog } from '../../../src/local/log.ts';
import { memoryJournal, type Journal } from '../../../src/local/state/journal.ts';
import { Store } from '../../../src/local/state/store.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';

type Operations = typeof cloudWatchOperations;
type Input<N extends keyof Operations> = Parameters<Operations[N]>[0];
type Output<N extends keyof Operations> = ReturnType<Operations[N]>;

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/** A whole hour. */
export const START = Date.UTC(2026, 0, 21, 20);

/** CloudWatch in the region eu-west-1, unless said otherwise. */
export class CloudWatchWorld {
  readonly clock = new VirtualClock(START);
  readonly store: Store;
  readonly #ids = idSource(seededRandom(1));

  constructor(journal: Journal = memoryJournal) {
    this.store = new Store(journal);
    const { store, clock } = this;
    new MetricRetention({ store, clock, log: silentLog }).start();
    new AlarmController({ store, clock, ids: this.#ids, log: silentLog }).start();
  }

  call<N extends keyof Operations>(name: N, input: Input<N>, region = 'eu-west-1'): Output<N> {
    const call = {
      region,
      accountId: '000000000000',
      requestId: '00000000-0000-4000-8000-000000000000',
      principalArn: 'arn:aws:iam::000000000000:root',
    };
    const operation = cloudWatchOperations[name] as (input: unknown, context: object) => Output<N>;
    return operation(input, { store: this.store, clock: this.clock, ids: this.#ids, call });
  }

  /** What the call is refused with. */
  refusal<N extends keyof Operations>(name: N, input: Input<N>): AwsError {
    try {
      this.call(name, input);
    } catch (error) {
      expect(error).toBeInstanceOf(AwsError);
      return error as AwsError;
    }
    throw new Error(`${name} was not refused`);
  }

  /** Publishes values of the metric `Errors` of the namespace `App`, now unless said otherwise. */
  publish(values: readonly number[], at: number = this.clock.now()): void {
    const datum = { MetricName: 'Errors', Values: [...values], Timestamp: new Date(at) };
    this.call('PutMetricData', { Namespace: 'App', MetricData: [datum] });
  }

  /** Makes an alarm that goes off when the sum of `Errors` over a minute exceeds 5. */
  putAlarm(changes: Partial<Input<'PutMetricAlarm'>> = {}): void {
    this.call('PutMetricAlarm', { ...ALARM, ...changes });
  }

  /** The only alarm. */
  alarm() {
    const [alarm, ...others] = this.call('DescribeAlarms', {}).MetricAlarms ?? [];
    if (alarm === undefined || others.length > 0) throw new Error('there is not exactly one alarm');
    return alarm;
  }
}

/** What putAlarm makes. */
export const ALARM: Input<'PutMetricAlarm'> = {
  AlarmName: 'too-many-errors',
  Namespace: 'App',
  MetricName: 'Errors',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
};
