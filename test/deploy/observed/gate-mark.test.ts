import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseMark,
  formatMark,
  gateHook,
  looksLike,
  parseMark,
} from '../../../src/deploy/observed/gate-mark.ts';
import { ownHooks } from '../../../src/deploy/gates/own-hooks.ts';
import { pauseHookOf } from '../../../src/deploy/observed/from-sdk.ts';
import type { PauseHook } from '../../../src/deploy/observed/pause-hook.ts';

const STAGES = ['PRE_SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'];
const WANTED = {
  stages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
  minutes: 20,
  timeoutAction: 'ROLLBACK',
  by: 'ann@build-7',
} as const;

const pauses: fc.Arbitrary<readonly PauseHook[]> = fc.array(
  fc.record({
    stages: fc.subarray(STAGES, { minLength: 1 }),
    timeoutMinutes: fc.oneof(fc.integer({ min: 15, max: 30 }), fc.constant(20_160)),
    timeoutAction: fc.constantFrom('ROLLBACK', 'CONTINUE'),
  }),
  { maxLength: 10 },
);

describe('the mark of a gate', () => {
  it('comes back from the tag as it was written', () => {
    fc.assert(
      fc.property(pauses, fc.string({ minLength: 1 }), (own, by) => {
        const mark = chooseMark({ ...WANTED, by }, own);
        expect(parseMark(formatMark(mark))).toStrictEqual(mark);
      }),
    );
  });

  it('is a value that ECS takes for a tag', () => {
    fc.assert(
      fc.property(fc.string(), (by) => {
        const value = formatMark(chooseMark({ ...WANTED, by }, []));
        expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
      }),
    );
  });

  it('looks like none of the hooks of the service', () => {
    fc.assert(
      fc.property(pauses, fc.integer({ min: 1, max: 30_000 }), (own, minutes) => {
        const mark = chooseMark({ ...WANTED, minutes }, own);
        expect(own.filter((hook) => looksLike(hook, mark))).toStrictEqual([]);
        expect(mark.timeoutMinutes).toBeGreaterThanOrEqual(1);
        expect(mark.timeoutMinutes).toBeLessThanOrEqual(20_160);
      }),
    );
  });

  it('takes out the gate alone: the hooks of the service stay as they were', () => {
    fc.assert(
      fc.property(pauses, fc.nat(10), (own, place) => {
        const mark = chooseMark(WANTED, own);
        const hooks = own.map(gateHook);
        const index = Math.min(place, hooks.length);
        const all = [...hooks.slice(0, index), gateHook(mark), ...hooks.slice(index)];
        expect(ownHooks(all, mark)).toStrictEqual(hooks);
        expect(ownHooks(hooks, mark)).toStrictEqual(hooks);
      }),
    );
  });

  it.each(['', 'hello', 'PRE_SCALE_UP x ROLLBACK ann', 'PRE_SCALE_UP 20 MAYBE ann'])(
    'is not read from the tag value "%s", which Fairlead did not write',
    (value) => {
      expect(parseMark(value)).toBeUndefined();
    },
  );

  it('has the timeout and the action of the hook', () => {
    const mark = chooseMark(WANTED, []);
    expect(pauseHookOf(gateHook(mark))).toStrictEqual({
      stages: WANTED.stages,
      timeoutMinutes: 20,
      timeoutAction: 'ROLLBACK',
    });
  });
});
