/** `deploy` on a service of task sets, as the command runs: what comes before the first task set is created. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { deploy, type DeployRequest } from '../../../src/deploy/commands/deploy.ts';
import { NO_HOOKS } from '../../../src/deploy/drive/deploy-hooks.ts';
import type { Hook } from '../../../src/deploy/configuration/configuration.ts';
import type { Programs } from '../../../src/deploy/session/programs.ts';
import type { RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import { virtualClient, type FateOf } from './virtual-client.ts';
import { NAME, STEPS, VirtualWorld } from './virtual-world.ts';

const LIMIT_MS = 24 * 3_600_000;
const MIGRATE: Hook = { kind: 'command', command: ['./migrate'], oneWay: false, timeoutMs: 60_000 };

/** Runs the command with a hook that counts how often it ran. */
async function run(
  world: VirtualWorld,
  request: Partial<DeployRequest> = {},
  fate?: FateOf,
): Promise<{
  result: RolloutResult | undefined;
  hooks: number;
  requests: readonly string[];
  told: readonly string[];
}> {
  const { clock } = world.ecs;
  const { clients, requests } = await virtualClient(world.ecs, fate);
  let hooks = 0;
  const told: string[] = [];
  const programs: Programs = {
    start() {
      hooks += 1;
      return {
        ended: Promise.resolve({ kind: 'exited', exitCode: 0 }),
        silent: Promise.resolve(),
        signal: () => undefined,
        release: () => undefined,
      };
    },
  };
  let result: RolloutResult | undefined;
  let over = false;
  void deploy(
    {
      ...NAME,
      ...{ images: ['team/web:2.0.0'], allowMutableTag: false, wait: true, rollback: true },
      ...{ strategy: STEPS, hooks: { before: [MIGRATE], after: [] } },
      ...request,
    },
    {
      ...{ clients, clock, programs, random: seededRandom(5) },
      sinks: [
        (entry) => {
          if (entry.kind === 'event') told.push(entry.message);
        },
      ],
      tool: { name: 'fairlead', version: '0.0.0' },
      who: 'ann@build-7',
    },
  ).then(
    (ended) => {
      result = ended;
      over = true;
    },
    () => (over = true),
  );
  await clock.runUntil(() => over, LIMIT_MS);
  return { result, hooks, requests, told };
}

describe('deploy on task sets', () => {
  it('runs its hooks once, and not again for what runs already', async () => {
    const world = await VirtualWorld.start();
    const first = await run(world);
    expect(first).toMatchObject({ hooks: 1, result: { verdict: 'succeeded' } });
    const second = await run(world);
    expect(second).toMatchObject({ hooks: 0, result: { verdict: 'no-change' } });
    expect(second.requests).not.toContain('RegisterTaskDefinition');
  });

  it.each([
    [{ wait: false }, 'NO_WAIT'],
    [{ strategy: { ...STEPS, type: 'rolling', steps: [] } }, 'STRATEGY'],
    [{ strategy: { ...STEPS, steps: [50, 10] } }, 'STRATEGY'],
    [{ strategy: { ...STEPS, onClientLoss: 'rollback' } }, 'ON_CLIENT_LOSS'],
  ] as const)('refuses %j before anything is registered or run', async (request, code) => {
    const world = await VirtualWorld.start();
    const { result, hooks, requests } = await run(world, request);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2, error: { code } });
    expect(hooks).toBe(0);
    expect(requests).not.toContain('RegisterTaskDefinition');
  });

  it('goes on with what a lost client began: no second revision, no second migration', async () => {
    const world = await VirtualWorld.start();
    let changes = 0;
    await run(world, {}, (_, operation) => {
      if (operation === 'ModifyListener') changes += 1;
      return changes > 0 ? 'killed before' : 'pass';
    });
    const { result, hooks, requests } = await run(world);
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(hooks).toBe(0);
    expect(requests).not.toContain('RegisterTaskDefinition');
    expect(await world.summary()).toStrictEqual({
      ...{ green: 100, sets: ['web:2 PRIMARY 100 %'], marked: false },
    });
  });

  it('registers nothing for a version that is refused because another client is at work', async () => {
    const world = await VirtualWorld.start();
    await world.register('team/web:2.0.0');
    const ours: { second?: ReturnType<typeof run> } = {};
    await world.deploy(
      'web:2',
      { strategy: { ...STEPS, stepBakeMs: 300_000 } },
      {
        incidents: [
          {
            when: /^web:2 3\/3 running, 10 %/,
            happens: () => {
              ours.second = run(world, { images: ['team/web:3.0.0'], hooks: NO_HOOKS });
            },
          },
        ],
      },
    );
    const second = await ours.second;
    expect(second?.result).toMatchObject({
      ...{ verdict: 'impossible', exitCode: 2, changed: [] },
      error: { code: 'ROLLOUT_IN_PROGRESS' },
    });
    expect(second?.requests).not.toContain('RegisterTaskDefinition');
  });

  it('watches a lost client once before another version takes its place', async () => {
    const world = await VirtualWorld.start();
    await run(world, {}, (_, operation) =>
      operation === 'ModifyListener' ? 'killed before' : 'pass',
    );
    const { result, told } = await run(world, { images: ['team/web:3.0.0'] });
    expect(result).toMatchObject({
      verdict: 'succeeded',
      changed: ['the rollout of web:2 by ann@build-7 was rolled back first'],
    });
    expect(told.filter((line) => line.startsWith('looking whether'))).toHaveLength(1);
  });
});
