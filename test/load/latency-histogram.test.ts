import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../../src/load/latency-histogram.ts';

const times = fc.array(fc.double({ min: 0, max: 120_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

describe('LatencyHistogram', () => {
  it('gives each percentile at most 5 % too high and never too low', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.01, max: 1, noNaN: true }), (given, share) => {
        const histogram = new LatencyHistogram();
        for (const time of given) histogram.record(time);
        const sorted = given.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * given.length)) - 1] ?? 0;
        const found = histogram.percentile(share);
        expect(found).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(found).toBeLessThanOrEqual(Math.max(0.05, exact * 1.05 * (1 + 1e-9)));
      }),
    );
  });

  it('counts every time in exactly one bucket, whose bounds hold it', () => {
    fc.assert(
      fc.property(times, (given) => {
        const histogram = new LatencyHistogram();
        for (const time of given) histogram.record(time);
        const buckets = histogram.buckets();
        expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(given.length);
        for (const { upToMs, count } of buckets) {
          const low = upToMs <= 0.0501 ? -1 : upToMs / 1.05;
          const near = given.filter(
            (time) => time > low * (1 - 1e-9) && time <= upToMs * (1 + 1e-9),
          );
          expect(near.length).toBeGreaterThanOrEqual(count);
        }
      }),
    );
  });

  it('knows the longest exactly, and says 0 of nothing', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.count, histogram.max, histogram.percentile(0.99)]).toEqual([0, 0, 0]);
    for (const time of [3, 17.123, 5]) histogram.record(time);
    expect([histogram.count, histogram.max, histogram.percentile(1)]).toEqual([3, 17.123, 17.123]);
  });
});
