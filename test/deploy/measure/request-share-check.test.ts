import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ErrorRatioCheck,
  ResponseTimeCheck,
} from '../../../src/deploy/configuration/configuration.ts';
import type { Handler } from '../../../src/local/wire/operation.ts';
import { BLUE, GREEN, openCloudWatch, WINDOW } from './cloudwatch-endpoint.ts';

const COMMON = {
  name: 'check',
  onNoData: 'wait',
  deadlineMs: 600_000,
  moments: ['production'],
} as const;

const errors = (change: Partial<ErrorRatioCheck> = {}): ErrorRatioCheck => ({
  ...COMMON,
  ...{ kind: 'target_5xx_ratio', max: 0.01, minSamples: 200, compare: undefined },
  ...change,
});

const slow = (change: Partial<ResponseTimeCheck> = {}): ResponseTimeCheck => ({
  ...COMMON,
  ...{ kind: 'target_response_time', limitMs: 250, maxShareOver: 0.05, minSamples: 200 },
  compare: undefined,
  ...change,
});

/** So many response times, of which so many are over 250 ms. */
const times = (all: number, over: number): readonly number[] =>
  Array.from({ length: all }, (_, index) => (index < over ? 0.4 : 0.02));

describe('target_5xx_ratio', () => {
  it('passes with enough requests and few errors, in one call', async () => {
    const { measure, publish, calls } = await openCloudWatch();
    publish(0, GREEN, { requests: 300, errors: 2, hosts: 2 });
    publish(1, GREEN, { requests: 200, hosts: 2 });
    publish(2, GREEN, { requests: 5, hosts: 2 });
    const seen = await measure(errors(), WINDOW);
    expect(seen).toMatchObject({ outcome: 'pass', value: 2 / 500, limit: 0.01, samples: 500 });
    expect(seen.text).toContain('2 of 500');
    expect(calls()).toBe(1);
  });

  it('asks for the old version only to compare: each metric is paid for', async () => {
    const asked: number[] = [];
    const handler = ((input: { readonly MetricDataQueries: readonly unknown[] }) => {
      asked.push(input.MetricDataQueries.length);
      return { MetricDataResults: [] };
    }) as Handler;
    const { measure } = await openCloudWatch(handler);
    await measure(errors(), WINDOW);
    await measure(errors({ compare: 'baseline' }), WINDOW);
    expect(asked).toEqual([3, 5]);
  });

  it('fails with more errors than the limit allows', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { requests: 300, errors: 60, hosts: 2 });
    publish(1, GREEN, { hosts: 2 });
    const seen = await measure(errors(), WINDOW);
    expect(seen).toMatchObject({ outcome: 'fail', value: 0.2, limit: 0.01, samples: 300 });
  });

  it('counts nothing from before the first whole minute with the new traffic', async () => {
    const { measure, publish } = await openCloudWatch();
    // WINDOW.since lies in this minute.
    publish(-1, GREEN, { requests: 500, errors: 500, hosts: 2 });
    publish(0, GREEN, { requests: 300, hosts: 2 });
    publish(1, GREEN, { hosts: 2 });
    const seen = await measure(errors(), WINDOW);
    expect(seen).toMatchObject({ outcome: 'pass', value: 0, samples: 300 });
  });

  it('is undecided with too few requests', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { requests: 199, hosts: 2 });
    publish(1, GREEN, { hosts: 2 });
    expect(await measure(errors(), WINDOW)).toMatchObject({
      outcome: 'inconclusive',
      samples: 199,
    });
  });

  it('waits for the first whole minute: what CloudWatch cannot know yet is not missing', async () => {
    const { measure, publish } = await openCloudWatch();
    const early = await measure(errors(), WINDOW);
    expect(early).toMatchObject({ outcome: 'inconclusive', samples: 0, limit: 0.01 });
    expect(early.text).toBe(
      '5XX: CloudWatch has no whole minute from 2026-01-21 20:05 UTC on yet; it shows one a minute or two after its end',
    );
    publish(0, GREEN, { requests: 300, errors: 300, hosts: 2 });
    expect(await measure(errors(), WINDOW)).toStrictEqual(early);
  });

  it('has no data when nobody asked the new version', async () => {
    const { measure, publish } = await openCloudWatch();
    for (const minute of [0, 1, 2, 3]) publish(minute, GREEN, { hosts: 2 });
    const seen = await measure(errors(), WINDOW);
    expect(seen).toMatchObject({ outcome: 'no-data', samples: 0, limit: 0.01 });
    expect(seen.text).toBe(
      '5XX: no requests to the new version in the 3 minutes from 2026-01-21 20:05 UTC on',
    );
  });

  it('compares with the old version over the same minutes', async () => {
    const { measure, publish, calls } = await openCloudWatch();
    publish(0, GREEN, { requests: 1000, errors: 80, hosts: 2 });
    publish(0, BLUE, { requests: 9000, errors: 90 });
    // A minute that is not over for one is not over for the other.
    publish(1, BLUE, { requests: 9000, errors: 9000 });
    const check = errors({ max: undefined, compare: 'baseline' });
    const seen = await measure(check, WINDOW);
    expect(seen).toMatchObject({ outcome: 'fail', value: 0.08, baseline: 0.01, samples: 1000 });
    expect(seen.confidence).toBeGreaterThan(99);
    expect(calls()).toBe(1);
  });

  it('passes beside an old version that is as bad', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { requests: 5000, errors: 250, hosts: 2 });
    publish(0, BLUE, { requests: 5000, errors: 250 });
    publish(1, GREEN, { hosts: 2 });
    const check = errors({ max: undefined, compare: 'baseline' });
    expect(await measure(check, WINDOW)).toMatchObject({ outcome: 'pass', baseline: 0.05 });
  });

  it('with a limit and a baseline, both must hold', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { requests: 5000, errors: 250, hosts: 2 });
    publish(0, BLUE, { requests: 5000, errors: 250 });
    publish(1, GREEN, { hosts: 2 });
    const seen = await measure(errors({ compare: 'baseline' }), WINDOW);
    expect(seen).toMatchObject({ outcome: 'fail', value: 0.05, limit: 0.01, baseline: 0.05 });
    expect(seen.text).toMatch(/over 1 %.*; 5XX .* against .* in the old version/);
    const loose = await measure(errors({ max: 0.1, compare: 'baseline' }), WINDOW);
    expect(loose).toMatchObject({ outcome: 'pass', limit: 0.1 });
  });

  it('judges by the limit alone where the old version has no traffic any more', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { requests: 300, hosts: 2 });
    publish(1, GREEN, { hosts: 2 });
    const window = { ...WINDOW, blue: undefined };
    const both = await measure(errors({ compare: 'baseline' }), window);
    expect(both.outcome).toBe('pass');
    expect(both.text).toMatch(/not compared: the old version gets no traffic any more$/);
    const alone = errors({ max: undefined, compare: 'baseline' });
    expect(await measure(alone, window)).toMatchObject({ outcome: 'no-data' });
  });

  it('has no data where the old version could be compared with and has none', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { requests: 300, hosts: 2 });
    publish(1, GREEN, { hosts: 2 });
    const seen = await measure(errors({ compare: 'baseline' }), WINDOW);
    expect(seen).toMatchObject({ outcome: 'no-data', value: 0, samples: 300 });
  });

  it('a service without a target group has no requests to count', async () => {
    const { measure, calls } = await openCloudWatch();
    const seen = await measure(errors(), { ...WINDOW, green: undefined, blue: undefined });
    expect(seen.text).toBe('the service has no target group whose requests could be counted');
    expect(seen.outcome).toBe('no-data');
    expect(calls()).toBe(0);
  });

  it('is less sure after many looks at growing data, but not after many at the same', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { requests: 1000, errors: 26, hosts: 2 });
    publish(0, BLUE, { requests: 1000, errors: 10 });
    publish(1, GREEN, { hosts: 2 });
    const check = errors({ max: undefined, compare: 'baseline' });
    const first = await measure(check, WINDOW);
    expect(first).toMatchObject({ outcome: 'fail' });
    expect(await measure(check, { ...WINDOW, look: 20 })).toStrictEqual(first);
    publish(20, GREEN, { hosts: 2 });
    expect((await measure(check, { ...WINDOW, look: 20 })).outcome).not.toBe('fail');
    expect((await measure(check, { ...WINDOW, look: 1 })).outcome).toBe('fail');
  });
});

describe('target_response_time', () => {
  it('counts the requests over the limit from percentile ranks', async () => {
    const { measure, publish, calls } = await openCloudWatch();
    publish(0, GREEN, { times: times(300, 3), hosts: 2 });
    publish(1, GREEN, { times: times(200, 4), hosts: 2 });
    publish(2, GREEN, { hosts: 2 });
    const seen = await measure(slow(), WINDOW);
    expect(seen).toMatchObject({ outcome: 'pass', value: 7 / 500, limit: 0.05, samples: 500 });
    expect(seen.text).toMatch(/^over 250 ms /);
    expect(calls()).toBe(1);
  });

  it('fails when too many are over it, and beside a quicker old version', async () => {
    const { measure, publish } = await openCloudWatch();
    publish(0, GREEN, { times: times(1000, 200), hosts: 2 });
    publish(0, BLUE, { times: times(1000, 20) });
    publish(1, GREEN, { hosts: 2 });
    expect(await measure(slow(), WINDOW)).toMatchObject({ outcome: 'fail', value: 0.2 });
    const compared = slow({ maxShareOver: undefined, compare: 'baseline' });
    expect(await measure(compared, WINDOW)).toMatchObject({ outcome: 'fail', baseline: 0.02 });
  });

  it('gives the same share by CloudWatch as one counts by hand, whatever the mix', async () => {
    const { measure, publish } = await openCloudWatch();
    const mixes = fc.sample(fc.tuple(fc.integer({ min: 1, max: 150 }), fc.nat({ max: 150 })), 10);
    let [all, over] = [0, 0];
    for (const [minute, [quick, late]] of mixes.entries()) {
      publish(minute, GREEN, { times: times(quick + late, late), hosts: 1 });
      all += quick + late;
      over += late;
    }
    publish(mixes.length, GREEN, { hosts: 1 });
    const seen = await measure(slow({ minSamples: 1 }), WINDOW);
    expect(seen).toMatchObject({ samples: all, value: over / all });
  });
});
