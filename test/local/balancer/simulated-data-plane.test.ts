import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type {
  DataPlaneEvent,
  TargetConfig,
  TargetGroupConfig,
} from '../../../src/local/balancer/data-plane.ts';
import { SimulatedDataPlane } from '../../../src/local/balancer/simulated-data-plane.ts';
import type { HealthPhase, TargetModel } from '../../../src/local/balancer/simulated-target.ts';
import {
  CHECK_FAILED,
  nextTargetHealth,
  targetHealth,
  type ProbeResult,
} from '../../../src/local/balancer/target-health.ts';
import { CHECK, group, listener, target } from './fixtures.ts';

const passed: ProbeResult = { kind: 'passed' };
const healthCheck = { ...CHECK, intervalSeconds: 10, healthyThreshold: 3, unhealthyThreshold: 2 };

class CountingClock extends VirtualClock {
  timers = 0;
  override setTimer(delayMs: number, callback: () => void): { cancel(): void } {
    this.timers++;
    let open = true;
    const end = (): void => {
      if (open) this.timers--;
      open = false;
    };
    const timer = super.setTimer(delayMs, () => {
      end();
      callback();
    });
    return {
      cancel() {
        end();
        timer.cancel();
      },
    };
  }
}

function start(modelOf: (id: string) => TargetModel) {
  const clock = new CountingClock();
  const plane = new SimulatedDataPlane(clock, (_arn, id) => modelOf(id));
  const seen: (DataPlaneEvent & { at: number })[] = [];
  plane.onEvent((event) => seen.push({ ...event, at: clock.monotonic() }));
  const put = (
    targets: readonly Partial<TargetConfig>[],
    overrides: Partial<TargetGroupConfig> = {},
  ): void =>
    plane.putTargetGroup(
      group(
        targets.map((one) => target(80, { health: 'initial', ...one })),
        { healthCheck, ...overrides },
      ),
    );
  const story = (): [number, string][] =>
    seen.map((event) => [event.at, event.kind === 'target-health' ? event.state : 'drained']);
  return { clock, plane, put, story, seen };
}

describe('the simulated data plane', () => {
  it('makes a target healthy with its first check and then rests', async () => {
    const { clock, put, story } = start(() => ({ health: passed }));
    put([{}]);
    expect(story()).toEqual([]);
    await clock.advance(0);
    expect(story()).toEqual([[0, 'healthy']]);
    expect(clock.timers).toBe(0);
  });

  it('makes a target that never answers unhealthy after the threshold, with the reason, and then rests', async () => {
    const { clock, put, story, seen } = start(() => ({ health: CHECK_FAILED }));
    put([{}]);
    await clock.advance(100_000);
    expect(story()).toEqual([[10_000, 'unhealthy']]);
    expect(seen[0]).toMatchObject({ reason: { code: 'Target.FailedHealthChecks' } });
    expect(clock.timers).toBe(0);
  });

  it('follows a timeline at the times of its checks', async () => {
    const health: HealthPhase[] = [
      { fromMs: 0, result: CHECK_FAILED },
      { fromMs: 34_000, result: passed },
      { fromMs: 105_000, result: CHECK_FAILED },
    ];
    const { clock, put, story } = start(() => ({ health }));
    put([{}]);
    await clock.advance(1_000_000);
    expect(story()).toEqual([
      [10_000, 'unhealthy'],
      [60_000, 'healthy'],
      [120_000, 'unhealthy'],
    ]);
    expect(clock.timers).toBe(0);
  });

  it('says exactly what checking at every interval would say, for every timeline', async () => {
    const result = fc.constantFrom(passed, CHECK_FAILED);
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), result), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(result, gaps, async (first, later) => {
        const health: HealthPhase[] = [{ fromMs: 0, result: first }];
        for (const [gap, next] of later)
          health.push({ fromMs: (health.at(-1)?.fromMs ?? 0) + gap, result: next });
        const { clock, put, story } = start(() => ({ health }));
        put([{}]);
        await clock.advance(700_000);

        const expected: [number, string][] = [];
        let state = targetHealth('initial');
        for (let at = 0; at <= 700_000; at += 10_000) {
          const now = health.findLast((phase) => phase.fromMs <= at)?.result ?? CHECK_FAILED;
          const next = nextTargetHealth(state, now, healthCheck);
          if (next.state !== state.state) expected.push([at, next.state]);
          state = next;
        }
        expect(story()).toEqual(expected);
        expect(clock.timers).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('lets a target without address fail, and looks again at once when it gets one', async () => {
    const { clock, put, plane, story } = start(() => ({ health: passed }));
    const { address: _, ...absent } = target(80, { health: 'initial' });
    plane.putTargetGroup(group([absent], { healthCheck }));
    await clock.advance(25_000);
    put([{}]);
    await clock.advance(100_000);
    expect(story()).toEqual([
      [10_000, 'unhealthy'],
      [45_000, 'healthy'],
    ]);
  });

  it('drains in the modelled time, never longer than the delay, once', async () => {
    const times: Record<string, number> = { none: 0, short: 2000, long: 90_000 };
    const { clock, put, seen } = start((id) => ({ health: passed, inFlightMs: times[id] ?? 0 }));
    const targets = Object.keys(times).map((id) => ({ id }));
    put(targets);
    await clock.advance(5000);
    put(targets.map((one) => ({ ...one, draining: true })));
    await clock.advance(1000);
    put(targets.map((one) => ({ ...one, draining: true })));
    await clock.advance(500_000);
    const drained = seen.filter((event) => event.kind === 'target-drained');
    expect(drained.map((event) => [event.id, event.at])).toEqual([
      ['none', 5000],
      ['short', 7000],
      ['long', 35_000],
    ]);
    expect(clock.timers).toBe(0);
  });

  it('forgets a target that is removed, and one that is registered again begins anew', async () => {
    const { clock, put, story } = start(() => ({ health: passed, inFlightMs: 5000 }));
    put([{}]);
    await clock.advance(1000);
    put([{ draining: true }]);
    await clock.advance(1000);
    put([{}]);
    await clock.advance(100_000);
    put([{ draining: true }]);
    put([]);
    await clock.advance(100_000);
    expect(story()).toEqual([
      [0, 'healthy'],
      [2000, 'healthy'],
    ]);
    expect(clock.timers).toBe(0);
  });

  it('keeps the health that a target is put with', async () => {
    const { clock, put, story } = start(() => ({ health: passed }));
    put([{ health: 'healthy' }]);
    await clock.advance(50_000);
    expect(story()).toEqual([]);
  });

  it('refuses a port that another listener has, until that one is gone', async () => {
    const { plane } = start(() => ({ health: passed }));
    await plane.putListener(listener(80));
    await plane.putListener(listener(80));
    const other = listener(80, { arn: 'other' });
    await expect(plane.putListener(other)).rejects.toMatchObject({ systemCode: 'EADDRINUSE' });
    await plane.removeListener('listener');
    await plane.putListener(other);
    plane.putTargetGroup(group([]));
    expect(await plane.statistics()).toEqual([]);
  });

  it('rolls 20,000 targets with one timer for each and none at rest', async () => {
    const { clock, put, seen } = start(() => ({ health: passed }));
    const targets = Array.from({ length: 20_000 }, (_, at) => ({
      id: `10.0.${at >> 8}.${at & 255}`,
    }));
    put(targets);
    expect(clock.timers).toBe(20_000);
    await clock.advance(60_000);
    expect(clock.timers).toBe(0);
    put(targets.map((one) => ({ ...one, draining: true })));
    await clock.advance(60_000);
    expect(clock.timers).toBe(0);
    expect(seen).toHaveLength(40_000);
  });
});
