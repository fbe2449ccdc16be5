import { describe, expect, it } from 'vitest';
import { ALARM, CloudWatchWorld, HOUR, MINUTE, START } from '../../cloudwatch/world.ts';

describe('an alarm', () => {
  it('begins without data, and says so', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    await world.clock.advance(0);
    expect(world.alarm()).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
    });
  });

  it('goes off and recovers by what is published, each within seconds of the end of its minute', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    // The minute of a value is over 58 s after it was published, and is looked at a second later.
    await world.clock.advance(2_000);
    const seen: string[] = [];
    for (const errors of [0, 0, 9, 9, 0, 0]) {
      world.publish([errors]);
      await world.clock.advance(MINUTE);
      seen.push(world.alarm().StateValue ?? '');
    }
    expect(seen).toEqual(['OK', 'OK', 'ALARM', 'ALARM', 'OK', 'OK']);
    const history = world.call('DescribeAlarmHistory', { HistoryItemType: 'StateUpdate' });
    expect(history.AlarmHistoryItems?.map((item) => item.HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from INSUFFICIENT_DATA to OK',
    ]);
  });

  it('is evaluated at once when data comes in for a time that is over', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    await world.clock.advance(MINUTE * 5 + 30_000);
    world.publish([6], START + 4 * MINUTE);
    await world.clock.advance(0);
    expect(world.alarm()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 datapoint [6.0 (21/01/26 20:04:00)] was greater than the threshold (5.0).',
    });
    expect(JSON.parse(world.alarm().StateReasonData ?? '')).toMatchObject({
      queryDate: '2026-01-21T20:05:30.000+0000',
      statistic: 'Sum',
      recentDatapoints: [6],
      evaluatedDatapoints: [{ sampleCount: 1, value: 6 }],
    });
  });

  it('keeps its state for the evaluation range after the data has ended, then has none', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    world.publish([9]);
    await world.clock.advance(MINUTE + 2_000);
    expect(world.alarm().StateValue).toBe('ALARM');
    await world.clock.advance(2 * MINUTE);
    expect(world.alarm().StateValue).toBe('ALARM');
    await world.clock.advance(MINUTE);
    expect(world.alarm()).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Insufficient Data: 1 datapoint was unknown.',
    });
  });

  it('rests while there is no data, so that time has nothing to wait for', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm({ TreatMissingData: 'notBreaching' });
    await expect(world.clock.runUntil(() => false, HOUR)).rejects.toThrow('no timer is left');
    expect(world.clock.now()).toBeLessThan(START + 3 * MINUTE);
    expect(world.alarm()).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    });
  });

  it('that was set to a state by hand returns to its own at the next evaluation', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm({ TreatMissingData: 'notBreaching' });
    await world.clock.advance(10 * MINUTE + 20_000);
    world.call('SetAlarmState', {
      AlarmName: 'too-many-errors',
      StateValue: 'ALARM',
      StateReason: 'a drill',
      StateReasonData: '{"drill":true}',
    });
    await world.clock.advance(20_000);
    expect(world.alarm()).toMatchObject({
      StateValue: 'ALARM',
      StateReason: 'a drill',
      StateReasonData: '{"drill":true}',
      StateTransitionedTimestamp: new Date(START + 10 * MINUTE + 20_000),
    });
    await world.clock.advance(21_000);
    expect(world.alarm().StateValue).toBe('OK');
  });

  it('of 2 out of 3 goes off with the second breaching datapoint', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    await world.clock.advance(2_000);
    for (const errors of [0, 9, 0]) {
      world.publish([errors]);
      await world.clock.advance(MINUTE);
      expect(world.alarm().StateValue).toBe('OK');
    }
    world.publish([9]);
    await world.clock.advance(MINUTE);
    expect(world.alarm().StateReason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [9.0 (21/01/26 20:03:00), 9.0 (21/01/26 20:01:00)] were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
  });

  it('slides longer periods by the minute', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm({ Period: 300 });
    await world.clock.advance(7 * MINUTE);
    world.publish([3]);
    await world.clock.advance(3 * MINUTE);
    world.publish([3]);
    await world.clock.advance(MINUTE + 2_000);
    // 20:06 to 20:11 holds both.
    expect(world.alarm().StateValue).toBe('ALARM');
    await world.clock.advance(2 * MINUTE);
    // 20:08 to 20:13 holds the second only.
    expect(world.alarm().StateValue).toBe('OK');
  });

  it('of a percentile watches the values, not their average', async () => {
    const world = new CloudWatchWorld();
    const { Statistic: _replaced, ...rest } = ALARM;
    world.call('PutMetricAlarm', { ...rest, ExtendedStatistic: 'p90' });
    world.publish([1, 1, 1, 1, 1, 1, 1, 1, 1, 100]);
    await world.clock.advance(MINUTE + 2_000);
    expect(world.alarm().StateValue).toBe('OK');
    world.publish([1, 1, 1, 1, 1, 1, 1, 1, 100, 100]);
    await world.clock.advance(MINUTE);
    expect(world.alarm().StateValue).toBe('ALARM');
  });

  it('of metric math watches the result of the expression', async () => {
    const world = new CloudWatchWorld();
    const stat = (MetricName: string) => ({
      Metric: { Namespace: 'App', MetricName },
      Stat: 'Sum',
      Period: 60,
    });
    world.call('PutMetricAlarm', {
      AlarmName: 'error-rate',
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      Metrics: [
        { Id: 'errors', MetricStat: stat('Errors'), ReturnData: false },
        { Id: 'requests', MetricStat: stat('Requests'), ReturnData: false },
        { Id: 'rate', Expression: '100 * FILL(errors, 0) / requests' },
      ],
    });
    const requests = (count: number) =>
      world.call('PutMetricData', {
        Namespace: 'App',
        MetricData: [{ MetricName: 'Requests', Value: count }],
      });
    requests(100);
    await world.clock.advance(MINUTE + 2_000);
    expect(world.alarm().StateValue).toBe('OK');
    requests(100);
    world.publish([10]);
    await world.clock.advance(MINUTE);
    expect(world.alarm().StateValue).toBe('ALARM');
    expect(world.alarm()).not.toHaveProperty('MetricName');
  });

  it('with a short period is evaluated every ten seconds', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm({ Period: 10 });
    world.call('PutMetricData', {
      Namespace: 'App',
      MetricData: [{ MetricName: 'Errors', Value: 9, StorageResolution: 1 }],
    });
    await world.clock.advance(12_000);
    expect(world.alarm().StateValue).toBe('ALARM');
  });

  it('that is deleted is evaluated no more', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    world.publish([9]);
    world.call('DeleteAlarms', { AlarmNames: ['too-many-errors', 'no-such-alarm'] });
    await world.clock.advance(10 * MINUTE);
    expect(world.call('DescribeAlarms', {}).MetricAlarms).toEqual([]);
    const { AlarmHistoryItems: history = [] } = world.call('DescribeAlarmHistory', {});
    expect(history.map((item) => item.HistorySummary)).toEqual([
      'Alarm "too-many-errors" deleted',
      'Alarm "too-many-errors" created',
    ]);
  });

  it('of another region watches the metrics of its own', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    const datum = { MetricName: 'Errors', Value: 9 };
    world.call('PutMetricData', { Namespace: 'App', MetricData: [datum] }, 'us-east-1');
    await world.clock.advance(5 * MINUTE);
    expect(world.alarm().StateValue).toBe('INSUFFICIENT_DATA');
  });
});
