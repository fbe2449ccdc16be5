import { describe, expect, it } from 'vitest';
import { taskBounds } from '../../../src/scheduler/rolling/bounds.ts';
import { planCapacity, type CapacityRequest } from '../../../src/scheduler/rolling/capacity.ts';
import type { JudgedTask, TaskStanding } from '../../../src/scheduler/rolling/task-health.ts';
import { NEW, NOW, OLD, judged } from './builders.ts';

type Kind = TaskStanding['kind'];

/** So many tasks with this standing, of the new or the old deployment. */
type Group = readonly [count: number, kind: Kind];

interface Case {
  readonly desired: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly primary?: readonly Group[];
  readonly former?: readonly Group[];
  /** What else the request says. */
  readonly request?: Partial<CapacityRequest>;
}

function tasksOf(groups: readonly Group[], deploymentId: string): JudgedTask[] {
  return groups.flatMap(([count, kind]) =>
    Array.from({ length: count }, () => judged(kind, { deploymentId })),
  );
}

function decide({
  desired,
  minimum = 100,
  maximum = 200,
  primary = [],
  former = [],
  request,
}: Case): {
  readonly start: Readonly<Record<string, number>>;
  readonly stop: Readonly<Record<string, number>>;
  readonly blocked: boolean;
} {
  const { start, stop, blocked } = planCapacity({
    desiredCount: desired,
    bounds: taskBounds(desired, { minimumHealthyPercent: minimum, maximumPercent: maximum }),
    primaryId: NEW,
    primaryMayStart: true,
    primaryMayStartNow: true,
    formerObsolete: false,
    tasks: [...tasksOf(former, OLD), ...tasksOf(primary, NEW)],
    ...request,
  });
  const stopped: Record<string, number> = {};
  for (const { task, standing } of stop) {
    const name = `${task.deploymentId === NEW ? 'new' : 'old'} ${standing.kind}`;
    stopped[name] = (stopped[name] ?? 0) + 1;
  }
  const started: Record<string, number> = {};
  for (const { deploymentId, count } of start)
    started[deploymentId === NEW ? 'new' : 'old'] = count;
  return { start: started, stop: stopped, blocked };
}

const nothing = { start: {}, stop: {}, blocked: false };

describe('a rolling update', () => {
  it.each<[string, Case, Partial<typeof nothing>]>([
    [
      'desired 4, minimum 50, maximum 100: two old tasks stop first',
      { desired: 4, minimum: 50, maximum: 100, former: [[4, 'healthy']] },
      { stop: { 'old healthy': 2 } },
    ],
    [
      'desired 4, maximum 200: four new tasks start first',
      { desired: 4, former: [[4, 'healthy']] },
      { start: { new: 4 } },
    ],
    [
      'desired 4, minimum 50, maximum 200: starting comes before stopping',
      { desired: 4, minimum: 50, former: [[4, 'healthy']] },
      { start: { new: 4 } },
    ],
    [
      'desired 4, minimum 50, maximum 150: it starts what fits, and stops to make room for the rest',
      { desired: 4, minimum: 50, maximum: 150, former: [[4, 'healthy']] },
      { start: { new: 2 }, stop: { 'old healthy': 2 } },
    ],
    [
      'desired 4, maximum 150: it starts what fits, and nothing may stop',
      { desired: 4, maximum: 150, former: [[4, 'healthy']] },
      { start: { new: 2 } },
    ],
    [
      'desired 2, minimum 75, maximum 100: ceil(1.5) = 2, nothing may stop, and it says so',
      { desired: 2, minimum: 75, maximum: 100, former: [[2, 'healthy']] },
      { blocked: true },
    ],
    [
      'desired 3, maximum 125: floor(3.75) = 3, nothing extra may start, and it says so',
      { desired: 3, maximum: 125, former: [[3, 'healthy']] },
      { blocked: true },
    ],
    [
      'desired 1, minimum 0, maximum 100: the old task stops, the new one waits for its place',
      { desired: 1, minimum: 0, maximum: 100, former: [[1, 'healthy']] },
      { stop: { 'old healthy': 1 } },
    ],
    [
      'desired 1, minimum 0, maximum 100: a stopping task still takes its place',
      { desired: 1, minimum: 0, maximum: 100, former: [[1, 'leaving']] },
      {},
    ],
    [
      'desired 1, minimum 0, maximum 100: the new task starts once the old one has stopped',
      { desired: 1, minimum: 0, maximum: 100, former: [[1, 'stopped']] },
      { start: { new: 1 } },
    ],
    [
      'an old task goes for each new one that is healthy',
      {
        desired: 4,
        primary: [
          [1, 'healthy'],
          [3, 'starting'],
        ],
        former: [[4, 'healthy']],
      },
      { stop: { 'old healthy': 1 } },
    ],
    [
      'no old task goes for new ones that only run',
      { desired: 4, primary: [[4, 'starting']], former: [[4, 'healthy']] },
      {},
    ],
    [
      'old tasks that serve nothing go first',
      {
        desired: 4,
        primary: [
          [2, 'healthy'],
          [2, 'pending'],
        ],
        former: [
          [2, 'healthy'],
          [1, 'pending'],
          [1, 'unhealthy'],
        ],
      },
      { stop: { 'old pending': 1, 'old unhealthy': 1 } },
    ],
    [
      'old tasks that are not healthy go before healthy ones when room has to be made',
      {
        desired: 4,
        minimum: 50,
        maximum: 100,
        former: [
          [2, 'healthy'],
          [1, 'starting'],
          [1, 'unhealthy'],
        ],
      },
      { stop: { 'old unhealthy': 1, 'old starting': 1 } },
    ],
    [
      'room that leaving tasks will give back is not made again',
      {
        desired: 4,
        minimum: 50,
        maximum: 100,
        former: [
          [2, 'healthy'],
          [2, 'leaving'],
        ],
      },
      {},
    ],
    [
      'healthy tasks of all deployments together keep the lower bound',
      {
        desired: 4,
        minimum: 75,
        maximum: 100,
        primary: [[1, 'healthy']],
        former: [[3, 'healthy']],
      },
      { stop: { 'old healthy': 1 } },
    ],
    [
      'nothing remains to be done when the new tasks are there',
      { desired: 4, primary: [[4, 'healthy']] },
      {},
    ],
    [
      'the old tasks all go in the end',
      { desired: 4, primary: [[4, 'healthy']], former: [[4, 'healthy']] },
      { stop: { 'old healthy': 4 } },
    ],
    ['a service that wants no task has none', { desired: 0 }, {}],
    [
      'a service that wants no task any more stops them all',
      { desired: 0, primary: [[2, 'healthy']], former: [[1, 'starting']] },
      { stop: { 'new healthy': 2, 'old starting': 1 } },
    ],
  ])('%s', (_name, given, expected) => {
    expect(decide(given)).toEqual({ ...nothing, ...expected });
  });

  it('takes the oldest of equals', () => {
    const [young, old] = [
      judged('healthy', { deploymentId: OLD, createdAt: NOW - 1 }),
      judged('healthy', { deploymentId: OLD, createdAt: NOW - 2 }),
    ];
    const { stop } = planCapacity({
      desiredCount: 2,
      bounds: { lower: 1, upper: 2 },
      primaryId: NEW,
      primaryMayStart: true,
      primaryMayStartNow: true,
      formerObsolete: false,
      tasks: [young, old, judged('healthy')],
    });
    expect(stop).toEqual([old]);
  });
});

describe('the desired count', () => {
  it.each<[string, Case, Partial<typeof nothing>]>([
    [
      'raised: the missing tasks start',
      { desired: 5, primary: [[3, 'healthy']] },
      { start: { new: 2 } },
    ],
    [
      'lowered: those that are too many stop, the least useful first',
      {
        desired: 2,
        primary: [
          [2, 'healthy'],
          [1, 'starting'],
          [1, 'pending'],
        ],
      },
      { stop: { 'new starting': 1, 'new pending': 1 } },
    ],
    [
      'lowered while a rollout goes on: old tasks that are too many go at once',
      { desired: 2, primary: [[2, 'starting']], former: [[4, 'healthy']] },
      { stop: { 'old healthy': 2 } },
    ],
    [
      'raised while a rollout goes on: only new tasks start',
      { desired: 6, primary: [[4, 'starting']], former: [[4, 'healthy']] },
      { start: { new: 2 } },
    ],
  ])('%s', (_name, given, expected) => {
    expect(decide(given)).toEqual({ ...nothing, ...expected });
  });
});

describe('unhealthy tasks of the present revision', () => {
  it.each<[string, Case, Partial<typeof nothing>]>([
    [
      'are replaced before they stop where the maximum allows it',
      {
        desired: 2,
        primary: [
          [1, 'healthy'],
          [1, 'unhealthy'],
        ],
      },
      { start: { new: 1 } },
    ],
    [
      'stay while their replacement is pending',
      {
        desired: 2,
        primary: [
          [1, 'healthy'],
          [1, 'unhealthy'],
          [1, 'pending'],
        ],
      },
      {},
    ],
    [
      'stay while their replacement only runs',
      {
        desired: 2,
        primary: [
          [1, 'healthy'],
          [1, 'unhealthy'],
          [1, 'starting'],
        ],
      },
      {},
    ],
    [
      'stop when their replacement is healthy',
      {
        desired: 2,
        primary: [
          [2, 'healthy'],
          [1, 'unhealthy'],
        ],
      },
      { stop: { 'new unhealthy': 1 } },
    ],
    [
      'and their unhealthy replacements are brought down to the desired count, and replaced',
      { desired: 2, primary: [[4, 'unhealthy']] },
      { stop: { 'new unhealthy': 2 } },
    ],
    [
      'stop one by one where the maximum leaves no room',
      {
        desired: 3,
        minimum: 0,
        maximum: 100,
        primary: [
          [1, 'healthy'],
          [2, 'unhealthy'],
        ],
      },
      { stop: { 'new unhealthy': 1 } },
    ],
    [
      'stop one by one even where the minimum is not kept any more: they do not count for it',
      {
        desired: 3,
        maximum: 100,
        primary: [
          [1, 'healthy'],
          [2, 'unhealthy'],
        ],
      },
      { stop: { 'new unhealthy': 1 } },
    ],
    [
      'wait for the place of the one before',
      {
        desired: 3,
        minimum: 0,
        maximum: 100,
        primary: [
          [1, 'healthy'],
          [1, 'unhealthy'],
          [1, 'leaving'],
        ],
      },
      {},
    ],
    [
      'stop one by one beside an old revision that takes all the room',
      { desired: 2, primary: [[2, 'unhealthy']], former: [[2, 'healthy']] },
      { stop: { 'new unhealthy': 1 } },
    ],
  ])('%s', (_name, given, expected) => {
    expect(decide(given)).toEqual({ ...nothing, ...expected });
  });
});

describe('while the throttle of the PRIMARY holds', () => {
  const request = { primaryMayStartNow: false };

  it('nothing starts, and nothing is stopped to make room', () => {
    expect(
      decide({ desired: 4, minimum: 50, maximum: 100, former: [[4, 'healthy']], request }),
    ).toEqual(nothing);
    expect(decide({ desired: 4, former: [[4, 'healthy']], request })).toEqual(nothing);
  });

  it('the configuration is not blamed', () => {
    expect(decide({ desired: 3, maximum: 125, former: [[3, 'healthy']], request })).toEqual(
      nothing,
    );
  });
});

describe('once the PRIMARY has failed', () => {
  const request = { primaryMayStart: false, primaryMayStartNow: false };

  it.each<[string, Case, Partial<typeof nothing>]>([
    [
      'it starts no task, and the old ones stay',
      {
        desired: 4,
        primary: [
          [1, 'healthy'],
          [1, 'starting'],
        ],
        former: [[4, 'healthy']],
        request,
      },
      {},
    ],
    [
      'its unhealthy tasks go without a replacement',
      {
        desired: 4,
        primary: [
          [1, 'healthy'],
          [2, 'unhealthy'],
        ],
        former: [[3, 'healthy']],
        request,
      },
      { stop: { 'new unhealthy': 2 } },
    ],
    [
      'old tasks beyond the desired count go',
      { desired: 2, former: [[3, 'healthy']], request },
      { stop: { 'old healthy': 1 } },
    ],
  ])('%s', (_name, given, expected) => {
    expect(decide(given)).toEqual({ ...nothing, ...expected });
  });
});

describe('the known good former deployment', () => {
  const request = { replaceableId: OLD };

  it.each<[string, Case, Partial<typeof nothing>]>([
    [
      'replaces a task of its own that ended, after the new ones have what they need',
      { desired: 4, former: [[3, 'healthy']], request },
      { start: { new: 4, old: 1 } },
    ],
    [
      'comes first where the lower bound needs it',
      { desired: 4, maximum: 150, former: [[2, 'healthy']], request },
      { start: { new: 2, old: 2 } },
    ],
    [
      'gets no room that the new tasks can use, once the lower bound is kept',
      { desired: 4, minimum: 50, maximum: 150, former: [[3, 'healthy']], request },
      { start: { new: 3 }, stop: { 'old healthy': 1 } },
    ],
    [
      'is not taken below the lower bound only to be started again',
      {
        desired: 4,
        minimum: 75,
        maximum: 100,
        former: [
          [2, 'healthy'],
          [2, 'starting'],
        ],
        request,
      },
      { stop: { 'old starting': 1 } },
    ],
    [
      'does not replace what healthy new tasks have replaced',
      {
        desired: 4,
        primary: [
          [3, 'healthy'],
          [1, 'starting'],
        ],
        former: [[1, 'healthy']],
        request,
      },
      {},
    ],
    [
      'replaces its unhealthy tasks',
      {
        desired: 2,
        primary: [[2, 'starting']],
        former: [
          [1, 'healthy'],
          [1, 'unhealthy'],
        ],
        request: { ...request, bounds: { lower: 2, upper: 5 } },
      },
      { start: { old: 1 } },
    ],
    [
      'never starts more than fit',
      { desired: 2, primary: [[2, 'starting']], former: [[2, 'leaving']], request },
      {},
    ],
    [
      'is all that starts once the PRIMARY has failed',
      {
        desired: 4,
        former: [[2, 'healthy']],
        request: { ...request, primaryMayStart: false, primaryMayStartNow: false },
      },
      { start: { old: 2 } },
    ],
  ])('%s', (_name, given, expected) => {
    expect(decide(given)).toEqual({ ...nothing, ...expected });
  });
});

describe('obsolete tasks of former deployments', () => {
  const request = { formerObsolete: true };

  it('go although the PRIMARY does not have its tasks yet, as far as the lower bound allows', () => {
    const rollout: Case = {
      desired: 4,
      minimum: 50,
      primary: [
        [2, 'healthy'],
        [2, 'starting'],
      ],
      former: [[4, 'healthy']],
    };
    expect(decide({ ...rollout, request }).stop).toEqual({ 'old healthy': 4 });
    expect(decide({ ...rollout, minimum: 75, request }).stop).toEqual({ 'old healthy': 3 });
    expect(decide(rollout).stop).toEqual({ 'old healthy': 2 });
  });
});

describe('the service says that its configuration blocks it', () => {
  it.each<[string, Case, boolean]>([
    [
      'when nothing may start or stop',
      { desired: 1, maximum: 150, former: [[1, 'healthy']] },
      true,
    ],
    [
      'not while a task that is on its way may still change that',
      {
        desired: 2,
        maximum: 100,
        former: [
          [1, 'healthy'],
          [1, 'starting'],
        ],
      },
      false,
    ],
    [
      'not while a leaving task will make room',
      {
        desired: 2,
        maximum: 100,
        former: [
          [1, 'healthy'],
          [1, 'leaving'],
        ],
      },
      false,
    ],
    [
      'not when it stops a task',
      { desired: 2, minimum: 50, maximum: 100, former: [[2, 'healthy']] },
      false,
    ],
    ['not when nothing is missing', { desired: 2, maximum: 100, primary: [[2, 'healthy']] }, false],
  ])('%s', (_name, given, blocked) => {
    expect(decide(given).blocked).toBe(blocked);
  });
});
