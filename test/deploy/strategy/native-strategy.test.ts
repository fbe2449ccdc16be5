import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StrategyWish } from '../../../src/deploy/configuration/configuration.ts';
import { defaultTimeoutMs } from '../../../src/deploy/strategy/default-timeout.ts';
import { strategyConfiguration } from '../../../src/deploy/strategy/native-strategy.ts';
import { wantedGate } from '../../../src/deploy/strategy/rollout-gate.ts';
import { STRATEGY } from '../virtual/virtual-deploy.ts';

const wish = (change: Partial<StrategyWish>): StrategyWish => ({ ...STRATEGY, ...change });
const ROLLING = { strategy: 'ROLLING', bakeTimeInMinutes: undefined };

describe('a strategy as ECS takes it', () => {
  it('canary: one step and two bakes', () => {
    expect(strategyConfiguration(wish({ stepBakeMs: 300_000 }), ROLLING)).toStrictEqual({
      strategy: 'CANARY',
      bakeTimeInMinutes: 1,
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 5 },
    });
  });

  it('linear: one step size', () => {
    const linear = wish({ type: 'linear', steps: [25], stepBakeMs: undefined });
    expect(strategyConfiguration(linear, ROLLING)).toStrictEqual({
      ...{ strategy: 'LINEAR', bakeTimeInMinutes: 1, linearConfiguration: { stepPercent: 25 } },
    });
  });

  it('blue/green must say how long both revisions run: what the service has, else five minutes', () => {
    const blueGreen = wish({ type: 'blue_green', steps: [], finalBakeMs: undefined });
    expect(strategyConfiguration(blueGreen, ROLLING)).toMatchObject({ bakeTimeInMinutes: 5 });
    const present = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 };
    expect(strategyConfiguration(blueGreen, present)).toMatchObject({ bakeTimeInMinutes: 30 });
  });

  it('leaves what is not said to ECS', () => {
    const bare = wish({ steps: [], stepBakeMs: undefined, finalBakeMs: undefined });
    expect(strategyConfiguration(bare, ROLLING)).toStrictEqual({ strategy: 'CANARY' });
  });

  it.each([
    [{ steps: [5, 25] }, /steps \[5%, 25%\].*one step/, /type: canary, steps: \[5%\].*EXTERNAL/],
    [{ steps: [25, 50, 75] }, /steps \[25%, 50%, 75%\]/, /type: linear, steps: \[25%\]/],
    [{ steps: [0.05] }, /steps \[0.05%\]/, /0\.1% to 100%/],
    [{ type: 'linear', steps: [2] }, /steps \[2%\]/, /3% to 100%/],
    [{ stepBakeMs: 90_000 }, /step_bake 1m 30s.*whole minutes/, /step_bake: 2m/],
    [{ finalBakeMs: 90_000_000 }, /final_bake 25h 00m/, /final_bake: 1440m/],
  ] as const)('refuses %j, naming what would be right', (change, message, hint) => {
    expect(() => strategyConfiguration(wish(change), ROLLING)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
        exitCode: 2,
      }),
    );
  });
});

describe('the gate of a strategy', () => {
  const options = { analysis: [], stepBakeMs: 60_000, timeoutMs: 3_600_000, oneWay: false };

  it('holds for the bake, the checks and a margin, and no longer than the whole rollout may take', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400_000 }),
        fc.integer({ min: 60_000, max: 86_400_000 }),
        (stepBakeMs, timeoutMs) => {
          const gate = wantedGate('canary', { ...options, stepBakeMs, timeoutMs });
          expect(gate?.minutes).toBeGreaterThanOrEqual(1);
          expect((gate?.minutes ?? 0) * 60_000).toBeLessThanOrEqual(timeoutMs);
        },
      ),
    );
  });

  it('brings the old version back when the client is lost, unless a one-way hook has run', () => {
    expect(wantedGate('linear', options)?.timeoutAction).toBe('ROLLBACK');
    expect(wantedGate('linear', { ...options, oneWay: true })?.timeoutAction).toBe('CONTINUE');
  });

  it('is not put before a rolling update, which ECS does not pause', () => {
    expect(wantedGate('rolling', options)).toBeUndefined();
  });
});

describe('the default timeout', () => {
  it('leaves room for every bake and every gate', () => {
    const canary = {
      strategy: 'CANARY',
      bakeTimeInMinutes: 10,
      canaryConfiguration: { canaryBakeTimeInMinutes: 5 },
    } as const;
    expect(defaultTimeoutMs({ strategy: 'ROLLING' }, 0)).toBe(15 * 60_000);
    expect(defaultTimeoutMs(canary, 0)).toBe(30 * 60_000);
    expect(defaultTimeoutMs(canary, 600_000)).toBe(50 * 60_000);
    expect(
      defaultTimeoutMs({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 50 } }, 0),
    ).toBe(21 * 60_000);
  });
});
