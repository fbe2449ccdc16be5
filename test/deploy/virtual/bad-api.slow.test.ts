/**
 * Every strategy under a bad API: whatever the weather, the verdict and the end are those of a fine day, and ECS is asked for
 * one deployment.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import type { StrategyWish } from '../../../src/deploy/configuration/configuration.ts';
import { badApi, losingReceipt, skewed } from './bad-api.ts';
import { httpCheck } from './checks.ts';
import { STRATEGY, VirtualDeploys } from './virtual-deploy.ts';

const LONG_MS = 600_000;
const RUNS = 8;
const HOUR_MS = 3_600_000;
const OK: typeof fetch = () => Promise.resolve(new Response('{}', { status: 200 }));

const STRATEGIES: readonly (readonly [string, StrategyWish])[] = [
  [
    'rolling',
    { ...STRATEGY, type: 'rolling', steps: [], stepBakeMs: undefined, finalBakeMs: undefined },
  ],
  ['blue_green', { ...STRATEGY, type: 'blue_green', steps: [] }],
  ['canary', STRATEGY],
  ['linear', { ...STRATEGY, type: 'linear', steps: [50] }],
];

const MODELS = { 'app:3.0.0': { exit: { afterMs: 2000, exitCode: 7 } } };

interface Weather {
  /** Undefined: a fine day. */
  readonly seed?: number;
  readonly skewMs?: number;
  readonly force?: boolean;
}

/** Deploys an image; what came of it, with nothing in it that only numbers differ in. */
async function outcomeOf(strategy: StrategyWish, image: string, weather: Weather) {
  const deploys = await VirtualDeploys.start({ models: MODELS }, configurationOf(strategy));
  const { clock } = deploys.world.scenario.ecs;
  const { seed, skewMs = 0, force = false } = weather;
  const { result, entries, client } = await deploys.deploy(
    image,
    {
      strategy,
      timeoutMs: 4 * HOUR_MS,
      ...(strategy.type === 'rolling' ? {} : { analysis: [httpCheck()] }),
      ...(force ? { forceNewDeployment: true } : {}),
    },
    {
      change: { fetch: OK, clock: skewed(clock, skewMs), random: seededRandom(seed ?? 1) },
      ...(seed === undefined ? {} : { layer: badApi(clock, seed) }),
    },
  );
  await deploys.untilRest();
  const rollouts = await deploys.world.scenario.rollouts();
  const state = await deploys.state();
  const calls = entries.filter((entry) => entry.kind === 'api-call');
  return {
    end: {
      verdict: result?.verdict,
      exitCode: result?.exitCode,
      isNew: state.definition !== 'app:1',
      tasks: state.tasks.map((each) => each === state.definition),
      weights: state.weights,
      hooks: state.hooks,
      tags: state.tags,
      // The first is the creation's.
      rollouts: rollouts.slice(0, -1).map(({ status }) => status),
    },
    counted: { record: calls.length, result: result?.apiCalls.total, sent: client.sent.length },
    why: JSON.stringify([weather, result?.cause]),
  };
}

describe('a lost receipt', () => {
  it('of RegisterTaskDefinition is looked for, and no second revision is registered', async () => {
    const fine = await VirtualDeploys.start();
    await fine.deploy('app:2.0.0');
    const lost = await VirtualDeploys.start();
    const { result, client } = await lost.deploy(
      'app:2.0.0',
      {},
      { layer: losingReceipt('RegisterTaskDefinition') },
    );
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(client.sent.filter((each) => each === 'RegisterTaskDefinition')).toHaveLength(1);
    expect((await lost.state()).definition).toBe((await fine.state()).definition);
  });
});

const configurationOf = ({ type }: StrategyWish) =>
  type === 'rolling' ? ({ strategy: 'ROLLING' } as const) : {};

describe.each(STRATEGIES)('a bad API under %s', (_, strategy) => {
  it.each([
    ['a version that works', 'app:2.0.0'],
    ['a version whose tasks exit', 'app:3.0.0'],
  ])(
    'changes neither the verdict nor the end of %s, and its calls are all counted',
    async (_name, image) => {
      const fine = await outcomeOf(strategy, image, {});
      expect(fine.end.rollouts).toHaveLength(1);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
          const bad = await outcomeOf(strategy, image, { seed });
          expect(bad.end, bad.why).toStrictEqual(fine.end);
          const { record, result, sent } = bad.counted;
          expect([record, result]).toStrictEqual([sent, sent]);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    LONG_MS,
  );

  it(
    'starts one deployment when the same is forced again',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), async (seed) => {
          const { end, why } = await outcomeOf(strategy, 'app:2.0.0', { seed, force: true });
          expect(end.rollouts, why).toStrictEqual(['SUCCESSFUL']);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    LONG_MS,
  );

  it.each([-30 * HOUR_MS, 30 * HOUR_MS])(
    'does not care for a clock that is wrong by %d ms',
    async (skewMs) => {
      const fine = await outcomeOf(strategy, 'app:2.0.0', {});
      const wrong = await outcomeOf(strategy, 'app:2.0.0', { skewMs });
      expect(wrong.end).toStrictEqual(fine.end);
      expect(wrong.counted.sent).toBe(fine.counted.sent);
    },
    LONG_MS,
  );
});
