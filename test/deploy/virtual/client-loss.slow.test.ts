/**
 * The client is killed at every single call of every strategy, before ECS gets it and before the answer comes back. Nobody acts
 * afterwards: the service must come to rest fully on the new or fully on the old revision, traffic and all.
 */
import { describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { wait } from '../../../src/deploy/commands/wait.ts';
import type { StrategyWish } from '../../../src/deploy/configuration/configuration.ts';
import { httpCheck } from './checks.ts';
import type { Death } from './virtual-clients.ts';
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
  death?: Death,
): Promise<{
  readonly deploys: VirtualDeploys;
  readonly sent: readonly string[];
  /** The virtual time of each call. */
  readonly instants: readonly number[];
}> {
  const deploys = await VirtualDeploys.start();
  const { clock } = deploys.world.scenario.ecs;
  const instants: number[] = [];
  const { client } = await deploys.deploy(
    'app:2.0.0',
    {
      strategy,
      analysis: strategy.type === 'rolling' ? [] : [httpCheck({ moments: ['test', 'production'] })],
    },
    {
      change: { fetch: OK, polling: POLLING },
      ...(death === undefined ? {} : { death }),
      layer: (_, send) => {
        instants.push(clock.now());
        return send();
      },
    },
  );
  return { deploys, sent: client.sent, instants };
}

const isRead = (operation: string | undefined): boolean =>
  /^(?:Describe|List|Get)/.test(operation ?? '');

/**
 * Before and after every call. Reads that follow each other at one instant are one death: the ECS that it leaves is the same
 * whichever of them was the last.
 */
function deathsOf(sent: readonly string[], instants: readonly number[]): readonly Death[] {
  return sent.flatMap((operation, index): readonly Death[] => {
    const at = index + 1;
    if (!isRead(operation)) {
      return [
        { at, moment: 'before' },
        { at, moment: 'after' },
      ];
    }
    const repeated = isRead(sent[index - 1]) && instants[index - 1] === instants[index];
    return repeated ? [] : [{ at, moment: 'before' }];
  });
}

describe.each(WISHES)('a client that is killed in the middle of %s', (_, strategy) => {
  it(
    'leaves the service fully on one revision, whichever call was its last',
    async () => {
      const whole = await deployed(strategy);
      const seen = new Set<string>();
      for (const death of deathsOf(whole.sent, whole.instants)) {
        const { deploys, sent } = await deployed(strategy, death);
        await deploys.untilRest();
        const { definition, tasks, weights } = await deploys.state();
        const where = `killed ${death.moment} call ${death.at}, ${sent.at(-1) ?? ''}`;
        const side = tasks.join() === 'app:1' ? 'old' : tasks.join() === 'app:4' ? 'new' : 'both';
        seen.add(side);
        expect(tasks, where).toStrictEqual([definition]);
        // The groups change their roles with every rollout: blue carries the old revision here.
        const stays = side === 'old' || strategy.type === 'rolling';
        const expected = stays ? { blue: 100, green: 0 } : { blue: 0, green: 100 };
        expect(weights, where).toStrictEqual(expected);
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
      const { sent } = await deployed(STRATEGY);
      for (let at = 1; at <= sent.length; at += 4) {
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

  it('is told of by a command that only looks and follows the rollout to its end', async () => {
    const { sent } = await deployed(STRATEGY);
    const at = sent.indexOf('ContinueServiceDeployment') + 1;
    const { deploys } = await deployed(STRATEGY, { at, moment: 'after' });
    const { result, entries } = await deploys.run((dependencies) =>
      wait({ cluster: 'shop', service: 'web' }, dependencies),
    );
    expect(result).toMatchObject({ verdict: 'rolled-back', changed: [] });
    const told = entries.flatMap((entry) =>
      entry.kind === 'event' && entry.code === 'stale-gate' ? [entry.message] : [],
    );
    expect(told).toStrictEqual([
      'the service still carries the pause hook of the rollout by ann@build-7: its fairlead deploy takes it out, or else the next command that changes the service',
    ]);
    expect(await deploys.state()).toMatchObject({ hooks: 1, tags: ['fairlead:gate'] });
  });

  it('takes nothing from the verdict of that command where it is interrupted at its last look', async () => {
    const { sent } = await deployed(STRATEGY);
    const at = sent.indexOf('ContinueServiceDeployment') + 1;
    const follow = async (interruptedAt: number): Promise<{ verdict: unknown; looks: number }> => {
      const { deploys } = await deployed(STRATEGY, { at, moment: 'after' });
      const controller = new AbortController();
      let looks = 0;
      const { result } = await deploys.run(
        (dependencies) => wait({ cluster: 'shop', service: 'web' }, dependencies),
        {
          change: { signal: controller.signal },
          layer: ({ operation }, send) => {
            if (operation === 'DescribeServices' && ++looks === interruptedAt) {
              controller.abort(new Interruption('SIGINT'));
            }
            return send();
          },
        },
      );
      return { verdict: result?.verdict, looks };
    };
    const { verdict, looks } = await follow(Infinity);
    expect(verdict).toBe('rolled-back');
    expect(await follow(looks)).toStrictEqual({ verdict, looks });
  });
});
