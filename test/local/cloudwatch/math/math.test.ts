import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MathError } from '../../../../src/local/cloudwatch/math/expression.ts';
import { MathEvaluation, type MathQuery } from '../../../../src/local/cloudwatch/math/evaluate.ts';
import { parseExpression } from '../../../../src/local/cloudwatch/math/parse.ts';
import { periodsBetween } from '../../../../src/local/cloudwatch/statistics/periods.ts';

const MINUTE = 60_000;

/** A metric with one value a minute from 0 on; undefined where it has none. */
function metric(id: string, values: readonly (number | undefined)[]): MathQuery {
  const points = values.flatMap((value, index) =>
    value === undefined ? [] : [[index * MINUTE, value] as const],
  );
  const read = () =>
    ({ kind: 'series', id, label: id, period: 60, points: new Map(points) }) as const;
  return { kind: 'metric', id, read };
}

function expression(text: string, id = 'e'): MathQuery {
  return { kind: 'expression', id, label: 'result', text, period: undefined };
}

/** Four minutes from 0 on. */
const RANGE = (period: number) => periodsBetween(0, 4 * MINUTE, period);

const METRICS = [
  metric('m1', [1, 2, undefined, 4]),
  metric('m2', [10, undefined, 30, 40]),
  metric('errors', [0, 1, 2, 3]),
];

/** Every series that the expression gives, minute by minute over four minutes. */
function every(text: string, metrics: readonly MathQuery[] = METRICS) {
  const evaluation = new MathEvaluation([...metrics, expression(text)], RANGE);
  return evaluation
    .seriesOf('e')
    .map(({ points }) => [0, 1, 2, 3].map((minute) => points.get(minute * MINUTE)));
}

function one(text: string) {
  const series = every(text);
  expect(series).toHaveLength(1);
  return series[0];
}

describe('metric math', () => {
  it.each([
    ['m1 + 1', [2, 3, undefined, 5]],
    ['10 - m1', [9, 8, undefined, 6]],
    ['m1 + m2', [11, undefined, undefined, 44]],
    ['m2 / m1', [10, undefined, undefined, 10]],
    ['m1 / errors', [undefined, 2, undefined, 4 / 3]],
    ['2 + 3 * m1', [5, 8, undefined, 14]],
    ['(2 + 3) * m1', [5, 10, undefined, 20]],
    ['-m1', [-1, -2, undefined, -4]],
    ['m1 ^ 2', [1, 4, undefined, 16]],
    ['2 ^ 3 ^ 0 * m1', [2, 4, undefined, 8]],
    ['-2 ^ 2 * m1', [-4, -8, undefined, -16]],
    ['m1 - 1 - 1', [-1, 0, undefined, 2]],
    ['m1 > 1', [0, 1, undefined, 1]],
    ['m1 > 1 AND m1 < 4', [0, 1, undefined, 0]],
    ['m1 <= 1 || m1 == 4', [1, 0, undefined, 1]],
    ['m1 != 2 && m1 >= 1', [1, 0, undefined, 1]],
    ['ABS(m1 - 3)', [2, 1, undefined, 1]],
    ['CEIL(m1 / 2)', [1, 1, undefined, 2]],
    ['FLOOR(m1 / 2)', [0, 1, undefined, 2]],
    ['SUM([m1, m2])', [11, 2, 30, 44]],
    ['AVG([m1, m2])', [5.5, 2, 30, 22]],
    ['MIN(METRICS())', [0, 1, 2, 3]],
    ['MAX(METRICS("m"))', [10, 2, 30, 40]],
    ['m1 * SUM(errors)', [6, 12, undefined, 24]],
    ['m1 - AVG(errors)', [-0.5, 0.5, undefined, 2.5]],
    ['m1 * METRIC_COUNT(METRICS())', [3, 6, undefined, 12]],
    ['FILL(m1, 0)', [1, 2, 0, 4]],
    ['FILL(m1, REPEAT)', [1, 2, 2, 4]],
    ['FILL(m1, LINEAR)', [1, 2, 3, 4]],
    ['FILL(m1, m2)', [1, 2, 30, 4]],
    ['IF(m1 > 1, m2, 0)', [0, undefined, undefined, 40]],
    ['IF(errors > 1, 1)', [undefined, undefined, 1, 1]],
    ['IF(SUM(errors) > 5, m1, m2)', [1, 2, undefined, 4]],
    ['IF(SUM(errors) > 6, m1, m2)', [10, undefined, 30, 40]],
    ['RATE(errors)', [undefined, 1 / 60, 1 / 60, 1 / 60]],
    ['DIFF(m1)', [undefined, 1, undefined, 2]],
    ['DIFF_TIME(m1)', [undefined, 60, undefined, 120]],
    ['RUNNING_SUM(errors)', [0, 1, 3, 6]],
    ['errors / PERIOD(m1)', [0, 1 / 60, 2 / 60, 3 / 60]],
    ['TIME_SERIES(7)', [7, 7, 7, 7]],
    ['FIRST([m2, m1])', [10, undefined, 30, 40]],
    ['LAST([m2, m1])', [1, 2, undefined, 4]],
    ['100 * errors / FILL(m1, 1)', [0, 50, 200, 75]],
  ])('%s', (text, values) => {
    const found = one(text) ?? [];
    for (const [index, value] of values.entries()) {
      if (value === undefined) expect(found[index]).toBeUndefined();
      else expect(found[index]).toBeCloseTo(value, 9);
    }
  });

  it('gives one series for each of an array', () => {
    expect(every('METRICS() * 10')).toHaveLength(3);
    expect(every('1 - [m1, errors]')).toEqual([
      [0, -1, undefined, -3],
      [1, 0, -1, -2],
    ]);
  });

  it('fills a metric that has no data at all', () => {
    expect(every('FILL(m1, 0)', [metric('m1', [])])).toEqual([[0, 0, 0, 0]]);
  });

  it('calculates with the results of other expressions', () => {
    const queries = [...METRICS, expression('m1 * 2', 'e1'), expression('e1 + 1')];
    const evaluation = new MathEvaluation(queries, (period: number) =>
      periodsBetween(0, 4 * MINUTE, period),
    );
    expect([...(evaluation.seriesOf('e')[0]?.points.values() ?? [])]).toEqual([3, 5, 9]);
  });

  it.each([
    ['m1 +', /it ends too early/],
    ['(m1', /it ends too early/],
    ['m1)', /'\)' is not expected there/],
    ['m1 m2', /'m2' is not expected there/],
    ['m1 % 2', /'%' is not expected/],
    ['m9', /The id 'm9' is used in an expression and is not in the list/],
    ['e + 1', /refers to itself/],
    ['1 + 1', /gives a single number; it must give a time series/],
    ['SUM(m1)', /gives a single number/],
    ["'text'", /gives a text/],
    ['SEARCH("{AWS/EC2}", "Average", 300)', /SEARCH is not evaluated by Fairlead/],
    ['NOSUCH(m1)', /NOSUCH is not known here. Known are ABS/],
    ['ABS()', /takes 1 parameter, not 0/],
    ['ABS(m1, m2)', /takes 1 parameter, not 2/],
    ['RATE(1)', /RATE takes a time series/],
    ['[m1] + [m2]', /does not take two arrays/],
    ['[1, m1]', /may hold time series only/],
    ["m1 + 'a'", /does not take a text/],
    ['FILL(m1, NEAREST)', /The id 'NEAREST'/],
    ["FILL(m1, 'NEAREST')", /a number, a time series, REPEAT or LINEAR/],
    ['('.repeat(60) + 'm1' + ')'.repeat(60), /nested deeper than 50 levels/],
  ])('refuses %s', (text, message) => {
    expect(() => every(text)).toThrow(message);
    expect(() => every(text)).toThrow(MathError);
  });

  it('reads any text, or says that it cannot', () => {
    const piece = fc.constantFrom(...'m1 ( ) + - * / ^ < == AND 1.5 , [ ] "a" IF SUM'.split(' '));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join(' ')),
        ),
        (text) => {
          try {
            parseExpression(text);
          } catch (error) {
            expect(error).toBeInstanceOf(MathError);
          }
        },
      ),
    );
  });
});
