import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDate } from '../../../src/base/clock.ts';
import {
  foldPages,
  isIncomplete,
  newestOf,
  pointsOf,
  rangeSince,
  remarks,
} from '../../../src/deploy/measure/metric-data.ts';
import { MINUTE, START } from './cloudwatch-endpoint.ts';

const RANGE = rangeSince(START);

function result(
  Id: string,
  minutes: readonly number[],
  more: Partial<MetricDataResult> = {},
): MetricDataResult {
  return {
    ...{ Id, Label: Id, StatusCode: 'Complete' },
    Timestamps: minutes.map((minute) => toDate(START + minute * MINUTE)),
    Values: minutes.map((minute) => minute * 10),
    ...more,
  };
}

describe('the range', () => {
  it('begins with the first whole minute and ends far ahead', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (since) => {
        const { start, end } = rangeSince(since);
        expect(start % MINUTE).toBe(0);
        expect(start - since).toBeGreaterThanOrEqual(0);
        expect(start - since).toBeLessThan(MINUTE);
        expect(end - since).toBeGreaterThan(24 * 60 * MINUTE);
      }),
    );
  });
});

describe('the pages of an answer', () => {
  it('come to the same, wherever the answer was cut', () => {
    const minutes = fc.uniqueArray(fc.nat({ max: 100 }), { maxLength: 30 });
    fc.assert(
      fc.property(minutes, minutes, fc.nat({ max: 60 }), (one, other, cut) => {
        const whole = foldPages(
          [{ MetricDataResults: [result('one', one), result('other', other)] }],
          RANGE,
        );
        const rest = Math.max(0, cut - one.length);
        const pages = [
          {
            MetricDataResults: [
              result('one', one.slice(0, cut), { StatusCode: 'PartialData' }),
              result('other', other.slice(0, rest), { StatusCode: 'PartialData' }),
            ],
          },
          {
            MetricDataResults: [result('one', one.slice(cut)), result('other', other.slice(rest))],
          },
        ];
        const folded = foldPages(pages, RANGE);
        expect(folded).toEqual(whole);
        expect(isIncomplete(folded)).toBe(false);
        expect(newestOf([pointsOf(folded, 'one')])).toBe(
          one.length === 0 ? undefined : START + Math.max(...one) * MINUTE,
        );
      }),
    );
  });

  it('keep the series of one query apart', () => {
    const { series } = foldPages(
      [
        {
          MetricDataResults: [
            result('search', [1], { Label: 'a' }),
            result('search', [1], { Label: 'b' }),
          ],
        },
        { MetricDataResults: [result('search', [2], { Label: 'b' })] },
      ],
      RANGE,
    );
    expect(series.get('search')?.map(({ points }) => points.size)).toEqual([1, 2]);
  });

  it('leave out what lies before the first whole minute', () => {
    const data = foldPages([{ MetricDataResults: [result('one', [-1, 0, 1])] }], RANGE);
    expect([...pointsOf(data, 'one').values()]).toEqual([0, 10]);
  });

  it.each(['PartialData', 'InternalError', 'Forbidden'] as const)(
    'are incomplete with %s',
    (StatusCode) => {
      const results = [result('one', [1]), result('other', [1], { StatusCode })];
      expect(isIncomplete(foldPages([{ MetricDataResults: results }], RANGE))).toBe(true);
    },
  );

  it('tell what CloudWatch says, once', () => {
    const forbidden = { Code: 'Forbidden', Value: 'Authentication too complex' };
    const data = foldPages(
      [
        {
          MetricDataResults: [result('one', [1], { Messages: [forbidden] })],
          Messages: [forbidden, { Value: 'Maximum number of allowed metrics exceeded' }],
        },
      ],
      RANGE,
    );
    expect(remarks(data)).toBe(
      ' (CloudWatch says: Forbidden: Authentication too complex; Maximum number of allowed metrics exceeded)',
    );
    expect(remarks(foldPages([{ MetricDataResults: [result('one', [1])] }], RANGE))).toBe('');
  });
});
