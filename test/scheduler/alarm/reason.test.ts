import { describe, expect, it } from 'vitest';
import { double, stateReason, stateReasonData } from '../../../src/scheduler/alarm/reason.ts';
import type { AlarmRules, AlarmVerdict } from '../../../src/scheduler/alarm/snapshot.ts';

const RULES: AlarmRules = {
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 3,
  evaluationPeriods: 1,
  datapointsToAlarm: undefined,
  treatMissingData: 'notBreaching',
  leastSamples: 0,
};
const AT = Date.UTC(2026, 0, 21, 20, 17);
const MINUTE = 60_000;

function verdict(state: AlarmVerdict['state'], ...values: (number | undefined)[]): AlarmVerdict {
  return {
    state,
    evaluated: values.map((value, age) => ({ at: AT - age * MINUTE, value })),
    missing: values.filter((value) => value === undefined).length,
  };
}

describe('the reason of a state', () => {
  it.each([
    [
      {},
      verdict('ALARM', 3),
      'Threshold Crossed: 1 datapoint [3.0 (21/01/26 20:17:00)] was greater than or equal to the threshold (3.0).',
    ],
    [
      { comparison: 'GreaterThanThreshold', threshold: 42, evaluationPeriods: 2 },
      verdict('OK', 0, 1),
      'Threshold Crossed: 2 datapoints [0.0 (21/01/26 20:17:00), 1.0 (21/01/26 20:16:00)] were not greater than the threshold (42.0).',
    ],
    [
      { datapointsToAlarm: 1, threshold: 1 },
      verdict('ALARM', 1),
      'Threshold Crossed: 1 out of the last 1 datapoints [1.0 (21/01/26 20:17:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      { datapointsToAlarm: 2, evaluationPeriods: 3, threshold: 1 },
      verdict('OK', 0, 1, 0),
      'Threshold Crossed: 2 out of the last 3 datapoints [0.0 (21/01/26 20:17:00), 0.0 (21/01/26 20:15:00)] were not greater than or equal to the threshold (1.0) (minimum 2 datapoints for ALARM -> OK transition).',
    ],
    [
      {},
      verdict('OK', undefined),
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
    [
      { evaluationPeriods: 2, treatMissingData: 'breaching' },
      verdict('ALARM', undefined, undefined),
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      { evaluationPeriods: 2, comparison: 'LessThanThreshold' },
      verdict('OK', undefined, 7.25),
      'Threshold Crossed: 1 datapoint [7.25 (21/01/26 20:16:00)] was not less than the threshold (3.0) and 1 missing datapoint was treated as [NonBreaching].',
    ],
    [
      { datapointsToAlarm: 1, evaluationPeriods: 3, comparison: 'LessThanOrEqualToThreshold' },
      verdict('ALARM', 4, 3, 5),
      'Threshold Crossed: 1 out of the last 3 datapoints [3.0 (21/01/26 20:16:00)] was less than or equal to the threshold (3.0) (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      { datapointsToAlarm: 1, evaluationPeriods: 3 },
      verdict('OK', 1, undefined, 2),
      'Threshold Crossed: 2 out of the last 2 datapoints [1.0 (21/01/26 20:17:00), 2.0 (21/01/26 20:15:00)] were not greater than or equal to the threshold (3.0) (minimum 3 datapoints for ALARM -> OK transition) and 1 missing datapoint was treated as [NonBreaching].',
    ],
    [
      { datapointsToAlarm: 2, evaluationPeriods: 3, treatMissingData: 'breaching' },
      verdict('ALARM', 1, undefined, undefined),
      'Threshold Crossed: 2 missing datapoints were treated as [Breaching].',
    ],
    [
      { evaluationPeriods: 3, treatMissingData: 'missing' },
      verdict('OK', 1, undefined, undefined),
      'Threshold Crossed: 1 datapoint [1.0 (21/01/26 20:17:00)] was not greater than or equal to the threshold (3.0).',
    ],
    [{}, verdict('INSUFFICIENT_DATA', undefined), 'Insufficient Data: 1 datapoint was unknown.'],
    [
      {},
      verdict('INSUFFICIENT_DATA', undefined, undefined),
      'Insufficient Data: 2 datapoints were unknown.',
    ],
  ] as const)('%#: %j', (rules, found, text) => {
    expect(stateReason({ ...RULES, ...rules }, found)).toBe(text);
  });

  it('is told as JSON, too', () => {
    const found: AlarmVerdict = {
      state: 'ALARM',
      missing: 0,
      evaluated: [{ at: AT, value: 3, sampleCount: 3 }],
    };
    const context = { now: AT + 5 * MINUTE + 408, period: 300, statistic: 'Sum' };
    expect(stateReasonData(RULES, found, context)).toBe(
      '{"version":"1.0","queryDate":"2026-01-21T20:22:00.408+0000","startDate":"2026-01-21T20:17:00.000+0000",' +
        '"statistic":"Sum","period":300,"recentDatapoints":[3.0],"threshold":3.0,' +
        '"evaluatedDatapoints":[{"timestamp":"2026-01-21T20:17:00.000+0000","sampleCount":3.0,"value":3.0}]}',
    );
    const two = {
      state: 'OK',
      missing: 0,
      evaluated: [
        { at: AT, value: 2 },
        { at: AT - MINUTE, value: 1 },
      ],
    } as const;
    const ofMath = JSON.parse(stateReasonData(RULES, two, { now: AT, period: 60 })) as object;
    expect(ofMath).toMatchObject({
      recentDatapoints: [1, 2],
      evaluatedDatapoints: [{ value: 2 }, { value: 1 }],
    });
    expect(ofMath).not.toHaveProperty('statistic');
    const missing = stateReasonData(RULES, verdict('OK', undefined), { ...context, unit: 'Count' });
    expect(JSON.parse(missing)).toEqual({
      version: '1.0',
      queryDate: '2026-01-21T20:22:00.408+0000',
      unit: 'Count',
      statistic: 'Sum',
      period: 300,
      recentDatapoints: [],
      threshold: 3,
      evaluatedDatapoints: [{ timestamp: '2026-01-21T20:17:00.000+0000' }],
    });
  });

  it.each([
    [0, '0.0'],
    [-2, '-2.0'],
    [0.25, '0.25'],
    [1e7, '1.0E7'],
    [1.25e-5, '1.25E-5'],
    [123456.789, '123456.789'],
  ])('prints %d as %s', (value, text) => {
    expect(double(value)).toBe(text);
  });
});
