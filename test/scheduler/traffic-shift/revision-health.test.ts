import { describe, expect, it } from 'vitest';
import { ECS_TIMINGS } from '../../../src/scheduler/rolling/snapshot.ts';
import type { JudgedTask } from '../../../src/scheduler/rolling/task-health.ts';
import {
  canServe,
  isFull,
  revisionHealth,
  type RevisionHealth,
} from '../../../src/scheduler/traffic-shift/revision-health.ts';
import { judged, NOW } from '../rolling/builders.ts';
import { BLUE, GREEN } from './shifting.ts';

const counted = (...tasks: JudgedTask[]): RevisionHealth =>
  revisionHealth((id) => id === GREEN, tasks, ECS_TIMINGS, NOW);

describe('a task of a revision', () => {
  it.each([
    ['healthy', { present: 1, existing: 1, healthy: 1 }],
    ['pending', { present: 1, existing: 1, healthy: 0 }],
    ['unhealthy', { present: 1, existing: 1, healthy: 0 }],
    ['leaving', { present: 0, existing: 1, healthy: 0 }],
    ['stopped', { present: 0, existing: 0, healthy: 0 }],
  ] as const)('that is %s counts as %j', (kind, counts) => {
    const stranger = judged('healthy', { deploymentId: BLUE });
    expect(counted(judged(kind), stranger)).toEqual(counts);
  });

  it.each([
    [7_000, 1],
    [6_999, 0],
  ])('that nothing checks is healthy so many ms after RUNNING: %d', (ms, healthy) => {
    expect(counted(judged('starting', { startedAt: NOW - ms })).healthy).toBe(healthy);
  });
});

/** So many tasks that are not asked to stop, and so many of them healthy. */
const revision = (present: number, healthy: number) => ({ present, existing: present, healthy });

describe('a revision is complete', () => {
  it.each([
    ['with all of its tasks healthy', revision(3, 3), true],
    ['not while one of them is not healthy', revision(3, 2), false],
    ['not while one is missing', revision(2, 2), false],
    ['not while there is one too many', revision(4, 3), false],
    ['not while there are healthy ones too many', revision(4, 4), false],
  ])('%s', (_name, health, full) => {
    expect(isFull(health, 3)).toBe(full);
  });
});

describe('a revision can take production traffic back', () => {
  it.each([
    { healthy: 2, desired: 2, minimum: 100, can: true },
    { healthy: 1, desired: 2, minimum: 100, can: false },
    { healthy: 3, desired: 2, minimum: 100, can: true },
    // The minimum is rounded up, as for a rolling update.
    { healthy: 2, desired: 3, minimum: 50, can: true },
    { healthy: 1, desired: 3, minimum: 50, can: false },
    // Somebody has to answer, whatever the minimum is; unless nothing is wanted.
    { healthy: 0, desired: 2, minimum: 0, can: false },
    { healthy: 1, desired: 2, minimum: 0, can: true },
    { healthy: 0, desired: 0, minimum: 100, can: true },
  ])('with $healthy healthy tasks of $desired at a minimum of $minimum %: $can', (given) => {
    const health = revision(given.healthy, given.healthy);
    expect(canServe(health, given.desired, given.minimum)).toBe(given.can);
  });
});
