import { describe, expect, it } from 'vitest';
import { ALARM, CloudWatchWorld, MINUTE, START } from './world.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:pager';

describe('PutMetricAlarm', () => {
  it('makes an alarm that DescribeAlarms shows as AWS does', () => {
    const world = new CloudWatchWorld();
    world.putAlarm({
      AlarmDescription: 'too many errors',
      AlarmActions: [TOPIC],
      Dimensions: [{ Name: 'Service', Value: 'web' }],
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
      Unit: 'Count',
    });
    expect(world.alarm()).toEqual({
      AlarmName: 'too-many-errors',
      AlarmArn: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:too-many-errors',
      AlarmDescription: 'too many errors',
      AlarmConfigurationUpdatedTimestamp: new Date(START),
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: [TOPIC],
      InsufficientDataActions: [],
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: new Date(START),
      MetricName: 'Errors',
      Namespace: 'App',
      Statistic: 'Sum',
      Dimensions: [{ Name: 'Service', Value: 'web' }],
      Period: 60,
      Unit: 'Count',
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      StateTransitionedTimestamp: new Date(START),
    });
  });

  it('of an alarm that there is replaces everything but its state and its tags', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm({ AlarmDescription: 'first', Tags: [{ Key: 'team', Value: 'a' }] });
    world.publish([9]);
    await world.clock.advance(MINUTE + 2_000);
    const { AlarmArn: ResourceARN, StateReason } = world.alarm();
    world.putAlarm({ Threshold: 6, Tags: [{ Key: 'team', Value: 'b' }] });
    expect(world.alarm()).toMatchObject({ Threshold: 6, StateValue: 'ALARM', StateReason });
    expect(world.alarm()).not.toHaveProperty('AlarmDescription');
    expect(world.call('ListTagsForResource', { ResourceARN })).toEqual({
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    const { AlarmHistoryItems: items = [] } = world.call('DescribeAlarmHistory', {
      HistoryItemType: 'ConfigurationUpdate',
    });
    expect(items.map((item) => item.HistorySummary)).toEqual([
      'Alarm "too-many-errors" updated',
      'Alarm "too-many-errors" created',
    ]);
    expect(JSON.parse(items[0]?.HistoryData ?? '')).toMatchObject({
      type: 'Update',
      updatedAlarm: { Threshold: 6 },
    });
  });

  const stat = (MetricName: string, Period = 60) => ({
    MetricStat: { Metric: { Namespace: 'App', MetricName }, Stat: 'Sum', Period },
    ReturnData: false,
  });
  const { Namespace: _n, MetricName: _m, Statistic: _s, Period: _p, ...MATH } = ALARM;
  const metrics = (...Metrics: object[]) => ({ ...MATH, Metrics: Metrics as never });

  it.each([
    [{ ...ALARM, AlarmName: '' }, 'AlarmName must have from 1 to 255 characters'],
    [{ ...ALARM, AlarmName: 'a\nb' }, 'no control characters'],
    [
      { ...ALARM, MetricName: undefined },
      'Exactly one of MetricName and Metrics must be specified.',
    ],
    [{ ...ALARM, Namespace: undefined }, 'The parameter Namespace is required.'],
    [
      { ...ALARM, Statistic: undefined },
      'The parameter Statistic or ExtendedStatistic is required.',
    ],
    [{ ...ALARM, ExtendedStatistic: 'p99' }, 'mutually exclusive'],
    [
      { ...ALARM, Statistic: undefined, ExtendedStatistic: 'p200' },
      'The value p200 for parameter ExtendedStatistic',
    ],
    [{ ...ALARM, Period: undefined }, 'The parameter Period is required.'],
    [{ ...ALARM, Period: 5 }, 'Period must be 10, 20, 30 or a multiple of 60, not 5.'],
    [{ ...ALARM, EvaluationPeriods: undefined }, 'The parameter EvaluationPeriods is required.'],
    [{ ...ALARM, EvaluationPeriods: 0 }, 'EvaluationPeriods must be at least 1'],
    [
      { ...ALARM, EvaluationPeriods: 1441 },
      'across more than a day (EvaluationPeriods * Period must be <= 86400).',
    ],
    [{ ...ALARM, Period: 86_400, EvaluationPeriods: 8 }, 'across more than a week'],
    [
      { ...ALARM, DatapointsToAlarm: 2 },
      'DatapointsToAlarm must be from 1 to EvaluationPeriods (1), not 2.',
    ],
    [{ ...ALARM, Threshold: undefined }, 'The parameter Threshold is required.'],
    [{ ...ALARM, ComparisonOperator: undefined }, 'The parameter ComparisonOperator is required.'],
    [
      { ...ALARM, ComparisonOperator: 'LessThanLowerThreshold' as const },
      'goes with anomaly detection',
    ],
    [{ ...ALARM, TreatMissingData: 'bad' }, "Invalid value 'bad' for TreatMissingData"],
    [{ ...ALARM, EvaluateLowSampleCountPercentile: 'ignore' }, 'goes with a percentile'],
    [{ ...ALARM, AlarmActions: ['pager'] }, 'Invalid arn syntax: pager'],
    [{ ...ALARM, OKActions: Array.from({ length: 6 }, () => TOPIC) }, 'at most 5 actions'],
    [
      { ...ALARM, ThresholdMetricId: 'ad1' },
      "ThresholdMetricId is not evaluated by Fairlead's local CloudWatch.",
    ],
    [
      { ...ALARM, Metrics: [{ Id: 'm1' }] },
      'Metrics list should not be specified along with MetricName',
    ],
    [
      metrics({ Id: 'm1', ...stat('A') }),
      'Exactly one element of the metrics list should return data.',
    ],
    [
      metrics(
        { Id: 'm1', ...stat('A') },
        { Id: 'm2', ...stat('B', 300) },
        { Id: 'e', Expression: 'm1 + m2' },
      ),
      'must all have one Period, not 60, 300.',
    ],
    [
      metrics(
        { Id: 'm1', ...stat('A') },
        { Id: 'm2', ...stat('B') },
        { Id: 'e', Expression: 'METRICS()' },
      ),
      'gives 2 time series; an alarm watches exactly one.',
    ],
    [
      metrics({ Id: 'm1', ...stat('A') }, { Id: 'e', Expression: 'SUM(m1)' }),
      'must give a time series',
    ],
    [metrics({ Id: 'm1', ...stat('A') }, { Id: 'e', Expression: 'm3' }), "The id 'm3' is used"],
  ])('refuses %j', (input, message) => {
    const world = new CloudWatchWorld();
    expect(world.refusal('PutMetricAlarm', input as never).message).toContain(message);
    expect(world.store.alarms.size).toBe(0);
  });
});

describe('DescribeAlarms', () => {
  it('selects by name, prefix, state and action, and comes in pages', () => {
    const world = new CloudWatchWorld();
    for (const name of ['web-1', 'web-2', 'api-1'])
      world.putAlarm({ AlarmName: name, OKActions: name === 'web-2' ? [TOPIC] : [] });
    world.call('SetAlarmState', { AlarmName: 'web-1', StateValue: 'ALARM', StateReason: 'x' });
    const names = (input: object) =>
      world.call('DescribeAlarms', input).MetricAlarms?.map((alarm) => alarm.AlarmName);
    expect(names({})).toEqual(['api-1', 'web-1', 'web-2']);
    expect(names({ AlarmNames: ['web-2', 'no-such'] })).toEqual(['web-2']);
    expect(names({ AlarmNamePrefix: 'web' })).toEqual(['web-1', 'web-2']);
    expect(names({ StateValue: 'ALARM' })).toEqual(['web-1']);
    expect(names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['web-2']);
    expect(names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    const first = world.call('DescribeAlarms', { MaxRecords: 2 });
    expect(first.CompositeAlarms).toEqual([]);
    expect(names({ MaxRecords: 2, NextToken: first.NextToken })).toEqual(['web-2']);
    expect(world.call('DescribeAlarms', {}, 'us-east-1').MetricAlarms).toEqual([]);
    expect(world.refusal('DescribeAlarms', { MaxRecords: 101 }).message).toContain(
      'between 1 and 100',
    );
    expect(
      world.refusal('DescribeAlarms', { AlarmNames: ['a'], AlarmNamePrefix: 'a' }).queryCode,
    ).toBe('InvalidParameterCombination');
  });

  it('for a metric finds those that watch exactly it', () => {
    const world = new CloudWatchWorld();
    const Dimensions = [{ Name: 'Service', Value: 'web' }];
    world.putAlarm({ AlarmName: 'plain' });
    world.putAlarm({ AlarmName: 'web', Dimensions });
    world.putAlarm({ AlarmName: 'five', Period: 300 });
    const metric = { Namespace: 'App', MetricName: 'Errors' };
    const names = (input: object) =>
      world
        .call('DescribeAlarmsForMetric', { ...metric, ...input })
        .MetricAlarms?.map((alarm) => alarm.AlarmName);
    expect(names({})).toEqual(['plain', 'five']);
    expect(names({ Dimensions })).toEqual(['web']);
    expect(names({ Period: 300 })).toEqual(['five']);
    expect(names({ Statistic: 'Average' })).toEqual([]);
  });
});

describe('an alarm', () => {
  it('that is not there cannot be set to a state', () => {
    const input = { AlarmName: 'none', StateValue: 'OK' as const, StateReason: 'x' };
    expect(new CloudWatchWorld().refusal('SetAlarmState', input)).toMatchObject({
      code: 'ResourceNotFound',
      status: 404,
    });
  });

  it('takes reason data as JSON only', () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    const input = { AlarmName: 'too-many-errors', StateValue: 'OK' as const, StateReason: 'x' };
    const error = world.refusal('SetAlarmState', { ...input, StateReasonData: '{' });
    expect([error.code, error.queryCode]).toEqual(['InvalidFormatFault', 'InvalidFormat']);
  });

  it('has its actions switched off and on', () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    world.call('DisableAlarmActions', { AlarmNames: ['too-many-errors', 'none'] });
    expect(world.alarm().ActionsEnabled).toBe(false);
    world.call('EnableAlarmActions', { AlarmNames: ['too-many-errors'] });
    expect(world.alarm().ActionsEnabled).toBe(true);
  });

  it('is tagged and untagged by its ARN', () => {
    const world = new CloudWatchWorld();
    world.putAlarm({ Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceARN = world.alarm().AlarmArn;
    world.call('TagResource', {
      ResourceARN,
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '3' },
      ],
    });
    world.call('UntagResource', { ResourceARN, TagKeys: ['b', 'c'] });
    expect(world.call('ListTagsForResource', { ResourceARN }).Tags).toEqual([
      { Key: 'a', Value: '2' },
    ]);
    const wrong = { ResourceARN: 'arn:aws:cloudwatch:eu-west-1:000000000000:alarm:none' };
    expect(world.refusal('ListTagsForResource', wrong).code).toBe('ResourceNotFoundException');
    expect(
      world.refusal('TagResource', { ResourceARN, Tags: [{ Key: 'aws:x', Value: '' }] }).message,
    ).toContain('must not begin with aws:');
  });
});

describe('DescribeAlarmHistory', () => {
  it('comes in pages, in either order, and by time', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    const states = ['ALARM', 'OK', 'ALARM'] as const;
    for (const StateValue of states) {
      await world.clock.advance(1_000);
      world.call('SetAlarmState', {
        AlarmName: 'too-many-errors',
        StateValue,
        StateReason: StateValue,
      });
    }
    const summaries = (input: object) => {
      const page = world.call('DescribeAlarmHistory', input);
      return page.AlarmHistoryItems?.map((item) => item.HistorySummary);
    };
    const all = [
      'Alarm updated from OK to ALARM',
      'Alarm updated from ALARM to OK',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm "too-many-errors" created',
    ];
    expect(summaries({})).toEqual(all);
    expect(summaries({ ScanBy: 'TimestampAscending' })).toEqual(all.toReversed());
    expect(summaries({ StartDate: new Date(START + 2_500) })).toEqual(all.slice(0, 1));
    expect(summaries({ AlarmName: 'another' })).toEqual([]);
    const first = world.call('DescribeAlarmHistory', { MaxRecords: 3 });
    expect(summaries({ NextToken: first.NextToken })).toEqual(all.slice(3));
    const [latest] = first.AlarmHistoryItems ?? [];
    expect(JSON.parse(latest?.HistoryData ?? '')).toEqual({
      version: '1.0',
      oldState: { stateValue: 'OK', stateReason: 'OK' },
      newState: { stateValue: 'ALARM', stateReason: 'ALARM' },
    });
  });

  it('keeps the newest five hundred entries of an alarm, and none for longer than thirty days', async () => {
    const world = new CloudWatchWorld();
    world.putAlarm();
    const set = (StateValue: 'OK' | 'ALARM', AlarmName = 'too-many-errors') =>
      world.call('SetAlarmState', { AlarmName, StateValue, StateReason: 'x' });
    for (let time = 0; time < 300; time++) {
      set('OK');
      set('ALARM');
    }
    expect(world.store.alarmHistory.size).toBe(500);
    await world.clock.advance(31 * 24 * 60 * MINUTE);
    world.putAlarm({ AlarmName: 'another' });
    expect(world.store.alarmHistory.size).toBe(1);
  });
});
