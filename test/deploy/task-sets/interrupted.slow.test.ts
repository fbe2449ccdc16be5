import { describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { findUnfinished } from '../../../src/deploy/task-sets/unfinished.ts';
import type { CancelPolicy } from '../../../src/deploy/configuration/configuration.ts';
import { Killed, type FateOf } from './virtual-client.ts';
import { STEPS, VirtualWorld, type Played, type PlayOptions } from './virtual-world.ts';

const ON_BLUE = { green: 0, sets: ['web:1 PRIMARY 100 %'], marked: false };
const ON_GREEN = { green: 100, sets: ['web:2 PRIMARY 100 %'], marked: false };
const AT_TEN = /^web:2 3\/3 running, 10 %/;

async function begun(): Promise<VirtualWorld> {
  const world = await VirtualWorld.start();
  await world.register('team/web:2.0.0');
  return world;
}

/** A deploy that is interrupted by SIGTERM as soon as it has told this. */
function interrupted(
  world: VirtualWorld,
  onCancel: CancelPolicy,
  when: RegExp,
  change: Partial<PlayOptions> = {},
): Promise<Played> {
  const controller = new AbortController();
  return world.deploy(
    'web:2',
    { options: { wait: true, onCancel } },
    {
      ...change,
      signal: controller.signal,
      incidents: [
        { when, happens: () => controller.abort(new Interruption('SIGTERM')) },
        ...(change.incidents ?? []),
      ],
    },
  );
}

/** A client that dies when it sends this operation for the n-th time. */
function dyingAt(operation: string, time = 1): FateOf {
  let seen = 0;
  return (_, name) => (name === operation && ++seen === time ? 'killed after' : 'pass');
}

/** A deploy whose client dies. */
async function killed(world: VirtualWorld, fate: FateOf): Promise<void> {
  await expect(world.deploy('web:2', {}, { fate })).rejects.toThrow(Killed);
}

describe('an interrupted deploy', () => {
  it('with on_cancel rollback goes back, says so, and ends as the signal does', async () => {
    const world = await begun();
    const { result, told } = await interrupted(world, 'rollback', AT_TEN);
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
    expect(result.cause).toEqual([
      'interrupted by SIGTERM; rolled back: the service runs web:1 again',
    ]);
    expect(told).toContain(
      'SIGTERM: rolling back, as on_cancel says; a second signal leaves everything where it is',
    );
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it.each<CancelPolicy>(['stop', 'detach'])(
    'with on_cancel %s stays where it is, and says how to go on',
    async (policy) => {
      const world = await begun();
      const { result } = await interrupted(world, policy, AT_TEN);
      expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
      expect(result.cause).toEqual([
        'interrupted by SIGTERM; the rollout stays where it is until somebody goes on with it',
        'web:2 has 10 % of the production traffic; the primary task set runs web:1',
      ]);
      expect(result.next.join('\n')).toMatch(/fairlead resume .*\n.*fairlead rollback/);
      expect(await world.summary()).toMatchObject({ green: 10 });
      expect((await world.resume()).result).toMatchObject({ verdict: 'succeeded' });
      expect(await world.summary()).toEqual(ON_GREEN);
    },
  );

  it('is left at once by a second signal', async () => {
    const world = await begun();
    const second = new AbortController();
    const { result } = await interrupted(world, 'rollback', AT_TEN, {
      secondSignal: second.signal,
      incidents: [{ when: /^SIGTERM/, happens: () => second.abort(new Interruption('SIGINT')) }],
    });
    expect(result).toMatchObject({ verdict: 'interrupted' });
    expect(result.cause[0]).toMatch(/stays where it is/);
    expect((await world.resume()).result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toEqual(ON_GREEN);
  });

  it('cannot go back any more once the old task set is being stopped', async () => {
    const world = await begun();
    const { result } = await interrupted(world, 'rollback', /^deleting task set/);
    expect(result).toMatchObject({ verdict: 'interrupted' });
    expect(result.cause).toEqual([
      'interrupted by SIGTERM; it had come too far to go back: the service runs the new version',
    ]);
    expect(await world.summary()).toEqual(ON_GREEN);
  });

  it('has changed nothing before it began', async () => {
    const world = await begun();
    const { result } = await interrupted(world, 'rollback', /^web:1 3\/3 running/);
    expect(result).toMatchObject({ verdict: 'interrupted' });
    expect(result.cause).toEqual(['interrupted by SIGTERM; the service was not changed']);
    expect(await world.summary()).toEqual(ON_BLUE);
  });
});

describe('a rollout whose client died', () => {
  it('is found with who began it, since when and how far it came', async () => {
    const world = await begun();
    await killed(world, dyingAt('ModifyListener', 2));
    const found: unknown[] = [];
    await world.play('resume', {}, async (session, service) => {
      found.push(await findUnfinished(session, service));
      return { verdict: 'no-change', cause: [], next: [] };
    });
    expect(found).toMatchObject([
      {
        by: 'ann@build-7',
        weight: 50,
        direction: 'forward',
        accepted: false,
        marks: { steps: [10, 50, 100], stepBakeMs: 60_000 },
        green: { taskDefinition: expect.stringMatching(/web:2$/) as string },
      },
    ]);
  });

  it('goes on by resume from where the weights stand, after its bake', async () => {
    const world = await begun();
    await killed(world, dyingAt('ModifyListener', 2));
    const { result, told, entries } = await world.resume();
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(told[0]).toMatch(/^looking whether the client that began the rollout is still at work/);
    expect(told[1]).toMatch(
      /^there is an unfinished rollout: web:2, at 50 % of the traffic, begun by ann@build-7 at 2023-/,
    );
    const weights = told.filter((line) => line.includes('of the production traffic to'));
    expect(weights).toEqual(['100 % of the production traffic to web:2, 0 % to web:1']);
    const target = entries.find((entry) => entry.kind === 'target');
    expect(target).toMatchObject({
      from: { taskDefinition: expect.stringMatching(/web:1$/) as string },
      to: { taskDefinition: expect.stringMatching(/web:2$/) as string },
    });
    expect(await world.summary()).toEqual(ON_GREEN);
  });

  it('is brought back by rollback, at once', async () => {
    const world = await begun();
    await killed(world, dyingAt('ModifyListener', 2));
    const { result, told } = await world.rollback();
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(result.from?.taskDefinition).toMatch(/web:2$/);
    expect(result.to?.taskDefinition).toMatch(/web:1$/);
    expect(told.join('\n')).not.toMatch(/looking whether/);
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('is brought back by resume when it was asked to, and when it was on its way back', async () => {
    const world = await begun();
    await killed(world, dyingAt('ModifyListener', 2));
    expect((await world.resume({ direction: 'back' })).result).toMatchObject({
      verdict: 'succeeded',
    });
    expect(await world.summary()).toEqual(ON_BLUE);
    const crashed = await VirtualWorld.start({
      models: { 'team/web:2.0.0': { failToPull: true } },
    });
    await crashed.register('team/web:2.0.0');
    await killed(crashed, dyingAt('UpdateTaskSet'));
    const { result, told } = await crashed.resume({ direction: 'forward' });
    expect(result).toMatchObject({
      verdict: 'rolled-back',
      exitCode: 3,
      cause: ['it was on its way back already, because it had failed or somebody had said so'],
    });
    expect(told.join('\n')).toMatch(/it is on its way back/);
    expect(await crashed.summary()).toEqual(ON_BLUE);
  });

  it('goes on by a deploy of the same version', async () => {
    const world = await begun();
    await killed(world, dyingAt('ModifyListener'));
    const { result, told } = await world.deploy('web:2');
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(told).toContain('it is the same version: going on with it');
    expect(await world.summary()).toEqual(ON_GREEN);
  });

  it('is rolled back first by a deploy of another version', async () => {
    const world = await begun();
    await killed(world, dyingAt('ModifyListener'));
    await world.register('team/web:3.0.0');
    const { result, told, entries } = await world.deploy('web:3');
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(told).toContain('rolling it back first');
    expect(result.from?.taskDefinition).toMatch(/web:1$/);
    const targets = entries.flatMap((entry) => (entry.kind === 'target' ? [entry] : []));
    expect(targets.at(-1)).toMatchObject({
      from: { taskDefinition: expect.stringMatching(/web:1$/) as string },
      to: { taskDefinition: expect.stringMatching(/web:3$/) as string },
    });
    expect(await world.summary()).toMatchObject({ green: 100, sets: ['web:3 PRIMARY 100 %'] });
  });

  it('is rolled back first by a deploy of the version that it was to replace, which needs no rollout then', async () => {
    const world = await begun();
    await killed(world, dyingAt('ModifyListener'));
    const { result } = await world.deploy('web:1');
    expect(result).toMatchObject({ verdict: 'no-change' });
    expect(result.from?.taskDefinition).toMatch(/web:1$/);
    expect(result.to?.taskDefinition).toMatch(/web:1$/);
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('is finished first by a deploy of another version when it was primary already', async () => {
    const world = await begun();
    await killed(world, dyingAt('UpdateServicePrimaryTaskSet'));
    await world.register('team/web:3.0.0');
    const { result, told } = await world.deploy('web:3', { strategy: undefined });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(told).toContain('its task set is the primary one already: finishing it first');
    expect(result.from?.taskDefinition).toMatch(/web:2$/);
    expect(await world.summary()).toMatchObject({ green: 0, sets: ['web:3 PRIMARY 100 %'] });
  });

  it('has nothing to resume once it has ended', async () => {
    const world = await begun();
    expect((await world.resume()).result).toMatchObject({
      verdict: 'impossible',
      error: { code: 'NO_ROLLOUT' },
    });
    await world.deploy('web:2');
    expect((await world.resume()).result).toMatchObject({ error: { code: 'NO_ROLLOUT' } });
  });
});

describe('two clients', () => {
  /** A command beside a deploy that bakes at 10 %. */
  async function beside(
    world: VirtualWorld,
    second: () => Promise<Played>,
  ): Promise<{ readonly first: Played; readonly other: Played }> {
    let other: Promise<Played> | undefined;
    const first = await world.deploy(
      'web:2',
      { strategy: { ...STEPS, stepBakeMs: 300_000 } },
      {
        incidents: [
          {
            when: AT_TEN,
            happens: () => {
              other = second();
              other.catch(() => undefined);
            },
          },
        ],
      },
    );
    if (other === undefined) throw new Error('the second command was never begun');
    return { first, other: await other };
  }

  it('do not deploy at once: the second is told who runs the first, and since when', async () => {
    const world = await begun();
    await world.register('team/web:3.0.0');
    const { first, other } = await beside(world, () => world.deploy('web:3'));
    expect(other.result).toMatchObject({
      verdict: 'impossible',
      exitCode: 2,
      error: { code: 'ROLLOUT_IN_PROGRESS' },
    });
    expect(other.result.cause[0]).toMatch(
      /another rollout is in progress: web:2, at 10 % of the traffic, begun by ann@build-7 at 2023-/,
    );
    expect(first.result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toEqual(ON_GREEN);
  });

  it('the second takes over where it is told to, and the first one steps back', async () => {
    const world = await begun();
    const { first, other } = await beside(world, () =>
      world.resume({ options: { wait: true, supersede: true } }),
    );
    expect(first.result).toMatchObject({ verdict: 'superseded', exitCode: 6 });
    expect(first.result.cause[0]).toBe('another client has taken this rollout over');
    expect(other.result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toEqual(ON_GREEN);
  });

  it('a rollback takes over at once', async () => {
    const world = await begun();
    const { first, other } = await beside(world, () => world.rollback());
    expect(first.result).toMatchObject({ verdict: 'superseded' });
    expect(other.result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('that begin in the same moment: one of them deploys, the other has changed nothing', async () => {
    const world = await begun();
    await world.register('team/web:3.0.0');
    const strategy = { ...STEPS, stepBakeMs: 1000, finalBakeMs: 1000 };
    const [first, second] = await Promise.all([
      world.deploy('web:2', { strategy }),
      world.deploy('web:3', { strategy }),
    ]);
    const verdicts = [first.result, second.result].map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === 'succeeded')).toHaveLength(1);
    expect(verdicts).toContain('superseded');
    const { green, sets } = await world.summary();
    expect(green).toBe(100);
    expect(sets).toHaveLength(1);
    expect(sets[0]).toMatch(/PRIMARY 100 %$/);
  });
});

describe('a rollback without a rollout', () => {
  it('brings back what the last one replaced, in one step', async () => {
    const world = await begun();
    await world.deploy('web:2');
    const { result, told } = await world.rollback();
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(told.filter((line) => line.includes('of the production traffic to'))).toEqual([
      '100 % of the production traffic to web:1, 0 % to web:2',
    ]);
    expect(await world.summary()).toMatchObject({ green: 0, sets: ['web:1 PRIMARY 100 %'] });
  });

  it('goes on to the version before when it is asked again, and never forward', async () => {
    const world = await begun();
    await world.register('team/web:3.0.0');
    await world.deploy('web:2');
    await world.deploy('web:3');
    await world.rollback();
    expect(await world.summary()).toMatchObject({ sets: ['web:2 PRIMARY 100 %'] });
    await world.rollback();
    expect(await world.summary()).toMatchObject({ sets: ['web:1 PRIMARY 100 %'] });
    const { result } = await world.rollback();
    expect(result).toMatchObject({
      verdict: 'impossible',
      error: {
        code: 'NOTHING_TO_ROLL_BACK_TO',
        message: 'service "web" went back to web:1 before, and nothing came before that one',
      },
    });
    expect(await world.summary()).toMatchObject({ sets: ['web:1 PRIMARY 100 %'] });
  });

  it('has nothing to go back to where the only version was deployed again', async () => {
    const world = await begun();
    const options = { wait: true, rollback: true, forceNewDeployment: true };
    expect((await world.deploy('web:1', { options })).result.verdict).toBe('succeeded');
    expect((await world.rollback()).result).toMatchObject({
      verdict: 'impossible',
      error: {
        code: 'NOTHING_TO_ROLL_BACK_TO',
        message: 'nothing came before web:1 on service "web", so there is nothing to roll back to',
        hint: 'Name a revision with --to.',
      },
    });
  });

  it('has nothing to go back to on a service that Fairlead never deployed', async () => {
    const world = await VirtualWorld.start();
    expect((await world.rollback()).result).toMatchObject({
      verdict: 'impossible',
      error: { code: 'NOTHING_TO_ROLL_BACK_TO' },
    });
  });
});
