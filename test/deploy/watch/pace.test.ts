import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closenessOf,
  creditOf,
  hasTurned,
  pauseBeforeLook,
  phaseOf,
  readingOf,
  signsOf,
  type PaceHistory,
} from '../../../src/deploy/watch/pace.ts';
import type { Observation } from '../../../src/deploy/observed/observation.ts';
import {
  anyObservation,
  deployment,
  observation,
  oldDeployment,
  rollout,
  task,
  TARGET_WEB7,
} from './observations.ts';

const TEMPO = { shortestMs: 1000, longestMs: 5000 };

const history = (change: Partial<PaceHistory> = {}): PaceHistory => ({
  observation: observation(),
  nowMs: 60_000,
  calls: 10,
  changedMs: 55_000,
  serviceMs: 58_000,
  rolloutMs: 58_000,
  detailsMs: 58_000,
  shifts: false,
  troubled: false,
  ...change,
});

const moment = fc.option(fc.nat(600_000), { nil: undefined });
const anyHistory: fc.Arbitrary<PaceHistory> = fc.record({
  observation: fc.option(anyObservation, { nil: undefined }),
  nowMs: fc.integer({ min: 600_000, max: 7_200_000 }),
  calls: fc.nat(10_000),
  changedMs: fc.nat(600_000),
  serviceMs: moment,
  rolloutMs: moment,
  detailsMs: moment,
  shifts: fc.boolean(),
  troubled: fc.boolean(),
});
const anyTempo = fc
  .tuple(fc.integer({ min: 10, max: 10_000 }), fc.integer({ min: 10, max: 60_000 }))
  .map(([one, other]) => ({ shortestMs: Math.min(one, other), longestMs: Math.max(one, other) }));

/** New tasks are up and healthy, old ones go. */
const ending = observation({
  service: {
    deployments: [deployment({ running: 4 }), oldDeployment({ running: 3 })],
    running: 7,
  },
  tasks: [task(), task(), task(), task()],
});

/** Looks as the observer does at a world that stays as it is, and counts what is read. */
function watch(world: Observation, shifts: boolean, forMs: number) {
  let past = history({
    ...{ observation: undefined, nowMs: 0, calls: 0, changedMs: 0, shifts },
    ...{ serviceMs: undefined, rolloutMs: undefined, detailsMs: undefined },
  });
  const gaps = { service: 0, rollout: 0 };
  while (past.nowMs < forMs) {
    const { nowMs } = past;
    const reading = readingOf(past, TARGET_WEB7, TEMPO);
    const reads = {
      service: reading.service,
      rollout: reading.rollout || hasTurned(world.service, TARGET_WEB7),
    };
    for (const each of ['service', 'rollout'] as const) {
      const last = each === 'service' ? past.serviceMs : past.rolloutMs;
      gaps[each] = Math.max(gaps[each], nowMs - (last ?? 0));
    }
    const closeness = closenessOf(past, world.service, TARGET_WEB7, TEMPO, {
      ...{ ended: undefined, stage: world.rollout?.lifecycleStage, targetGroups: 1 },
    });
    const details = { none: 0, known: 1, live: 3, all: 4 }[closeness];
    past = {
      ...past,
      observation: world,
      calls: past.calls + Number(reads.service) + Number(reads.rollout) + details,
      serviceMs: reads.service ? nowMs : past.serviceMs,
      rolloutMs: reads.rollout ? nowMs : past.rolloutMs,
      detailsMs: details > 0 ? nowMs : past.detailsMs,
    };
    past = { ...past, nowMs: nowMs + pauseBeforeLook(past, TARGET_WEB7, TEMPO) };
  }
  return { ...gaps, calls: past.calls, nowMs: past.nowMs };
}

describe('the pause before the next look', () => {
  it('is never shorter than the shortest, never longer than twice the longest', () => {
    fc.assert(
      fc.property(anyHistory, anyTempo, (past, tempo) => {
        const pause = pauseBeforeLook(past, TARGET_WEB7, tempo);
        expect(pause).toBeGreaterThanOrEqual(tempo.shortestMs);
        expect(pause).toBeLessThanOrEqual(2 * tempo.longestMs);
      }),
    );
  });

  it('is short while the end is near, however many calls were made and however long it lasts', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(7_200_000), (calls, nowMs) => {
        const past = history({ observation: ending, calls, nowMs, changedMs: 0 });
        expect(phaseOf(past.observation, TARGET_WEB7, false)).toBe('ending');
        expect(pauseBeforeLook(past, TARGET_WEB7, TEMPO)).toBeLessThanOrEqual(3000);
      }),
    );
  });

  it('grows while a bake goes on, and not after news', () => {
    const baking = observation({ rollout: rollout({ lifecycleStage: 'BAKE_TIME' }) });
    const at = (changedMs: number): number =>
      pauseBeforeLook(
        history({ observation: baking, shifts: true, changedMs }),
        TARGET_WEB7,
        TEMPO,
      );
    expect([at(60_000), at(54_000), at(48_000), at(0)]).toStrictEqual([2000, 3000, 6000, 10_000]);
  });

  it('is as long as it may be while tasks start and more calls were made than the budget has', () => {
    const past = history({ calls: 40, changedMs: 60_000 });
    expect(creditOf(past, TEMPO)).toBe(-15);
    expect(pauseBeforeLook(past, TARGET_WEB7, TEMPO)).toBe(5000);
    expect(pauseBeforeLook({ ...past, calls: 10 }, TARGET_WEB7, TEMPO)).toBe(2000);
  });
});

describe('what a look reads', () => {
  it('is never nothing', () => {
    fc.assert(
      fc.property(anyHistory, anyTempo, (past, tempo) => {
        const { service, rollout: own } = readingOf(past, TARGET_WEB7, tempo);
        expect(service || own).toBe(true);
      }),
    );
  });

  it('leaves neither the service nor the rollout out of sight for long, whatever ECS shows', () => {
    fc.assert(
      fc.property(anyObservation, fc.boolean(), (world, shifts) => {
        const { service, rollout: own } = watch(world, shifts, 600_000);
        expect(Math.max(service, own)).toBeLessThanOrEqual(14 * TEMPO.longestMs);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['tasks start', observation(), false],
    ['old tasks go', ending, false],
    ['a bake lasts', observation({ rollout: rollout({ lifecycleStage: 'BAKE_TIME' }) }), true],
  ])('costs no more than a call in two seconds while %s', (_, world, shifts) => {
    for (const ms of [120_000, 300_000, 3_600_000]) {
      const { calls, nowMs } = watch(world, shifts, ms);
      expect(calls).toBeLessThanOrEqual(nowMs / 2000);
    }
  });

  it('is the rollout itself as soon as the service shows that it is over, ousted or gone', () => {
    const shows = (deployments: Observation['service']['deployments']): boolean =>
      hasTurned(observation({ service: { deployments } }).service, TARGET_WEB7);
    expect(shows([deployment(), oldDeployment()])).toBe(false);
    expect(shows([deployment({ rolloutState: 'COMPLETED' })])).toBe(true);
    expect(shows([deployment({ rolloutState: 'FAILED' }), oldDeployment()])).toBe(true);
    expect(shows([deployment({ rolloutState: undefined })])).toBe(true);
    expect(shows([deployment({ status: 'ACTIVE' })])).toBe(true);
    expect(shows([oldDeployment({ status: 'PRIMARY' })])).toBe(true);
  });
});

describe('a close look at the tasks', () => {
  const closeness = (
    past: PaceHistory,
    service: Partial<Observation['service']>,
    ended?: 'well' | 'badly',
    stage?: string,
  ): string =>
    closenessOf(past, observation({ service }).service, TARGET_WEB7, TEMPO, {
      ...{ ended, stage, targetGroups: 1 },
    });
  const former = observation({
    service: { deployments: [deployment({ running: 1, pending: 2 }), oldDeployment()] },
  });
  const now = (
    ours: Parameters<typeof deployment>[0],
    events: Observation['service']['events'] = [],
  ): Partial<Observation['service']> => ({
    deployments: [deployment({ running: 1, pending: 2, ...ours }), oldDeployment()],
    events,
  });
  const poor = history({ observation: former, calls: 1000, detailsMs: 60_000 });

  it.each([
    ['a task failed', now({ failed: 1 })],
    ['there are fewer of ours', now({ pending: 1 })],
    [
      'ECS tells of trouble',
      now({}, [{ id: 'e1', message: 'task 1 failed container health checks' }]),
    ],
    [
      'tasks started and there are not more',
      now({}, [{ id: 'e1', message: 'has started 1 tasks' }]),
    ],
  ])('comes at once when %s, whatever it costs', (_, service) => {
    expect(closeness(poor, service)).toBe('all');
  });

  it('comes at no other time while there is no budget for it', () => {
    const fine = now({ running: 3, pending: 1 }, [{ id: 'e1', message: 'has started 1 tasks' }]);
    expect(closeness(poor, fine)).toBe('none');
    expect(closeness({ ...poor, detailsMs: 0 }, fine)).toBe('all');
    expect(closeness({ ...poor, calls: 0, detailsMs: 50_000 }, fine)).toBe('all');
  });

  it('sees those that live when it went well, and those that stopped when it went badly', () => {
    expect(closeness(poor, now({}), 'well')).toBe('live');
    expect(closeness(poor, now({}), 'badly')).toBe('all');
    const { deployments, running } = ending.service;
    const seen = { ...poor, observation: ending };
    expect(closeness(seen, { deployments, running }, 'well')).toBe('known');
  });

  it('comes when a traffic shift has left SCALE_UP, where ECS found all new tasks healthy, and again at each stage until it sees so', () => {
    const up = { deployments: [deployment({ running: 4 }), oldDeployment()] };
    const at = (lifecycleStage: string, change: Partial<PaceHistory> = {}): PaceHistory => ({
      ...poor,
      observation: observation({ service: up, rollout: rollout({ lifecycleStage }) }),
      ...change,
    });
    const look = (past: PaceHistory, stage: string): string =>
      closeness(past, up, undefined, stage);
    expect(look(at('SCALE_UP'), 'SCALE_UP')).toBe('none');
    expect(look(at('SCALE_UP'), 'PRE_PRODUCTION_TRAFFIC_SHIFT')).toBe('live');
    expect(look(at('POST_SCALE_UP'), 'POST_SCALE_UP')).toBe('none');
    expect(look(at('PRE_SCALE_UP'), 'SCALE_UP')).toBe('none');
    const seen = { ...ending, rollout: rollout({ lifecycleStage: 'SCALE_UP' }) };
    const { deployments, running } = ending.service;
    expect(
      closeness({ ...poor, observation: seen }, { deployments, running }, undefined, 'BAKE_TIME'),
    ).toBe('none');
  });

  it('is not worth a hundred pages each time that one of ten thousand tasks fails', () => {
    const many = { ...now({ failed: 1 }), running: 10_000 };
    expect(closeness(poor, many)).toBe('none');
    expect(closeness({ ...poor, detailsMs: 52_000 }, many)).toBe('all');
  });

  it('finds no trouble where nothing happened', () => {
    fc.assert(
      fc.property(anyObservation, ({ service }) => {
        expect(signsOf(service, service, TARGET_WEB7)).toBe('none');
      }),
    );
  });
});
