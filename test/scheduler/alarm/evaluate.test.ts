import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evaluateAlarm,
  evaluationRange,
  significantSamples,
} from '../../../src/scheduler/alarm/evaluate.ts';
import type { AlarmPeriod, AlarmRules } from '../../../src/scheduler/alarm/snapshot.ts';

const RULES: AlarmRules = {
  comparison: 'GreaterThanThreshold',
  threshold: 5,
  evaluationPeriods: 3,
  datapointsToAlarm: undefined,
  treatMissingData: 'missing',
  leastSamples: 0,
};
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

/** Periods as the user guide writes them, oldest first: 0 within the threshold, X breaching, - missing. */
function range(text: string): readonly AlarmPeriod[] {
  const periods = text.split(' ').map((sign, index) => ({
    at: index * 60_000,
    value: sign === '-' ? undefined : sign === 'X' ? 10 : 0,
  }));
  return periods.toReversed();
}

/** The state after an evaluation, for each way to treat missing data; `retain` where the alarm keeps its own. */
function states(text: string, rules: Partial<AlarmRules>) {
  return TREATMENTS.map(
    (treatMissingData) =>
      evaluateAlarm({ ...RULES, ...rules, treatMissingData }, range(text))?.state ?? 'retain',
  );
}

describe('an alarm', () => {
  it.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'retain', 'ALARM', 'OK'],
    ['- - - - X', 'retain', 'retain', 'ALARM', 'OK'],
    ['- - - X -', 'retain', 'retain', 'ALARM', 'OK'],
    ['- - - X 0', 'OK', 'OK', 'OK', 'OK'],
    ['X X X X X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['X X X X 0', 'OK', 'OK', 'OK', 'OK'],
  ])(
    'of 3 out of 3 treats %s as missing: %s, ignore: %s, breaching: %s, notBreaching: %s',
    (text, ...wanted) => {
      expect(states(text, {})).toEqual(wanted);
    },
  );

  it.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', 'retain', 'ALARM', 'OK'],
    ['X X 0 0 0', 'OK', 'OK', 'OK', 'OK'],
  ])(
    'of 2 out of 3 treats %s as missing: %s, ignore: %s, breaching: %s, notBreaching: %s',
    (text, ...wanted) => {
      expect(states(text, { datapointsToAlarm: 2 })).toEqual(wanted);
    },
  );

  it('looks at two periods more than it evaluates', () => {
    expect([evaluationRange(1), evaluationRange(3)]).toEqual([3, 5]);
  });

  it.each([
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
  ] as const)('compares by %s: 4, 5 and 6 with 5', (comparison, wanted) => {
    const rules = { ...RULES, comparison, evaluationPeriods: 1 };
    const found = [4, 5, 6].map((value) => evaluateAlarm(rules, [{ at: 0, value }])?.state);
    expect(found).toEqual(wanted);
  });

  it('tells which datapoints it evaluated, newest first, and how many were missing', () => {
    const rules: AlarmRules = { ...RULES, treatMissingData: 'breaching' };
    expect(evaluateAlarm(rules, range('- 0 - - X'))).toEqual({
      state: 'OK',
      missing: 1,
      evaluated: [
        { at: 240_000, value: 10 },
        { at: 180_000, value: undefined },
        { at: 60_000, value: 0 },
      ],
    });
    expect(evaluateAlarm(rules, range('0 X X - X'))?.evaluated.map(({ at }) => at)).toEqual([
      240_000, 120_000, 60_000,
    ]);
  });

  it('of a percentile keeps its state while there are too few values, if asked', () => {
    const rules = { ...RULES, evaluationPeriods: 1, leastSamples: significantSamples(0.99) };
    expect(rules.leastSamples).toBe(1000);
    expect(evaluateAlarm(rules, [{ at: 0, value: 10, sampleCount: 999 }])).toBeUndefined();
    expect(evaluateAlarm(rules, [{ at: 0, value: 10, sampleCount: 1000 }])?.state).toBe('ALARM');
    expect([0.5, 0.9, 0.25, 0.01].map(significantSamples)).toEqual([20, 100, 40, 1000]);
  });

  const sign = fc.constantFrom('0', 'X', '-');
  const anyCase = fc.integer({ min: 1, max: 6 }).chain((evaluationPeriods) =>
    fc.record({
      evaluationPeriods: fc.constant(evaluationPeriods),
      datapointsToAlarm: fc.option(fc.integer({ min: 1, max: evaluationPeriods }), {
        nil: undefined,
      }),
      treatMissingData: fc.constantFrom(...TREATMENTS),
      text: fc
        .array(sign, { minLength: evaluationPeriods + 2, maxLength: evaluationPeriods + 2 })
        .map((signs) => signs.join(' ')),
    }),
  );

  it('never goes off without a breaching or missing datapoint, and is never OK when all breach', () => {
    fc.assert(
      fc.property(anyCase, ({ text, ...rules }) => {
        const state = evaluateAlarm({ ...RULES, ...rules }, range(text))?.state;
        if (!/[X-]/.test(text)) expect(state).toBe('OK');
        if (!/[0-]/.test(text)) expect(state).toBe('ALARM');
        if (text.includes('X') || rules.treatMissingData === 'breaching') return;
        expect(state).not.toBe('ALARM');
      }),
    );
  });

  it('has insufficient data only when missing data is missing and there is none', () => {
    fc.assert(
      fc.property(anyCase, ({ text, ...rules }) => {
        const state = evaluateAlarm({ ...RULES, ...rules }, range(text))?.state;
        const nothing = !/[0X]/.test(text) && rules.treatMissingData === 'missing';
        expect(state === 'INSUFFICIENT_DATA').toBe(nothing);
      }),
    );
  });

  it('does not depend on how missing data is treated once enough datapoints are there', () => {
    fc.assert(
      fc.property(anyCase, ({ text, evaluationPeriods, datapointsToAlarm }) => {
        fc.pre((text.match(/[0X]/g) ?? []).length >= evaluationPeriods);
        const found = states(text, { evaluationPeriods, datapointsToAlarm });
        expect(new Set(found).size).toBe(1);
        expect(found[0]).not.toBe('retain');
      }),
    );
  });

  it('evaluates as many datapoints as it has evaluation periods, each once', () => {
    fc.assert(
      fc.property(anyCase, ({ text, ...rules }) => {
        const verdict = evaluateAlarm({ ...RULES, ...rules }, range(text));
        fc.pre(verdict !== undefined);
        const times = verdict.evaluated.map(({ at }) => at);
        expect(times).toHaveLength(rules.evaluationPeriods);
        expect(new Set(times).size).toBe(times.length);
        expect(verdict.evaluated.filter(({ value }) => value === undefined)).toHaveLength(
          verdict.missing,
        );
      }),
    );
  });
});
