/** What goes around a rollout that shifts traffic: the user's own pauses, hooks, one-way steps, in virtual time. */
import { describe, expect, it } from 'vitest';
import type { Hook } from '../../../src/deploy/configuration/configuration.ts';
import type { Programs } from '../../../src/deploy/session/programs.ts';
import { httpCheck } from './checks.ts';
import { STRATEGY, VirtualDeploys } from './virtual-deploy.ts';

const BROKEN: typeof fetch = () => Promise.resolve(new Response('', { status: 500 }));

/** Programs that end at once with this exit code. */
const ending = (exitCode: number, started: string[][] = []): Programs => ({
  start(command) {
    started.push([...command]);
    return {
      ended: Promise.resolve({ kind: 'exited', exitCode }),
      silent: Promise.resolve(),
      signal: () => undefined,
      release: () => undefined,
    };
  },
});

const command = (change: Partial<Extract<Hook, { kind: 'command' }>> = {}): Hook => ({
  ...{ kind: 'command', command: ['./smoke.sh'], oneWay: false, timeoutMs: 60_000 },
  ...change,
});

describe('pause hooks of the service itself', () => {
  const theirs = {
    targetType: 'PAUSE',
    lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
    timeoutConfiguration: { timeoutInMinutes: 7, action: 'CONTINUE' },
  } as const;

  it('stay, and are waited out beside the gate', async () => {
    const deploys = await VirtualDeploys.start(
      {},
      { lifecycleHooks: [{ ...theirs, lifecycleStages: [...theirs.lifecycleStages] }] },
    );
    const { result, entries } = await deploys.deploy('app:2.0.0');
    expect(result).toMatchObject({ verdict: 'succeeded' });
    const states = entries.flatMap((entry) => (entry.kind === 'gate' ? [entry.state] : []));
    expect(states).toStrictEqual(['opened', 'continued', 'opened', 'continued']);
    expect(await deploys.state()).toMatchObject({ hooks: 1, tags: [] });
  });
});

describe('hooks of a deploy', () => {
  it('before: one that fails leaves the service as it is', async () => {
    const deploys = await VirtualDeploys.start();
    const before = await deploys.state();
    const { result, client } = await deploys.deploy(
      'app:2.0.0',
      { hooks: { before: [command()], after: [] } },
      { change: { programs: ending(3) } },
    );
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result?.cause).toContain('exit code 3');
    expect(result?.cause.at(-1)).toMatch(/the service was not changed$/);
    expect(client.sent).not.toContain('UpdateService');
    expect(await deploys.state()).toStrictEqual(before);
  });

  it('after: run when the rollout succeeded, and its failure is the verdict', async () => {
    const deploys = await VirtualDeploys.start();
    const started: string[][] = [];
    const { result } = await deploys.deploy(
      'app:2.0.0',
      { hooks: { before: [], after: [command()] } },
      { change: { programs: ending(1, started) } },
    );
    expect(started).toStrictEqual([['./smoke.sh']]);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result?.cause[0]).toMatch(
      /runs the new version, but the hook ".\/smoke.sh" after it failed/,
    );
    expect(result?.next[0]).toMatch(/fairlead rollback/);
  });

  it('after: not run when the rollout was rolled back', async () => {
    const deploys = await VirtualDeploys.start();
    const started: string[][] = [];
    const { result } = await deploys.deploy(
      'app:2.0.0',
      { analysis: [httpCheck()], hooks: { before: [], after: [command()] } },
      { change: { programs: ending(0, started), fetch: BROKEN } },
    );
    expect(result).toMatchObject({ verdict: 'rolled-back' });
    expect(started).toStrictEqual([]);
  });
});

describe('a one-way hook', () => {
  const oneWay = { before: [command({ oneWay: true })], after: [] };

  it('keeps Fairlead from turning a rollout back, and ECS goes on when nobody decides', async () => {
    const deploys = await VirtualDeploys.start();
    const { result } = await deploys.deploy(
      'app:2.0.0',
      { analysis: [httpCheck()], hooks: oneWay },
      { change: { programs: ending(0), fetch: BROKEN } },
    );
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result?.cause[0]).toMatch(/answers 500|500.*one-way/);
    expect(result?.next).toStrictEqual([
      'Let it go on, and deploy again when the cause is mended: fairlead continue --cluster shop --service web',
      expect.stringMatching(/^ECS lets it go on at a gate that nobody answers for \d+ minutes\.$/),
      expect.stringMatching(/^Or go back to app:1 all the same: fairlead rollback /),
    ]);
    await deploys.untilRest();
    expect(await deploys.state()).toMatchObject({ definition: 'app:4', tasks: ['app:4'] });
  });

  it('gives way to on_client_loss: who says what ECS shall do alone means it', async () => {
    const deploys = await VirtualDeploys.start();
    const { result } = await deploys.deploy(
      'app:2.0.0',
      {
        strategy: { ...STRATEGY, onClientLoss: 'rollback' },
        analysis: [httpCheck()],
        hooks: oneWay,
      },
      { change: { programs: ending(0), fetch: BROKEN } },
    );
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result?.next.join('\n')).toContain('ECS rolls it back at a gate that nobody answers');
    await deploys.untilRest();
    expect(await deploys.state()).toMatchObject({ definition: 'app:1', tasks: ['app:1'] });
  });
});

describe('the record of a traffic shift', () => {
  it('never shows fewer healthy tasks than the old version had, and how the traffic was shared', async () => {
    const deploys = await VirtualDeploys.start();
    const { entries } = await deploys.deploy('app:2.0.0');
    const samples = entries.flatMap((entry) => (entry.kind === 'sample' ? [entry] : []));
    expect(Math.min(...samples.map(({ healthy = 0 }) => healthy))).toBe(2);
    const weights = new Set(samples.flatMap(({ revisions }) => revisions[0]?.trafficWeight ?? []));
    expect([...weights]).toStrictEqual([0, 20, 100]);
  });
});
