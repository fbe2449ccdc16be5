import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseMark } from '../../../src/deploy/observed/gate-mark.ts';
import { openGate, openPauses, otherPauses } from '../../../src/deploy/observed/open-gate.ts';
import type { PauseHook } from '../../../src/deploy/observed/pause-hook.ts';
import { rollout } from '../watch/observations.ts';

const MINUTE = 60_000;
const PRE = 'PRE_PRODUCTION_TRAFFIC_SHIFT';
const MARK = chooseMark({ stages: [PRE], minutes: 20, timeoutAction: 'ROLLBACK', by: 'ann' }, []);
const OPENED = 1_700_000_000_000;

const waiting = (id: string, timeoutMinutes: number, opened = OPENED) => ({
  id,
  expiresAt: opened + timeoutMinutes * MINUTE,
});

const pause = (timeoutMinutes: number, ...stages: string[]): PauseHook => ({
  stages: stages.length === 0 ? [PRE] : stages,
  timeoutMinutes,
  timeoutAction: 'ROLLBACK',
});

describe('a pause that this command does not answer', () => {
  const seen = rollout({
    ...{ lifecycleStage: PRE, pauseHooks: [MARK, pause(60)], updatedAt: OPENED },
    waitingHooks: [waiting('gate', 20), waiting('theirs', 60)],
  });
  const theirs = { hook: 'theirs', until: OPENED + 60 * MINUTE };

  it("is the user's own where it keeps the gate, and the gate, too, where another Fairlead does", () => {
    expect(openPauses(seen, MARK, true)).toStrictEqual([theirs]);
    expect(openPauses(seen, MARK, false)).toStrictEqual([
      { hook: 'gate', until: OPENED + 20 * MINUTE, keptBy: 'ann' },
      theirs,
    ]);
  });

  it('is each where no Fairlead keeps a gate, and none where nothing waits', () => {
    expect(openPauses(seen, undefined, false).map(({ keptBy }) => keptBy)).toStrictEqual([
      undefined,
      undefined,
    ]);
    expect(openPauses(undefined, MARK, false)).toStrictEqual([]);
    expect(openPauses(rollout({}), MARK, true)).toStrictEqual([]);
  });
});

describe('the gate that waits', () => {
  it('stands before test traffic is judged while nothing of production traffic has moved', () => {
    const seen = rollout({
      ...{ lifecycleStage: PRE, pauseHooks: [MARK], waitingHooks: [waiting('gate', 20)] },
      ...{ productionWeight: 0, stepBakeMinutes: 5, updatedAt: OPENED },
    });
    expect(openGate(seen, MARK)).toStrictEqual({
      ...{ hookId: 'gate', stage: PRE, weight: 0, moment: 'test', since: OPENED },
    });
  });

  it('judges production traffic from the moment when the step before began to bake', () => {
    const seen = rollout({
      ...{ lifecycleStage: PRE, pauseHooks: [MARK], waitingHooks: [waiting('gate', 20)] },
      ...{ productionWeight: 20, stepBakeMinutes: 5, updatedAt: OPENED + 3 * MINUTE },
    });
    expect(openGate(seen, MARK)).toMatchObject({
      ...{ weight: 20, moment: 'production', since: OPENED - 5 * MINUTE },
    });
  });

  it('is not one that a rollout was begun without', () => {
    const seen = rollout({
      ...{ lifecycleStage: PRE, pauseHooks: [pause(60)], waitingHooks: [waiting('theirs', 60)] },
    });
    expect(openGate(seen, MARK)).toBeUndefined();
    expect(otherPauses(seen, MARK).map(({ id }) => id)).toStrictEqual(['theirs']);
  });

  it('is not a pause of the service at another stage', () => {
    const seen = rollout({
      ...{ lifecycleStage: 'POST_SCALE_UP', pauseHooks: [pause(60, 'POST_SCALE_UP'), MARK] },
      waitingHooks: [waiting('theirs', 60)],
    });
    expect(openGate(seen, MARK)).toBeUndefined();
  });

  it('is found at a stage that ECS gives another name', () => {
    const seen = rollout({
      ...{ lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT', pauseHooks: [MARK] },
      waitingHooks: [waiting('gate', 20)],
    });
    expect(openGate(seen, MARK)?.hookId).toBe('gate');
  });

  it('is told from pauses of the service at the same stage, whichever of them still wait', () => {
    const others = fc.uniqueArray(
      fc.integer({ min: 1, max: 200 }).filter((minutes) => minutes !== 20),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(others, fc.nat(), fc.boolean(), (timeouts, order, gateWaits) => {
        const theirs = timeouts.map((minutes) => waiting(`theirs-${minutes}`, minutes));
        const all = gateWaits ? [waiting('gate', 20), ...theirs] : theirs;
        const turned = [...all.slice(order % all.length), ...all.slice(0, order % all.length)];
        const seen = rollout({
          ...{ lifecycleStage: PRE, updatedAt: OPENED + 400, waitingHooks: turned },
          pauseHooks: [...timeouts.map((minutes) => pause(minutes)), MARK],
        });
        expect(openGate(seen, MARK)?.hookId).toBe(gateWaits ? 'gate' : undefined);
      }),
    );
  });
});
