import { describe, expect, it } from 'vitest';
import {
  afterExit,
  afterLaunchFailure,
  afterStart,
  becameImpaired,
  launchDelayMs,
  type Throttle,
} from '../../../src/scheduler/rolling/restart-throttle.ts';
import { NOW } from './builders.ts';

const NONE: Throttle = { throttleStep: 0 };

describe('the delay after tasks that never ran', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [10, 512],
    [11, 900],
    [12, 900],
    [2000, 900],
  ])('is, after wave %i, %i s', (step, seconds) => {
    expect(launchDelayMs(step)).toBe(seconds * 1000);
  });
});

describe('a task that never became RUNNING', () => {
  it('holds the deployment for a second, the next wave for two', () => {
    const first = afterLaunchFailure(NONE, NOW, NOW + 500);
    expect(first).toEqual({ throttleStep: 1, throttledUntil: NOW + 1500 });
    expect(afterLaunchFailure(first, NOW + 1500, NOW + 2000)).toEqual({
      throttleStep: 2,
      throttledUntil: NOW + 4000,
    });
  });

  it('counts once for its wave, however late it fails', () => {
    const first = afterLaunchFailure(NONE, NOW, NOW + 500);
    expect(afterLaunchFailure(first, NOW, NOW + 600)).toBe(first);
    expect(afterLaunchFailure(first, NOW, NOW + 60_000)).toBe(first);
    expect(afterLaunchFailure(first, NOW + 1499, NOW + 60_000)).toBe(first);
  });
});

describe('a task that ran and failed', () => {
  it('holds the deployment for a second and does not make the delay grow', () => {
    expect(afterExit(NONE, NOW)).toEqual({ throttleStep: 0, throttledUntil: NOW + 1000 });
    expect(afterExit({ throttleStep: 2, throttledUntil: NOW }, NOW)).toEqual({
      throttleStep: 2,
      throttledUntil: NOW + 1000,
    });
  });

  it('does not shorten a longer delay', () => {
    const long: Throttle = { throttleStep: 5, throttledUntil: NOW + 16_000 };
    expect(afterExit(long, NOW)).toBe(long);
    const same: Throttle = { throttleStep: 0, throttledUntil: NOW + 1000 };
    expect(afterExit(same, NOW)).toBe(same);
  });
});

describe('a task that became RUNNING', () => {
  const throttle: Throttle = { throttleStep: 3, throttledUntil: NOW + 4000 };

  it('ends the series when it did so after the last wave had failed', () => {
    expect(afterStart(throttle, NOW + 1)).toEqual({ ...throttle, throttleStep: 0 });
  });

  it('proves nothing when it ran before that', () => {
    expect(afterStart(throttle, NOW)).toBe(throttle);
    expect(afterStart(throttle, NOW - 60_000)).toBe(throttle);
  });

  it('changes nothing where nothing failed', () => {
    expect(afterStart(NONE, NOW)).toBe(NONE);
    const held: Throttle = { throttleStep: 0, throttledUntil: NOW };
    expect(afterStart(held, NOW + 5000)).toBe(held);
    const odd: Throttle = { throttleStep: 1 };
    expect(afterStart(odd, NOW)).toBe(odd);
  });
});

describe('the service says that it is unable to start tasks', () => {
  it.each([
    [0, 1, false],
    [1, 2, false],
    [2, 3, true],
    [3, 4, true],
    [3, 3, false],
    [4, 0, false],
  ])('when the throttle grows from step %i to %i: %s', (before, after, said) => {
    expect(becameImpaired({ throttleStep: before }, { throttleStep: after })).toBe(said);
  });
});
