/** continue, abort, rollback and run on the local ECS in virtual time: what they do to a service that is really there. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { abort } from '../../../src/deploy/commands/abort.ts';
import { continueRollout } from '../../../src/deploy/commands/continue.ts';
import { rollback } from '../../../src/deploy/commands/rollback.ts';
import { run, type RunRequest, type RunResult } from '../../../src/deploy/commands/run.ts';
import { wait } from '../../../src/deploy/commands/wait.ts';
import { httpCheck } from './checks.ts';
import { STRATEGY, VirtualDeploys } from './virtual-deploy.ts';

const NAME = { cluster: 'shop', service: 'web' };
const CANARY: DeploymentConfiguration = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 1 },
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 60, action: 'ROLLBACK' },
    },
  ],
};

/** A canary of `app:2.0.0` that waits at the pause hook of the service itself. */
async function paused(): Promise<VirtualDeploys> {
  const deploys = await VirtualDeploys.start();
  await deploys.world.scenario.update({
    taskDefinition: 'app:2',
    deploymentConfiguration: CANARY,
  });
  await untilWaiting(deploys);
  return deploys;
}

const untilWaiting = (deploys: VirtualDeploys): Promise<unknown> =>
  deploys.world.scenario.until(({ currentServiceDeploymentArn = '' }) => {
    const record = deploys.world.scenario.ecs.store.serviceDeployments.get(
      currentServiceDeploymentArn,
    );
    return record?.shift?.hooks.some(({ status }) => status === 'AWAITING_ACTION') === true;
  });

const goOn = (deploys: VirtualDeploys, turnBack = false): ReturnType<VirtualDeploys['run']> =>
  deploys.run((dependencies) => continueRollout({ ...NAME, rollback: turnBack }, dependencies));

describe('continue on a canary', () => {
  it('lets it through, step by step, to its end', async () => {
    const deploys = await paused();
    const first = await goOn(deploys);
    expect(first.result).toMatchObject({ verdict: 'started', exitCode: 0 });
    expect(first.result?.next[0]).toMatch(/pauses again before each further step/);
    await untilWaiting(deploys);
    expect((await deploys.state()).weights).toEqual({ blue: 80, green: 20 });
    const second = await goOn(deploys);
    expect(second.result?.verdict).toBe('started');
    const { result } = await deploys.run((dependencies) => wait(NAME, dependencies));
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(await deploys.state()).toMatchObject({ definition: 'app:2', tasks: ['app:2'] });
  });

  it('turns it back', async () => {
    const deploys = await paused();
    expect((await goOn(deploys, true)).result).toMatchObject({ verdict: 'started', exitCode: 0 });
    const { result } = await deploys.run((dependencies) => wait(NAME, dependencies));
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(await deploys.state()).toMatchObject({ definition: 'app:1', tasks: ['app:1'] });
  });

  it('refuses when nothing waits', async () => {
    const deploys = await VirtualDeploys.start();
    expect((await goOn(deploys)).result).toMatchObject({
      verdict: 'impossible',
      exitCode: 2,
      error: { code: 'NO_ROLLOUT' },
    });
  });

  it('answers the gate of a deploy whose client is gone, and says whose it is', async () => {
    const deploys = await VirtualDeploys.start();
    await deploys.deploy('app:2.0.0', { strategy: STRATEGY, analysis: [httpCheck()], wait: false });
    await untilWaiting(deploys);
    const { result, entries } = await goOn(deploys);
    expect(result).toMatchObject({ verdict: 'started', exitCode: 0 });
    const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : []));
    expect(told.join('\n')).toMatch(/gate of the fairlead deploy by ann@build-7/);
  });
});

describe('abort', () => {
  it('is refused in the middle of a traffic shift, and the rollout goes on', async () => {
    const deploys = await paused();
    const { result } = await deploys.run((dependencies) =>
      abort({ ...NAME, wait: true }, dependencies),
    );
    expect(result).toMatchObject({
      verdict: 'impossible',
      exitCode: 2,
      error: {
        code: 'ABORT_REFUSED',
        hint: expect.stringContaining('fairlead rollback') as string,
      },
    });
    await goOn(deploys);
    await untilWaiting(deploys);
    expect((await deploys.state()).weights).toEqual({ blue: 80, green: 20 });
  });

  it('stops a rolling update where it is; a rollback brings the old version back', async () => {
    const deploys = await VirtualDeploys.start(
      { models: { 'app:2.0.0': { pullMs: 3_600_000 } } },
      { strategy: 'ROLLING' },
    );
    await deploys.world.scenario.update({ taskDefinition: 'app:2' });
    const { result } = await deploys.run((dependencies) =>
      abort({ ...NAME, wait: true }, dependencies),
    );
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect((await deploys.world.scenario.rollout()).status).toBe('STOPPED');
    const back = await deploys.run((dependencies) =>
      rollback({ ...NAME, wait: true, to: '1' }, dependencies),
    );
    expect(back.result).toMatchObject({ verdict: 'succeeded' });
    expect(await deploys.state()).toMatchObject({ definition: 'app:1', tasks: ['app:1'] });
  });
});

describe('rollback to a whole service revision', () => {
  const subnets = async (deploys: VirtualDeploys): Promise<unknown> =>
    (await deploys.world.scenario.service()).networkConfiguration?.awsvpcConfiguration?.subnets;
  const network = (subnet: string) => ({
    networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } },
  });
  const goBack = (deploys: VirtualDeploys): ReturnType<VirtualDeploys['run']> =>
    deploys.run((dependencies) => rollback({ ...NAME, wait: true }, dependencies));

  it('brings back the network, where only that had changed', async () => {
    const deploys = await VirtualDeploys.start({}, { strategy: 'ROLLING' });
    await deploys.world.scenario.update(network('subnet-2'));
    await deploys.untilRest();
    expect(await subnets(deploys)).toEqual(['subnet-2']);
    const { result, client } = await goBack(deploys);
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(await subnets(deploys)).toEqual(['subnet-1']);
    expect(client.sent.filter((each) => each === 'UpdateService')).toHaveLength(1);
  });

  it('brings back network and version in one deployment, and keeps the desired count', async () => {
    const deploys = await VirtualDeploys.start({}, { strategy: 'ROLLING' });
    await deploys.world.scenario.update({ taskDefinition: 'app:2', ...network('subnet-2') });
    await deploys.untilRest();
    await deploys.world.scenario.update({ desiredCount: 3 });
    await deploys.untilRest();
    const { result, client } = await goBack(deploys);
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(await subnets(deploys)).toEqual(['subnet-1']);
    expect(await deploys.state()).toMatchObject({ definition: 'app:1', tasks: ['app:1'] });
    expect((await deploys.world.scenario.service()).desiredCount).toBe(3);
    expect(client.sent.filter((each) => each === 'UpdateService')).toHaveLength(1);
  });

  it('brings the traffic of a blue/green service back with the version', async () => {
    const deploys = await VirtualDeploys.start();
    await deploys.world.scenario.update({ taskDefinition: 'app:2' });
    await deploys.untilRest();
    expect((await deploys.state()).weights).toEqual({ blue: 0, green: 100 });
    const { result } = await goBack(deploys);
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(await deploys.state()).toMatchObject({
      definition: 'app:1',
      tasks: ['app:1'],
      weights: { blue: 100, green: 0 },
    });
  });
});

describe('run', () => {
  /** Runs a one-off task beside the service. */
  async function play(
    deploys: VirtualDeploys,
    change: Partial<RunRequest> = {},
  ): Promise<RunResult> {
    let result: RunResult | undefined;
    await deploys.run(async (dependencies) => {
      result = await run(
        { ...NAME, timeoutMs: 600_000, wait: true, onCancel: 'stop', ...change },
        { ...dependencies, random: seededRandom(8) },
        {
          started: () => undefined,
          status: () => undefined,
          lines: () => undefined,
          warning: () => undefined,
        },
      );
      return {
        ...{
          verdict: 'succeeded',
          command: 'deploy',
          cause: [],
          next: [],
          changed: [],
          exitCode: 0,
        },
        ...{ cluster: '', service: '', startedAt: 0, endedAt: 0, apiCalls: result.apiCalls },
        ...{ serviceDeployment: undefined, from: undefined, to: undefined },
      };
    });
    if (result === undefined) throw new Error('it did not end');
    return result;
  }

  it('ends with the exit code of the container, and leaves the service alone', async () => {
    const deploys = await VirtualDeploys.start(
      { models: { 'app:2.0.0': { exit: { afterMs: 5000, exitCode: 6 } } } },
      { strategy: 'ROLLING' },
    );
    const before = await deploys.state();
    expect(await play(deploys, { taskDefinition: 'app:2' })).toMatchObject({
      outcome: 'exited',
      exitCode: 6,
    });
    expect(await deploys.state()).toEqual(before);
  });

  it('says why a task did not start', async () => {
    const deploys = await VirtualDeploys.start(
      { models: { 'app:2.0.0': { failToPull: true } } },
      { strategy: 'ROLLING' },
    );
    const result = await play(deploys, { taskDefinition: 'app:2' });
    expect(result).toMatchObject({ outcome: 'not-started', exitCode: 125 });
    expect(result.cause.join()).toContain('CannotPullContainerError');
  });

  it('stops a task that takes too long', async () => {
    const deploys = await VirtualDeploys.start({}, { strategy: 'ROLLING' });
    const result = await play(deploys, { taskDefinition: 'app:3', timeoutMs: 60_000 });
    expect(result).toMatchObject({ outcome: 'timed-out', exitCode: 124 });
    await deploys.untilRest();
    const tasks = await deploys.world.scenario.tasks();
    expect(
      tasks.filter(
        ({ startedBy, desiredStatus }) => startedBy === 'fairlead' && desiredStatus !== 'STOPPED',
      ),
    ).toEqual([]);
  });
});
