/**
 * The client is killed at every single call of every strategy, before ECS gets it and before the answer comes back. Nobody acts
 * afterwards: the service must come to rest fully on the new or fully on the old revision, traffic and all.
 */
import { describe, expect, it } from 'vitest';
import { wait } from '../../../src/deploy/commands/wait.ts';
import type { StrategyWish } from '../../../src/deploy/configuration/configuration.ts';
import { httpCheck } from './checks.ts';
import { STRATEGY, VirtualDeploys } from './virtual-deploy.ts';

/** Some hundred rollouts. */
const LONG_MS = 600_000;
const POLLING = { shortestMs: 10_000, longestMs: 40_000 };

const WISHES: readonly (readonly [string, StrategyWish])[] = [
  ['blue_green', { ...STRATEGY, type: 'blue_green', steps: [] }],
  ['canary', STRATEGY],
  ['linear', { ...STRATEGY, type: 'linear', steps: [50] }],
  ['rolling', { ...STRATEGY, type: 'rolling', steps: [] }],
];

const OK: typeof fetch = () => Promise.resolve(new Response('{}', { status: 200 }));

/** Deploys 2.0.0 with a gate that is measured; the client may die. */
async function deployed(
  strategy: StrategyWish,
  death?: { readonly at: number; readonly moment: 'before' | 'after' },
): Promise<{ readonly deploys: VirtualDeploys; readonly calls: number; readonly sent: string[] }> {
  const deploys = await VirtualDeploys.start();
  const { client } = await deploys.deploy(
    'app:2.0.0',
    {
      strategy,
      analysis: strategy.type === 'rolling' ? [] : [httpCheck({ moments: ['test', 'production'] })],
    },
    {
      change: { fetch: OK, polling: POLLING },
      ...(death === undefined ? {} : { death }),
    },
  );
  return { deploys, calls: client.sent.length, sent: client.sent };
}

describe.each(WISHES)('a client that is killed in the middle of %s', (_, strategy) => {
  it(
    'leaves the service fully on one revision, whichever call was its last',
    async () => {
      const { calls } = await deployed(strategy);
      const seen = new Set<string>();
      for (let at = 1; at <= calls; at++) {
        for (const moment of ['before', 'after'] as const) {
          const { deploys, sent } = await deployed(strategy, { at, moment });
          await deploys.untilRest();
          const { definition, tasks, weights } = await deploys.state();
          const where = `killed ${moment} call ${at}, ${sent.at(-1) ?? ''}`;
          const side = tasks.join() === 'app:1' ? 'old' : tasks.join() === 'app:4' ? 'new' : 'both';
          seen.add(side);
          expect(tasks, where).toStrictEqual([definition]);
          // The groups change their roles with every rollout: blue carries the old revision here.
          const stays = side === 'old' || strategy.type === 'rolling';
          const expected = stays ? { blue: 100, green: 0 } : { blue: 0, green: 100 };
          expect(weights, where).toStrictEqual(expected);
        }
      }
      expect(seen).toStrictEqual(new Set(['old', 'new']));
    },
    LONG_MS,
  );
});

describe('what a killed client leaves in the configuration', () => {
  it(
    'is taken out by the next command that changes the service, which says so',
    async () => {
      const { calls } = await deployed(STRATEGY);
      for (let at = 1; at <= calls; at += 4) {
        const { deploys } = await deployed(STRATEGY, { at, moment: 'after' });
        await deploys.untilRest();
        const before = await deploys.state();
        const { result, entries } = await deploys.deploy('app:3.0.0', { strategy: STRATEGY });
        expect(result?.verdict).toBe('succeeded');
        const told = entries.some((entry) => entry.kind === 'event' && entry.code === 'stale-gate');
        expect(told).toBe(before.tags.length > 0);
        expect(await deploys.state()).toMatchObject({ hooks: 0, tags: [] });
      }
    },
    LONG_MS,
  );

  it('is told of, and left alone, by a command that only looks', async () => {
    const { deploys } = await deployed(STRATEGY, { at: 30, moment: 'after' });
    await deploys.untilRest();
    const before = await deploys.state();
    expect(before.tags).toStrictEqual(['fairlead:gate']);
    const { entries } = await deploys.run((dependencies) =>
      wait({ cluster: 'shop', service: 'web' }, dependencies),
    );
    expect(entries.some((entry) => entry.kind === 'event' && entry.code === 'stale-gate')).toBe(
      true,
    );
    expect(await deploys.state()).toStrictEqual(before);
  });
});
