/** Joining a rollout that somebody else began: resume, wait, rollback, in virtual time. */
import { describe, expect, it } from 'vitest';
import { resume } from '../../../src/deploy/commands/resume.ts';
import { rollback } from '../../../src/deploy/commands/rollback.ts';
import { status } from '../../../src/deploy/commands/status.ts';
import { wait } from '../../../src/deploy/commands/wait.ts';
import { abort, httpCheck } from './checks.ts';
import { STRATEGY, VirtualDeploys } from './virtual-deploy.ts';

const NAME = { cluster: 'shop', service: 'web' };
const SLOW = { ...STRATEGY, stepBakeMs: 600_000, finalBakeMs: 600_000 };
const OK: typeof fetch = () => Promise.resolve(new Response('{}', { status: 200 }));

/** A canary whose client died at its first gate. */
async function lost(): Promise<VirtualDeploys> {
  const deploys = await VirtualDeploys.start();
  await deploys.deploy('app:2.0.0', { strategy: SLOW }, { death: { at: 25, moment: 'before' } });
  return deploys;
}

describe('resume', () => {
  it('keeps the gates by the configuration, to the new version', async () => {
    const deploys = await lost();
    const { result, entries } = await deploys.run(
      (dependencies) => resume({ ...NAME, strategy: SLOW, analysis: [httpCheck()] }, dependencies),
      { change: { fetch: OK } },
    );
    expect(result).toMatchObject({ command: 'resume', verdict: 'succeeded' });
    expect(entries.some((entry) => entry.kind === 'gate' && entry.state === 'continued')).toBe(
      true,
    );
    expect(await deploys.state()).toMatchObject({ tasks: ['app:4'], hooks: 0, tags: [] });
  });

  it('does not open gates that it knows no checks for', async () => {
    const deploys = await lost();
    const { result } = await deploys.run((dependencies) => resume(NAME, dependencies));
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(result?.error?.hint).toMatch(/--config.*fairlead continue/);
  });

  it('has nothing to go on with where nothing runs', async () => {
    const deploys = await VirtualDeploys.start();
    const { result } = await deploys.run((dependencies) => resume(NAME, dependencies));
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(result?.error?.code).toBe('NO_ROLLOUT');
  });
});

describe('wait', () => {
  it('waits out the gates of a deploy that runs elsewhere, and sees ECS bring the service back when it is gone', async () => {
    const deploys = await lost();
    const { result, entries } = await deploys.run((dependencies) =>
      wait({ ...NAME, timeoutMs: 7_200_000 }, dependencies),
    );
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    // What it waits for is told, and until when.
    const pauses = entries.flatMap((entry) => (entry.kind === 'sample' ? [entry.pauses] : []));
    expect(pauses.find((each) => each !== undefined)).toStrictEqual([
      {
        hook: expect.any(String) as string,
        until: expect.any(Number) as number,
        keptBy: 'ann@build-7',
      },
    ]);
    expect(pauses.at(-1)).toBeUndefined();
    const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : []));
    expect(told.filter((line) => line.startsWith('waits at'))).toStrictEqual([
      expect.stringMatching(
        /^waits at the gate of the fairlead deploy by ann@build-7 until 20\d\d-.*Z$/,
      ),
    ]);
  });

  it.each(['SCALE_UP', 'PRE_PRODUCTION_TRAFFIC_SHIFT', 'paused'])(
    'ends when the rollout has reached %s',
    async (until) => {
      const deploys = await lost();
      const { result } = await deploys.run((dependencies) =>
        wait({ ...NAME, until }, dependencies),
      );
      expect(result).toMatchObject({ verdict: 'reached', exitCode: 0 });
    },
  );

  it('until paused says how to answer the pause', async () => {
    const deploys = await lost();
    const { result } = await deploys.run((dependencies) =>
      wait({ ...NAME, until: 'paused' }, dependencies),
    );
    expect(result).toMatchObject({ verdict: 'reached', exitCode: 0 });
    expect(result?.next.slice(0, 2)).toEqual([
      expect.stringMatching(/^Go on: fairlead continue .*--hook ecs-pause-/),
      expect.stringMatching(/^Or go back: fairlead continue .*--rollback$/),
    ]);
  });

  it('refuses a stage that there is not, and names the one that was meant', async () => {
    const deploys = await lost();
    const { result } = await deploys.run((dependencies) =>
      wait({ ...NAME, until: 'BAKE_TIEM' }, dependencies),
    );
    expect(result?.error).toMatchObject({ message: '--until BAKE_TIEM is no lifecycle stage' });
    expect(result?.error?.hint).toBe('Did you mean BAKE_TIME?');
  });
});

describe('rollback', () => {
  it('ends a rollout whose client is gone, and takes its gate out', async () => {
    const deploys = await lost();
    const { result } = await deploys.run((dependencies) =>
      rollback({ ...NAME, wait: true }, dependencies),
    );
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(await deploys.state()).toMatchObject({ tasks: ['app:1'], hooks: 0, tags: [] });
  });
});

describe('status', () => {
  it('shows who keeps the gates, and that one waits', async () => {
    const deploys = await lost();
    await deploys.run((dependencies) => wait({ ...NAME, until: 'paused' }, dependencies));
    const { clock } = deploys.world.scenario.ecs;
    const seen = await deploys.look((dependencies) => status(NAME, { ...dependencies, clock }));
    expect(seen.gate).toMatchObject({ by: 'ann@build-7', state: 'in-use' });
    expect(seen.gate?.waiting).toMatch(/^ecs-pause-/);
  });
});

describe('a cancelled deploy', () => {
  it('that shall stop says that ECS would not, and what can be done', async () => {
    const deploys = await VirtualDeploys.start();
    const { controller, change } = abort();
    deploys.world.scenario.ecs.clock.setTimer(60_000, () => controller('SIGINT'));
    const { result } = await deploys.deploy(
      'app:2.0.0',
      { strategy: SLOW, onCancel: 'stop' },
      { change },
    );
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 130 });
    expect(result?.cause.join('\n')).toMatch(/the rollout goes on[^]*StopServiceDeployment/);
    expect(result?.next.join('\n')).toMatch(/fairlead rollback/);
  });

  it('that is detached says what becomes of its gates, and who can keep them', async () => {
    const deploys = await VirtualDeploys.start();
    const { controller, change } = abort();
    deploys.world.scenario.ecs.clock.setTimer(60_000, () => controller('SIGINT'));
    const { result } = await deploys.deploy('app:2.0.0', { strategy: SLOW }, { change });
    expect(result).toMatchObject({
      verdict: 'interrupted',
      cause: ['interrupted by SIGINT; the rollout goes on'],
    });
    expect(result?.next[0]).toMatch(
      /^Keep its gates: fairlead resume, with the same configuration\. ECS rolls it back at a gate that nobody answers for \d+ minutes\.$/,
    );
  });

  it('leaves at once at the second signal, and ECS rolls back by itself', async () => {
    const deploys = await VirtualDeploys.start();
    const { controller, change } = abort();
    const { clock } = deploys.world.scenario.ecs;
    clock.setTimer(60_000, () => controller('SIGTERM'));
    clock.setTimer(60_001, () => controller('SIGTERM'));
    const { result } = await deploys.deploy(
      'app:2.0.0',
      { strategy: SLOW, onCancel: 'rollback' },
      { change },
    );
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
    expect(result?.cause).toStrictEqual([
      'interrupted by SIGTERM; ECS was asked to roll back, and does',
    ]);
    await deploys.untilRest();
    expect(await deploys.state()).toMatchObject({ tasks: ['app:1'] });
  });
});
