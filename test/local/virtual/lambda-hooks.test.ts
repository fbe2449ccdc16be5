import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { FunctionError, noFunctions } from '../../../src/local/functions/functions.ts';
import { RememberingJournal } from './remembering-journal.ts';
import { ScriptedFunctions, SILENCE, type Reply } from './scripted-functions.ts';
import { ShiftingScenario } from './shifting-scenario.ts';
import type { VirtualEcsOptions } from './virtual-ecs.ts';

const MINUTE = 60_000;
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:smoke';
const BLUE_GREEN: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const CANARY: DeploymentConfiguration = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 5,
  canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 10 },
};

function hook(
  stages: readonly DeploymentLifecycleHookStage[],
  members: Partial<DeploymentLifecycleHook> = {},
): DeploymentLifecycleHook {
  return {
    hookTargetArn: ARN,
    roleArn: 'arn:aws:iam::123456789012:role/hooks',
    lifecycleStages: [...stages],
    ...members,
  };
}

interface Deployed {
  readonly world: ShiftingScenario;
  readonly functions: ScriptedFunctions;
}

/** Version 2 on its way, with these hooks; version 1 came without. */
async function deploy(
  lifecycleHooks: DeploymentLifecycleHook[],
  reply: Reply,
  configuration = BLUE_GREEN,
  options: VirtualEcsOptions = {},
): Promise<Deployed> {
  const functions = new ScriptedFunctions(reply);
  const world = await ShiftingScenario.start(configuration, { functions, ...options });
  await world.scenario.update({
    taskDefinition: 'app:2',
    deploymentConfiguration: { ...configuration, lifecycleHooks },
  });
  return { world, functions };
}

/** How the deployment ended, and why. */
async function end(world: ShiftingScenario): Promise<{ status: string; reason: string }> {
  const status = await world.untilEnded();
  return { status, reason: (await world.scenario.rollout()).statusReason ?? '' };
}

const rolledBack = (stage: string, why: string): { status: string; reason: string } => ({
  status: 'ROLLBACK_SUCCESSFUL',
  reason: `Service deployment rolled back because ${stage} lifecycle hook(s) failed. ${why}`,
});

describe('a hook with a function, in virtual time', () => {
  it('is asked until it says SUCCEEDED, after the delays that it wants, with the details that it gave', async () => {
    const times: number[] = [];
    const { world, functions } = await deploy(
      [hook(['POST_TEST_TRAFFIC_SHIFT'], { hookDetails: { bucket: 'b', tries: 0 } })],
      ({ event }, count) => {
        times.push(world.scenario.ecs.clock.now());
        expect(event.lifecycleStage).toBe('POST_TEST_TRAFFIC_SHIFT');
        if (count === 0) return { hookStatus: 'IN_PROGRESS', hookDetails: { tries: 1 } };
        if (count === 1) return { hookStatus: 'IN_PROGRESS', callBackDelay: 300 };
        return { hookStatus: 'SUCCEEDED' };
      },
    );
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    const [first = 0, second = 0, third = 0] = times;
    expect([second - first, third - second]).toEqual([30_000, 300_000]);
    expect(functions.asked.map(({ event }) => event.hookDetails)).toEqual([
      { bucket: 'b', tries: 0 },
      { bucket: 'b', tries: 1 },
      { bucket: 'b', tries: 1 },
    ]);
    expect(new Set(functions.asked.map(({ event }) => event.executionId)).size).toBe(1);
    expect(functions.mostAtOnce).toBe(1);
  });

  it('shows what it waits for while it does', async () => {
    const { world } = await deploy([hook(['POST_SCALE_UP'])], () => ({
      hookStatus: 'IN_PROGRESS',
    }));
    await world.untilStage('POST_SCALE_UP');
    await world.scenario.ecs.clock.advance(MINUTE);
    expect(await world.scenario.rollout()).toMatchObject({
      status: 'IN_PROGRESS',
      lifecycleStage: 'POST_SCALE_UP',
      lifecycleHookDetails: [
        {
          hookId: expect.stringMatching(/^ecs-lambda-[A-Za-z0-9_-]{43}$/) as string,
          ...{ targetType: 'AWS_LAMBDA', targetArn: ARN, status: 'IN_PROGRESS' },
          timeoutAction: 'ROLLBACK',
        },
      ],
    });
  });

  it('brings the deployment back when it says FAILED', async () => {
    const { world } = await deploy([hook(['POST_TEST_TRAFFIC_SHIFT'])], () => ({
      hookStatus: 'FAILED',
    }));
    expect(await end(world)).toEqual(
      rolledBack('POST_TEST_TRAFFIC_SHIFT', `Lifecycle hook target ${ARN} returned FAILED status.`),
    );
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
    expect(await world.scenario.deployments()).toEqual(['PRIMARY COMPLETED app:1 2/2']);
  });

  it.each([
    ['{', 'the response not being JSON: '],
    ['', 'HookStatus must not be null'],
    ['{"status":"SUCCEEDED"}', 'HookStatus must not be null'],
    ['{"hookStatus":"DONE"}', 'HookStatus must be SUCCEEDED, FAILED or IN_PROGRESS, not "DONE"'],
  ])('brings it back when it answers %j', async (answer, why) => {
    const { world } = await deploy([hook(['PRE_SCALE_UP'])], () => answer);
    const { status, reason } = await end(world);
    expect(status).toBe('ROLLBACK_SUCCESSFUL');
    expect(reason).toContain(`ECS was unable to parse the response from ${ARN} due to ${why}`);
  });

  it('brings it back when it fails', async () => {
    const { world } = await deploy([hook(['PRE_SCALE_UP'])], () => {
      throw new FunctionError('failed', 'smoke.js ended with exit code 1');
    });
    expect(await end(world)).toEqual(
      rolledBack(
        'PRE_SCALE_UP',
        `ECS was unable to parse the response from ${ARN} due to HookStatus must not be null (smoke.js ended with exit code 1)`,
      ),
    );
  });

  it('brings it back when nothing stands for it, and says what to add', async () => {
    const world = await ShiftingScenario.start(BLUE_GREEN, { functions: noFunctions });
    await world.scenario.update({
      taskDefinition: 'app:2',
      deploymentConfiguration: { ...BLUE_GREEN, lifecycleHooks: [hook(['PRE_SCALE_UP'])] },
    });
    const { status, reason } = await end(world);
    expect(status).toBe('ROLLBACK_SUCCESSFUL');
    expect(reason).toContain(
      `ECS was unable to invoke hook target ${ARN} due to no functions file was given; start the local ECS with --functions FILE`,
    );
  });

  it('brings it back when it does not answer for as long as a function may run, and is then cancelled', async () => {
    const { world, functions } = await deploy([hook(['PRE_SCALE_UP'])], () => SILENCE);
    const begin = world.scenario.ecs.clock.now();
    await world.untilStage('PRE_SCALE_UP');
    await world.scenario.ecs.clock.advance(14 * MINUTE);
    expect(functions.asked.map(({ signal }) => signal.aborted)).toEqual([false]);
    const { status, reason } = await end(world);
    expect(status).toBe('ROLLBACK_SUCCESSFUL');
    expect(reason).toContain('HookStatus must not be null (it did not answer within 15 minutes)');
    expect(functions.asked.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(world.scenario.ecs.clock.now() - begin).toBeGreaterThanOrEqual(15 * MINUTE);
  });

  it('has its 15 minutes in the time of programs, which a time scale does not shorten', async () => {
    const { world, functions } = await deploy([hook(['PRE_SCALE_UP'])], () => SILENCE, BLUE_GREEN, {
      timeScale: 60,
    });
    await world.untilStage('PRE_SCALE_UP');
    await world.scenario.ecs.clock.advance(14 * 60 * MINUTE);
    expect(functions.asked.map(({ signal }) => signal.aborted)).toEqual([false]);
    await world.scenario.ecs.clock.advance(60 * MINUTE + 1000);
    expect(functions.asked.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect((await end(world)).reason).toContain('it did not answer within 15 minutes');
  });

  it.each([
    { action: 'ROLLBACK' as const, status: 'ROLLBACK_SUCCESSFUL' },
    { action: 'CONTINUE' as const, status: 'SUCCESSFUL' },
  ])('ends by its timeout with $action, and is then cancelled', async ({ action, status }) => {
    const { world, functions } = await deploy(
      [
        hook(['POST_SCALE_UP'], {
          timeoutConfiguration: { timeoutInMinutes: 10, action },
        }),
      ],
      () => SILENCE,
    );
    expect(await world.untilEnded()).toBe(status);
    expect(functions.asked.map(({ signal }) => signal.aborted)).toEqual([true]);
    if (action === 'ROLLBACK')
      expect((await world.scenario.rollout()).statusReason).toMatch(
        /POST_SCALE_UP lifecycle hook\(s\) failed\. Lifecycle hook target arn:aws:lambda:\S+ timed out: it did not answer SUCCEEDED within 10 minutes\.$/,
      );
  });

  it('is not asked again once its timeout has passed, however often it says IN_PROGRESS', async () => {
    const { world, functions } = await deploy(
      [
        hook(['POST_SCALE_UP'], {
          timeoutConfiguration: { timeoutInMinutes: 10, action: 'CONTINUE' },
        }),
      ],
      () => ({ hookStatus: 'IN_PROGRESS', callBackDelay: 240 }),
    );
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(functions.asked).toHaveLength(3);
  });

  it('is not listened to when its answer comes after the deployment has gone back', async () => {
    const late = Promise.withResolvers<object>();
    const { world, functions } = await deploy([hook(['POST_SCALE_UP'])], () => late.promise);
    await world.untilStage('POST_SCALE_UP');
    await world.scenario.ecs.clock.advance(1000);
    const { serviceDeploymentArn } = await world.scenario.rollout();
    await world.scenario.ecs.call('StopServiceDeployment', { serviceDeploymentArn });
    await world.scenario.ecs.clock.advance(0);
    expect(functions.asked.map(({ signal }) => signal.aborted)).toEqual([true]);
    late.resolve({ hookStatus: 'SUCCEEDED' });
    expect(await end(world)).toEqual({
      status: 'ROLLBACK_SUCCESSFUL',
      reason: 'Service deployment rolled back because StopServiceDeployment was requested.',
    });
  });

  it('waits for all hooks of a stage, which are asked at the same time', async () => {
    const other = ARN.replace('smoke', 'approve');
    const slow = Promise.withResolvers<object>();
    const { world, functions } = await deploy(
      [hook(['POST_SCALE_UP']), hook(['POST_SCALE_UP'], { hookTargetArn: other })],
      ({ functionArn }) => (functionArn === other ? slow.promise : { hookStatus: 'SUCCEEDED' }),
    );
    await world.untilStage('POST_SCALE_UP');
    await world.scenario.ecs.clock.advance(5 * MINUTE);
    expect(functions.asked.map(({ functionArn }) => functionArn)).toEqual([ARN, other]);
    expect((await world.scenario.rollout()).lifecycleHookDetails).toMatchObject([
      { targetArn: ARN, status: 'SUCCEEDED' },
      { targetArn: other, status: 'IN_PROGRESS' },
    ]);
    slow.resolve({ hookStatus: 'SUCCEEDED' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
  });

  it('is not disturbed by what comes of the hooks of another service', async () => {
    const other = ARN.replace('smoke', 'other');
    const answers = {
      [ARN]: Promise.withResolvers<object>(),
      [other]: Promise.withResolvers<object>(),
    };
    const { world, functions } = await deploy(
      [hook(['POST_SCALE_UP'])],
      ({ functionArn }) => answers[functionArn]?.promise ?? {},
    );
    const { ecs } = world.scenario;
    await ecs.call('CreateService', {
      ...{ cluster: 'shop', serviceName: 'api', taskDefinition: 'app:1', desiredCount: 1 },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      deploymentConfiguration: {
        ...BLUE_GREEN,
        lifecycleHooks: [hook(['PRE_SCALE_UP'], { hookTargetArn: other })],
      },
    });
    await ecs.clock.advance(5 * MINUTE);
    expect(functions.underWay).toBe(2);
    answers[other]?.resolve({ hookStatus: 'SUCCEEDED' });
    await ecs.clock.advance(5 * MINUTE);
    expect(functions.asked.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    answers[ARN].resolve({ hookStatus: 'SUCCEEDED' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(functions.asked).toHaveLength(2);
  });

  it('is told the weights of each step, each under an execution of its own', async () => {
    const { world, functions } = await deploy(
      [hook(['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT', 'TEST_TRAFFIC_SHIFT'])],
      () => ({ hookStatus: 'SUCCEEDED' }),
      CANARY,
    );
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    const { targetServiceRevision, sourceServiceRevisions, serviceDeploymentArn, serviceArn } =
      await world.scenario.rollout();
    const names = new Map([
      [targetServiceRevision?.arn, 'green'],
      [sourceServiceRevisions?.[0]?.arn, 'blue'],
    ]);
    const named = (weights: Readonly<Record<string, number>>): unknown =>
      Object.fromEntries(Object.entries(weights).map(([arn, weight]) => [names.get(arn), weight]));
    expect(
      functions.asked.map(({ event: { lifecycleStage, executionDetails: details } }) => [
        lifecycleStage,
        named(details.testTrafficWeights),
        named(details.productionTrafficWeights),
      ]),
    ).toEqual([
      ['TEST_TRAFFIC_SHIFT', { green: 100, blue: 0 }, {}],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', {}, { green: 0, blue: 100 }],
      ['PRODUCTION_TRAFFIC_SHIFT', {}, { green: 12.5, blue: 87.5 }],
      ['PRE_PRODUCTION_TRAFFIC_SHIFT', {}, { green: 12.5, blue: 87.5 }],
      ['PRODUCTION_TRAFFIC_SHIFT', {}, { green: 100, blue: 0 }],
    ]);
    for (const { event } of functions.asked)
      expect(event).toMatchObject({
        resourceArn: serviceDeploymentArn,
        executionDetails: { serviceArn, targetServiceRevisionArn: targetServiceRevision?.arn },
      });
    expect(new Set(functions.asked.map(({ event }) => event.executionId)).size).toBe(5);
  });

  it('is told when traffic returns, and what it then says changes nothing', async () => {
    const { world, functions } = await deploy(
      [
        hook(['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']),
        hook(['POST_PRODUCTION_TRAFFIC_SHIFT']),
      ],
      (_asked, count) => ({ hookStatus: count < 2 ? 'SUCCEEDED' : 'FAILED' }),
    );
    const { status, reason } = await end(world);
    expect(status).toBe('ROLLBACK_SUCCESSFUL');
    expect(reason).toContain('POST_PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) failed');
    expect(functions.stages()).toEqual([
      'TEST_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'TEST_TRAFFIC_SHIFT',
    ]);
    const { targetServiceRevision, sourceServiceRevisions } = await world.scenario.rollout();
    const [green, blue] = [
      targetServiceRevision?.arn ?? '',
      sourceServiceRevisions?.[0]?.arn ?? '',
    ];
    expect(functions.asked[3]?.event.executionDetails).toMatchObject({
      targetServiceRevisionArn: green,
      productionTrafficWeights: { [green]: 0, [blue]: 100 },
    });
    expect(functions.asked[4]?.event.executionDetails).toMatchObject({
      testTrafficWeights: { [green]: 0, [blue]: 100 },
    });
    expect(world.weights(world.productionRule)).toMatchObject({ blue: 100 });
  });

  it('is asked for the first deployment of a service, too', async () => {
    const functions = new ScriptedFunctions(() => ({ hookStatus: 'SUCCEEDED' }));
    const world = await ShiftingScenario.start(
      { ...BLUE_GREEN, lifecycleHooks: [hook(['PRODUCTION_TRAFFIC_SHIFT'])] },
      { functions },
    );
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    const arn = (await world.scenario.rollout()).targetServiceRevision?.arn ?? '';
    expect(
      functions.asked.map(({ event }) => event.executionDetails.productionTrafficWeights),
    ).toEqual([{ [arn]: 100 }]);
  });
});

describe('a hook with a function, when the control plane is killed', () => {
  it('is asked again, under the same execution, when its answer was not written down', async () => {
    const journal = new RememberingJournal();
    const late = Promise.withResolvers<object>();
    const { world, functions } = await deploy(
      [hook(['POST_SCALE_UP'])],
      () => late.promise,
      BLUE_GREEN,
      { journal },
    );
    await world.untilStage('POST_SCALE_UP');
    await world.scenario.ecs.clock.advance(MINUTE);
    functions.reply = () => ({ hookStatus: 'SUCCEEDED' });
    const { store } = world.scenario.ecs;
    await world.scenario.crash({ journal, functions });
    late.resolve({ hookStatus: 'FAILED' });
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    const hooks = [...store.serviceDeployments.values()].flatMap(({ shift }) => shift?.hooks ?? []);
    expect(hooks.map(({ status }) => status)).toEqual(['IN_PROGRESS']);
    const [first, second, ...more] = functions.asked;
    expect(more).toEqual([]);
    expect(second?.event).toEqual(first?.event);
    expect(first?.signal.aborted).toBe(true);
  });

  it('is asked when its delay is over, not before, with the details that it gave', async () => {
    const journal = new RememberingJournal();
    const { world, functions } = await deploy(
      [hook(['POST_SCALE_UP'])],
      (_asked, count) =>
        count === 0
          ? { hookStatus: 'IN_PROGRESS', callBackDelay: 600, hookDetails: { tries: 1 } }
          : { hookStatus: 'SUCCEEDED' },
      BLUE_GREEN,
      { journal },
    );
    await world.untilStage('POST_SCALE_UP');
    await world.scenario.ecs.clock.advance(MINUTE);
    await world.scenario.crash({ journal, functions });
    await world.scenario.ecs.clock.advance(8 * MINUTE);
    expect(functions.asked).toHaveLength(1);
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(functions.asked.map(({ event }) => event.hookDetails)).toEqual([
      undefined,
      { tries: 1 },
    ]);
  });

  it('is not asked when its timeout passed meanwhile', async () => {
    const journal = new RememberingJournal();
    const { world, functions } = await deploy(
      [
        hook(['POST_SCALE_UP'], {
          timeoutConfiguration: { timeoutInMinutes: 5, action: 'ROLLBACK' },
        }),
      ],
      () => SILENCE,
      BLUE_GREEN,
      { journal },
    );
    await world.untilStage('POST_SCALE_UP');
    await world.scenario.ecs.clock.advance(MINUTE);
    const { ecs } = world.scenario;
    ecs.controlPlane.close();
    await ecs.clock.advance(10 * MINUTE);
    await world.scenario.crash({ journal, functions });
    expect(await world.untilEnded()).toBe('ROLLBACK_SUCCESSFUL');
    expect(functions.asked).toHaveLength(1);
  });
});

describe('the answer of a function', () => {
  it('is written down later when it cannot be at once, without asking again', async () => {
    const journal = new RememberingJournal();
    const full = { now: false };
    const { world, functions } = await deploy(
      [hook(['POST_SCALE_UP'])],
      () => {
        full.now = true;
        return { hookStatus: 'SUCCEEDED' };
      },
      BLUE_GREEN,
      {
        journal: {
          load: () => journal.load(),
          write: (changes) => {
            if (full.now) throw new Error('no space left on device');
            journal.write(changes);
          },
          close: () => journal.close(),
        },
      },
    );
    const { clock } = world.scenario.ecs;
    await clock.runUntil(() => full.now, 60 * MINUTE);
    await clock.advance(MINUTE);
    expect((await world.scenario.rollout()).lifecycleHookDetails).toMatchObject([
      { status: 'IN_PROGRESS' },
    ]);
    full.now = false;
    expect(await world.untilEnded()).toBe('SUCCESSFUL');
    expect(functions.asked).toHaveLength(1);
  });
});
