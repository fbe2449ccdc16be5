import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Assessment, Outcome } from '../../../src/analysis/measurement.ts';
import type { HttpCheck } from '../../../src/deploy/configuration/configuration.ts';
import type { MeasureWindow } from '../../../src/deploy/measure/measure.ts';
import { NAME, STEPS, VirtualWorld, type Played } from './virtual-world.ts';

const MODELS = {
  'team/web:missing': { failToPull: true },
  'team/web:crash': { exit: { afterMs: 500, exitCode: 7 } },
  'team/web:sick': { healthyAfterMs: 'never' as const },
  'team/web:slow': { pullMs: 3_600_000 },
  'team/web:tired': { exit: { afterMs: 90_000, exitCode: 9 } },
};

const ON_BLUE = { green: 0, sets: ['web:1 PRIMARY 100 %'], marked: false };
const ON_GREEN = { green: 100, sets: ['web:2 PRIMARY 100 %'], marked: false };

const CHECK: HttpCheck = {
  kind: 'http',
  name: 'smoke',
  onNoData: 'wait',
  deadlineMs: 60_000,
  moments: ['test', 'production'],
  url: 'http://127.0.0.1/',
  expect: 200,
  json: {},
};

/** A check that says what the story lets it say. */
function analysis(outcomeOf: (window: MeasureWindow) => Outcome) {
  const windows: MeasureWindow[] = [];
  const assess = (window: MeasureWindow): Assessment => ({
    outcome: outcomeOf(window),
    text: `look ${window.look}`,
    value: undefined,
    limit: undefined,
    samples: undefined,
    baseline: undefined,
    confidence: undefined,
  });
  return {
    windows,
    checks: [CHECK],
    measure: (_: unknown, window: MeasureWindow) => {
      windows.push(window);
      return Promise.resolve(assess(window));
    },
  };
}

async function shipped(image: string, change: Parameters<VirtualWorld['deploy']>[1] = {}) {
  const world = await VirtualWorld.start({ models: MODELS });
  const played = await world.deploy(await world.register(image), change);
  return { world, ...played };
}

/** Shares of green over the samples, without repetitions. */
function sharesOf({ entries }: Pick<Played, 'entries'>): readonly number[] {
  const all = entries.flatMap((entry) =>
    entry.kind === 'sample'
      ? entry.revisions
          .filter(({ taskDefinition }) => !taskDefinition.endsWith('web:1'))
          .flatMap(({ trafficWeight }) => trafficWeight ?? [])
      : [],
  );
  return all.filter((share, index) => share !== all[index - 1]);
}

describe('a deploy to a service of task sets', () => {
  it('brings all of the traffic to the new version in the steps that were asked for, and takes the old one away', async () => {
    const { world, result, entries, told } = await shipped('team/web:2.0.0');
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0, cause: [] });
    expect(result.to?.taskDefinition).toMatch(/web:2$/);
    expect(sharesOf({ entries })).toEqual([0, 10, 50, 100]);
    expect(await world.summary()).toEqual(ON_GREEN);
    expect(
      told.filter((line) => / of the production traffic|primary task set|deleting/.test(line)),
    ).toEqual([
      '10 % of the production traffic to web:2, 90 % to web:1',
      '50 % of the production traffic to web:2, 50 % to web:1',
      '100 % of the production traffic to web:2, 0 % to web:1',
      'web:2 becomes the primary task set',
      expect.stringMatching(/^deleting task set ecs-svc\/\d+ \(web:1\)$/),
    ]);
    const { taskSets } = await world.until((place) => place.taskSets.length === 1);
    expect(taskSets).toMatchObject([{ status: 'PRIMARY', runningCount: 3 }]);
  });

  it('runs green as blue is run, in the other target group, with the tags of its owner', async () => {
    const { world } = await shipped('team/web:2.0.0');
    const green = (await world.place()).taskSets.find(({ status }) => status === 'PRIMARY');
    expect(green).toMatchObject({
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      loadBalancers: [
        { targetGroupArn: world.greenGroup, containerName: 'web', containerPort: 80 },
      ],
    });
    expect(green?.tags).toContainEqual({ key: 'team', value: 'web' });
  });

  it('takes the other target group the next time, and finds nothing to do when nothing changed', async () => {
    const { world } = await shipped('team/web:2.0.0');
    expect((await world.deploy('web:2')).result).toMatchObject({ verdict: 'no-change' });
    await world.register('team/web:3.0.0');
    const { result } = await world.deploy('web:3', { strategy: undefined });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toMatchObject({ green: 0, sets: ['web:3 PRIMARY 100 %'] });
    const again = await world.deploy('web:3', {
      options: { wait: true, forceNewDeployment: true },
      strategy: undefined,
    });
    expect(again.result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toMatchObject({ green: 100, sets: ['web:3 PRIMARY 100 %'] });
  });

  it('waits for each bake in full', async () => {
    const world = await VirtualWorld.start();
    await world.register('team/web:2.0.0');
    const { entries } = await world.deploy('web:2');
    const at = (pattern: RegExp): number =>
      entries.find((entry) => entry.kind === 'event' && pattern.test(entry.message))?.at ?? NaN;
    expect(at(/^50 %/) - at(/^10 %/)).toBeGreaterThanOrEqual(60_000);
    expect(at(/^100 %/) - at(/^50 %/)).toBeGreaterThanOrEqual(60_000);
    expect(at(/^deleting/) - at(/^100 %/)).toBeGreaterThanOrEqual(60_000);
  });

  it('asks the checks before the first step, after each bake and before blue goes, and puts it into the record', async () => {
    const checks = analysis(() => 'pass');
    const { result, entries } = await shipped('team/web:2.0.0', { analysis: checks });
    expect(result).toMatchObject({ verdict: 'succeeded' });
    const gates = entries.flatMap((entry) =>
      entry.kind === 'gate' ? [`${entry.gate} ${entry.weight ?? ''} ${entry.state}`] : [],
    );
    expect(gates).toEqual([
      'test 0 opened',
      'test 0 continued',
      'step 10 % 10 opened',
      'step 10 % 10 continued',
      'step 50 % 50 opened',
      'step 50 % 50 continued',
      'final 100 opened',
      'final 100 continued',
    ]);
    expect(entries.filter((entry) => entry.kind === 'measurement')).toHaveLength(4);
    expect(checks.windows.map(({ moment, look }) => `${moment} ${look}`)).toEqual([
      'test 1',
      'production 2',
      'production 3',
      'production 4',
    ]);
    const [first] = checks.windows;
    expect(first?.green?.loadBalancer).toMatch(/^app\/web\/[0-9a-f]+$/);
    expect(first?.green?.targetGroup).toMatch(/^targetgroup\/green\/[0-9a-f]+$/);
    expect(first?.blue?.targetGroup).toMatch(/^targetgroup\/blue\/[0-9a-f]+$/);
  });

  it('a check that fails at 50 % brings everything back, with the check as the cause', async () => {
    const checks = analysis(({ look }) => (look < 3 ? 'pass' : 'fail'));
    const { world, result, entries } = await shipped('team/web:2.0.0', { analysis: checks });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toBe('smoke: look 3');
    expect(result.next.join()).toMatch(/The service runs web:1 again/);
    expect(sharesOf({ entries })).toEqual([0, 10, 50, 0]);
    expect(await world.summary()).toEqual(ON_BLUE);
    expect(entries.filter((entry) => entry.kind === 'gate').at(-1)).toMatchObject({
      gate: 'step 50 %',
      state: 'rolled-back',
      reason: 'smoke: look 3',
    });
  });

  it('a check that fails at the very end brings back traffic and primary', async () => {
    const checks = analysis(({ look }) => (look < 4 ? 'pass' : 'fail'));
    const { world, result } = await shipped('team/web:2.0.0', { analysis: checks });
    expect(result).toMatchObject({ verdict: 'rolled-back' });
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('a check that fails before production traffic lets none through', async () => {
    const checks = analysis(() => 'fail');
    const { result, entries } = await shipped('team/web:2.0.0', { analysis: checks });
    expect(result).toMatchObject({ verdict: 'rolled-back' });
    expect(sharesOf({ entries })).toEqual([0]);
  });

  it('a check that never decides fails at its deadline', async () => {
    const checks = analysis(({ moment }) => (moment === 'test' ? 'pass' : 'inconclusive'));
    const { result, entries } = await shipped('team/web:2.0.0', { analysis: checks });
    expect(result).toMatchObject({ verdict: 'rolled-back' });
    expect(result.cause[0]).toMatch(/undecided after 1m 00s/);
    expect(entries.filter((entry) => entry.kind === 'measurement').length).toBeGreaterThan(3);
  });

  it.each([
    { image: 'team/web:missing', cause: /no new task can start: CannotPullContainerError/ },
    { image: 'team/web:crash', cause: /every new task exits \(exit code 7\)/ },
  ])('$image gets no traffic and is taken away at once', async ({ image, cause }) => {
    const { world, result, entries } = await shipped(image);
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause.join('\n')).toMatch(cause);
    expect(sharesOf({ entries })).toEqual([0]);
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('a version that never gets healthy is given up as a circuit breaker of ECS would', async () => {
    const { world, result, entries } = await shipped('team/web:sick');
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toBe(
      'tasks of the new task set keep failing, and none is healthy: 3 failed so far',
    );
    expect(result.cause.join('\n')).toMatch(/3 tasks stopped: Task failed ELB health checks/);
    expect(sharesOf({ entries })).toEqual([0]);
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('a version that does not start is taken away when the time is over', async () => {
    const { world, result } = await shipped('team/web:slow', {
      options: { wait: true, timeoutMs: 1_200_000 },
    });
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toBe(
      'not done after 20m 00s, waiting until the new task set becomes steady',
    );
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('a version that fails under traffic is brought back without waiting for a check', async () => {
    const { world, result } = await shipped('team/web:tired');
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause.join('\n')).toMatch(/exit code 9/);
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('follows a desired count that changes on the way', async () => {
    const world = await VirtualWorld.start();
    await world.register('team/web:2.0.0');
    const { result } = await world.deploy(
      'web:2',
      {},
      {
        incidents: [
          {
            when: /^10 %/,
            happens: async () => {
              await world.clients.ecs.send(new UpdateServiceCommand({ ...NAME, desiredCount: 5 }));
            },
          },
        ],
      },
    );
    expect(result).toMatchObject({ verdict: 'succeeded' });
    const { taskSets } = await world.until((place) => place.taskSets.length === 1);
    expect(taskSets).toMatchObject([{ runningCount: 5, computedDesiredCount: 5 }]);
  });

  it('stops, and changes nothing more, when somebody else sets the weights', async () => {
    const world = await VirtualWorld.start();
    await world.register('team/web:2.0.0');
    const { result } = await world.deploy(
      'web:2',
      {},
      {
        incidents: [{ when: /^web:2 3\/3 running, 10 %/, happens: () => world.setWeights(70, 30) }],
      },
    );
    expect(result).toMatchObject({ verdict: 'stopped', exitCode: 4 });
    expect(result.cause[0]).toBe(
      'somebody changed the weights: the new task set has 30 % instead of 10 %',
    );
    expect(result.next.join('\n')).toMatch(/fairlead resume .*\n.*fairlead rollback/);
    expect(await world.summary()).toMatchObject({
      green: 30,
      sets: ['web:1 PRIMARY 100 %', 'web:2 ACTIVE 100 %'],
    });
    expect((await world.resume()).result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toEqual(ON_GREEN);
  });

  it('left as it is where nothing may be taken back', async () => {
    const checks = analysis(({ look }) => (look < 2 ? 'pass' : 'fail'));
    const { world, result } = await shipped('team/web:2.0.0', {
      analysis: checks,
      options: { wait: true, rollback: false },
    });
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.cause.join('\n')).toMatch(/left as it is, as asked/);
    expect(await world.summary()).toMatchObject({ green: 10 });
    expect((await world.rollback()).result).toMatchObject({ verdict: 'succeeded' });
    expect(await world.summary()).toEqual(ON_BLUE);
  });

  it('refuses what could not work, and changes nothing', async () => {
    const world = await VirtualWorld.start();
    await world.register('team/web:2.0.0');
    const refused = async (change: Parameters<VirtualWorld['deploy']>[1]): Promise<string> => {
      const { result, requests } = await world.deploy('web:2', change);
      expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
      expect(requests.filter((name) => !/^(?:Describe|List)/.test(name))).toEqual([]);
      return result.error?.code ?? '';
    };
    expect(await refused({ options: { wait: false } })).toBe('NO_WAIT');
    expect(await refused({ strategy: { ...STEPS, type: 'rolling' } })).toBe('STRATEGY');
    expect(await refused({ strategy: { ...STEPS, onClientLoss: 'rollback' } })).toBe(
      'ON_CLIENT_LOSS',
    );
    expect(await refused({ options: { wait: true, timeoutMs: 60_000 } })).toBe('TIMEOUT_TOO_SHORT');
    await world.setWeights(60, 40);
    expect(await refused({})).toBe('WEIGHTS');
  });
});
