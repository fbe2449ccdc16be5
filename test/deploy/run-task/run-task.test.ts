import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { run, type RunRequest, type RunResult } from '../../../src/deploy/commands/run.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { FakeError, type Wire } from '../fake-aws.ts';
import { clientsOf } from '../fake-endpoint.ts';
import { definition } from '../play.ts';
import { NETWORK, TaskWorld } from './task-world.ts';

interface Ran {
  readonly result: RunResult;
  readonly lines: readonly string[];
  readonly statuses: readonly string[];
  readonly warnings: readonly string[];
}

/** Runs a one-off task through in virtual time. */
async function playRun(
  aws: TaskWorld,
  change: Partial<RunRequest> = {},
  signals: { readonly first?: AbortSignal; readonly second?: AbortSignal } = {},
): Promise<Ran> {
  const clients = await clientsOf(aws);
  const lines: string[] = [];
  const statuses: string[] = [];
  const warnings: string[] = [];
  let result: RunResult | undefined;
  let failure: unknown;
  run(
    {
      cluster: 'prod',
      service: 'web',
      command: ['./migrate', '--up'],
      timeoutMs: 600_000,
      wait: true,
      onCancel: 'stop',
      ...change,
    },
    {
      clients,
      clock: aws.clock,
      random: seededRandom(3),
      ...(signals.first === undefined ? {} : { signal: signals.first }),
      ...(signals.second === undefined ? {} : { secondSignal: signals.second }),
    },
    {
      started: () => undefined,
      status: (status) => statuses.push(status),
      lines: (some) => lines.push(...some),
      warning: (message) => warnings.push(message),
    },
  ).then(
    (value) => (result = value),
    (error: unknown) => (failure = error),
  );
  await aws.clock.runUntil(() => result !== undefined || failure !== undefined, 7_200_000);
  if (result === undefined) throw failure;
  return { result, lines, statuses, warnings };
}

const sent = (aws: TaskWorld): Wire => {
  const call = aws.calls.find((each) => each.operation === 'RunTask');
  if (call === undefined) throw new Error('RunTask was not called');
  return call.input;
};

describe('a one-off task', () => {
  it('ends with the exit code of its container, and passes on what the container wrote', async () => {
    const aws = new TaskWorld();
    aws.life = {
      runsAfter: 20_000,
      exits: { after: 60_000, exitCode: 0 },
      writes: [
        [21_000, 'migrating'],
        [30_000, ''],
        [59_999, 'done'],
      ],
    };
    const { result, lines, statuses, warnings } = await playRun(aws);
    expect(result).toMatchObject({
      outcome: 'exited',
      exitCode: 0,
      containerExitCode: 0,
      container: 'web',
      taskDefinition: definition(6),
      cause: [],
      error: undefined,
    });
    expect(lines).toStrictEqual(['migrating', '', 'done']);
    expect(statuses).toStrictEqual(['PROVISIONING', 'RUNNING', 'STOPPED']);
    expect(warnings).toStrictEqual([]);
  });

  it.each([1, 2, 125, 137])('hands on exit code %s, with the reason', async (exitCode) => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000, exits: { after: 5000, exitCode } };
    const { result } = await playRun(aws);
    expect(result).toMatchObject({
      outcome: 'exited',
      exitCode,
      stoppedReason: 'Essential container in task exited',
    });
    expect(result.cause.join()).toContain(`exit code ${exitCode}`);
  });

  it('runs where the tasks of the service run, with the command and a mark of who started it', async () => {
    const aws = new TaskWorld();
    Object.assign(aws.service, {
      networkConfiguration: NETWORK,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      placementConstraints: [
        { type: 'distinctInstance' },
        { type: 'memberOf', expression: 'attribute:gpu == yes' },
      ],
    });
    aws.define(6, 'team/web:1.0.0', { networkMode: 'awsvpc' });
    await playRun(aws);
    expect(sent(aws)).toStrictEqual({
      cluster: 'prod',
      taskDefinition: definition(6),
      count: 1,
      clientToken: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      startedBy: 'fairlead',
      networkConfiguration: NETWORK,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:gpu == yes' }],
      overrides: { containerOverrides: [{ name: 'web', command: ['./migrate', '--up'] }] },
    });
  });

  it('takes the strategy of capacity providers in place of a launch type', async () => {
    const aws = new TaskWorld();
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    Object.assign(aws.service, { capacityProviderStrategy, launchType: 'FARGATE' });
    await playRun(aws);
    expect(sent(aws)).toMatchObject({ capacityProviderStrategy });
    expect(sent(aws)).not.toHaveProperty('launchType');
  });

  it('sends no network configuration for a definition that takes none, and no override without a command', async () => {
    const aws = new TaskWorld();
    aws.service['networkConfiguration'] = NETWORK;
    await playRun(aws, { command: [] });
    expect(sent(aws)).not.toHaveProperty('networkConfiguration');
    expect(sent(aws)).not.toHaveProperty('overrides');
  });

  it('takes everything from the primary task set of an EXTERNAL service', async () => {
    const aws = new TaskWorld();
    aws.define(5, 'team/web:0.9.0', { networkMode: 'awsvpc' });
    Object.assign(aws.service, {
      deploymentController: { type: 'EXTERNAL' },
      deployments: [],
      taskDefinition: definition(5),
      taskSets: [
        { id: 'ecs-svc/1', status: 'ACTIVE', launchType: 'EC2' },
        {
          id: 'ecs-svc/2',
          status: 'PRIMARY',
          launchType: 'FARGATE',
          platformVersion: '1.3.0',
          networkConfiguration: NETWORK,
        },
      ],
    });
    await playRun(aws);
    expect(sent(aws)).toMatchObject({
      taskDefinition: definition(5),
      launchType: 'FARGATE',
      platformVersion: '1.3.0',
      networkConfiguration: NETWORK,
    });
  });

  it('gives the volumes that the service configures at launch, where the definition has them', async () => {
    const aws = new TaskWorld();
    const [primary] = aws.service.deployments;
    const data = { name: 'data', managedEBSVolume: { sizeInGiB: 5, roleArn: 'role' } };
    if (primary !== undefined) primary['volumeConfigurations'] = [data, { name: 'other' }];
    aws.define(6, 'team/web:1.0.0', { volumes: [{ name: 'data', configuredAtLaunch: true }] });
    await playRun(aws);
    expect(sent(aws)['volumeConfigurations']).toStrictEqual([data]);
  });

  it('waits for a task that DescribeTasks does not know yet', async () => {
    const aws = new TaskWorld();
    aws.life = { visibleAfter: 40_000, runsAfter: 1000, exits: { after: 50_000, exitCode: 0 } };
    expect((await playRun(aws)).result.exitCode).toBe(0);
  });

  it('says so when a task was known and is gone', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    aws.after(10_000, () => (aws.tasks = []));
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'lost', exitCode: 125 });
    expect(result.cause.join()).toMatch(/does not know the task any more/);
  });
});

describe('a one-off task that does not start', () => {
  it('is told with every failure that RunTask names, though it answers HTTP 200', async () => {
    const aws = new TaskWorld();
    aws.failures = [
      { arn: 'arn:aws:ecs:eu-west-1:1:container-instance/prod/abc', reason: 'RESOURCE:MEMORY' },
      { reason: 'AGENT', detail: 'the agent is away' },
    ];
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'not-started', exitCode: 125, taskArn: undefined });
    expect(result.cause).toStrictEqual([
      'ECS could not place the task: RESOURCE:MEMORY; no container instance has that much left; abc',
      'ECS could not place the task: AGENT; the agent of the container instance is not connected; the agent is away',
    ]);
  });

  it('is told with the reason when the image cannot be pulled', async () => {
    const aws = new TaskWorld();
    aws.life = { failsToStart: { after: 9000, reason: 'CannotPullContainerError: not found' } };
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'not-started', exitCode: 125 });
    expect(result.cause.join()).toContain('CannotPullContainerError: not found');
  });

  it('is never taken for a success where ECS has no exit code', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000, exits: { after: 5000 } };
    expect((await playRun(aws)).result).toMatchObject({
      outcome: 'lost',
      exitCode: 125,
      containerExitCode: undefined,
    });
  });

  it.each<[string, (aws: TaskWorld) => void, Partial<RunRequest>, string]>([
    ['no such service', (aws) => (aws.missing = true), {}, 'SERVICE_NOT_FOUND'],
    ['service deleted', (aws) => (aws.service['status'] = 'INACTIVE'), {}, 'SERVICE_NOT_ACTIVE'],
    ['no such container', () => undefined, { container: 'db' }, 'UNKNOWN_CONTAINER'],
    [
      'no such definition',
      () => undefined,
      { taskDefinition: 'db:1' },
      'TASK_DEFINITION_NOT_FOUND',
    ],
    ['a file', () => undefined, { taskDefinition: './task.json' }, 'USAGE'],
    [
      'not allowed',
      (aws) => aws.denied.set('DescribeServices', new FakeError('AccessDeniedException', 'no')),
      {},
      'AccessDeniedException',
    ],
  ])('%s', async (_, prepare, request, code) => {
    const aws = new TaskWorld();
    prepare(aws);
    const { result } = await playRun(aws, request);
    expect(result).toMatchObject({ outcome: 'not-started', exitCode: 125, error: { code } });
    expect(aws.count('RunTask')).toBe(0);
  });

  it('asks which container is meant where several could be', async () => {
    const aws = new TaskWorld();
    const containers = ['web', 'api'].map((name) => ({ name, image: name, essential: true }));
    aws.define(6, 'team/web:1.0.0', { containerDefinitions: containers });
    const { result } = await playRun(aws);
    expect(result.error).toMatchObject({
      code: 'AMBIGUOUS_CONTAINER',
      hint: 'Say which: --container NAME',
    });
  });

  it('says before asking ECS that there is no network, or that the command is too long', async () => {
    const aws = new TaskWorld();
    aws.define(6, 'team/web:1.0.0', { networkMode: 'awsvpc' });
    expect((await playRun(aws)).result.cause.join()).toMatch(/web:6 has the network mode awsvpc/);
    const long = await playRun(new TaskWorld(), { command: ['x'.repeat(9000)] });
    expect(long.result.cause.join()).toMatch(/RunTask takes 8192/);
    expect(aws.count('RunTask')).toBe(0);
  });

  it('names the permission that RunTask lacks', async () => {
    const aws = new TaskWorld();
    aws.denied.set(
      'RunTask',
      new FakeError('AccessDeniedException', 'not authorized to perform: iam:PassRole on x'),
    );
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'not-started', exitCode: 125 });
    expect(result.cause.join()).toContain('iam:PassRole');
  });
});

describe('a one-off task and an unfriendly AWS', () => {
  const lost = (): FakeError => new FakeError('ServerException', 'the answer is lost', 500);

  it('is started once though answers are lost: the same client token is sent again', async () => {
    const aws = new TaskWorld();
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      const answered = answer(operation, input);
      if (operation === 'RunTask' && aws.count('RunTask') <= 2) throw lost();
      return answered;
    };
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0 });
    expect(aws.count('RunTask')).toBe(3);
    expect(aws.started).toHaveLength(1);
  });

  it('takes the task that a ConflictException names: the token is its own', async () => {
    const aws = new TaskWorld();
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      const answered = answer(operation, input);
      if (operation !== 'RunTask') return answered;
      throw aws.count('RunTask') === 1
        ? lost()
        : new FakeError('ConflictException', 'the token is taken', 400, {
            resourceIds: [aws.started[0]?.['taskArn']],
          });
    };
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0 });
    expect(aws.started).toHaveLength(1);
  });

  it('does not claim that nothing runs when every answer was lost', async () => {
    const aws = new TaskWorld();
    aws.denied.set('RunTask', lost());
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'lost', exitCode: 125 });
    expect(result.cause.join()).toMatch(/whether the task was started is not known/);
  });

  it('goes on looking when ECS cannot be reached for minutes', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000, exits: { after: 5000, exitCode: 3 } };
    aws.failNext('DescribeTasks', ...Array.from({ length: 12 }, lost));
    const { result, warnings } = await playRun(aws);
    expect(result.exitCode).toBe(3);
    expect(warnings.join()).toContain('ecs:DescribeTasks keeps failing');
  });

  it('says that a task goes on which may not be looked at', async () => {
    const aws = new TaskWorld();
    aws.denied.set('DescribeTasks', new FakeError('AccessDeniedException', 'no'));
    const { result } = await playRun(aws);
    expect(result).toMatchObject({ outcome: 'lost', exitCode: 125 });
    expect(result.cause.join(' ')).toMatch(/ecs:DescribeTasks.*was started/);
  });

  it('ends the same without its log, and says why there is none', async () => {
    const aws = new TaskWorld();
    aws.denied.set('GetLogEvents', new FakeError('AccessDeniedException', 'no'));
    const { result, warnings } = await playRun(aws);
    expect(result.exitCode).toBe(0);
    expect(warnings.join()).toMatch(/logs:GetLogEvents is not allowed/);
    expect(aws.count('GetLogEvents')).toBe(1);
  });
});

describe('a one-off task that is not left to its end', () => {
  it('is stopped when the time is over, and that is said', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    const { result } = await playRun(aws, { timeoutMs: 30_000 });
    expect(result).toMatchObject({ outcome: 'timed-out', exitCode: 124 });
    expect(result.cause.join(' ')).toMatch(/still RUNNING after 30s task \w{8} was told to stop/);
    expect(aws.count('StopTask')).toBe(1);
  });

  it('says that it may go on when it cannot be stopped', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    aws.denied.set('StopTask', new FakeError('AccessDeniedException', 'no'));
    const { result } = await playRun(aws, { timeoutMs: 30_000 });
    expect(result.cause.join(' ')).toMatch(/could not be stopped and may go on: .*ecs:StopTask/);
  });

  it('is stopped once its container has ended, where that one is not essential', async () => {
    const aws = new TaskWorld();
    const container = { name: 'web', image: 'team/web:1.0.0', essential: false };
    const sidecar = { name: 'sidecar', image: 'team/sidecar', essential: true };
    aws.define(6, 'x', { containerDefinitions: [container, sidecar] });
    aws.life = { runsAfter: 1000, exits: { after: 5000, exitCode: 4 }, leavesOthers: true };
    const { result } = await playRun(aws, { container: 'web' });
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 4 });
    expect(aws.count('StopTask')).toBe(1);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is stopped by %s', async (name, exitCode) => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    const first = new AbortController();
    aws.after(20_000, () => first.abort(new Interruption(name)));
    const { result } = await playRun(aws, {}, { first: first.signal });
    expect(result).toMatchObject({ outcome: 'interrupted', exitCode });
    expect(result.cause.join()).toMatch(/was told to stop/);
    expect(aws.count('StopTask')).toBe(1);
  });

  it('is left running by an interruption where that was asked for', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    const first = new AbortController();
    aws.after(20_000, () => first.abort(new Interruption('SIGINT')));
    const { result } = await playRun(aws, { onCancel: 'detach' }, { first: first.signal });
    expect(result).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
    expect(result.cause.join()).toMatch(/goes on/);
    expect(aws.count('StopTask')).toBe(0);
  });

  it('a second interruption leaves at once, though the task could not be stopped yet', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    aws.denied.set('StopTask', new FakeError('ServerException', 'down', 500));
    const first = new AbortController();
    const second = new AbortController();
    aws.after(20_000, () => first.abort(new Interruption('SIGINT')));
    aws.after(21_000, () => second.abort(new Interruption('SIGINT')));
    const signals = { first: first.signal, second: second.signal };
    const { result } = await playRun(aws, {}, signals);
    expect(result).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
    expect(result.cause.join()).toMatch(/may go on: interrupted again/);
    expect(aws.clock.monotonic()).toBeLessThan(30_000);
  });

  it('an interruption before the start starts nothing', async () => {
    const aws = new TaskWorld();
    const first = new AbortController();
    first.abort(new Interruption('SIGTERM'));
    const { result } = await playRun(aws, {}, { first: first.signal });
    expect(result).toMatchObject({ outcome: 'interrupted', exitCode: 143 });
    expect(aws.count('RunTask')).toBe(0);
  });

  it('is not waited for without --wait', async () => {
    const aws = new TaskWorld();
    const { result } = await playRun(aws, { wait: false });
    expect(result).toMatchObject({ outcome: 'started', exitCode: 0 });
    expect(result.taskArn).toMatch(/:task\/prod\/\w{32}$/);
    expect(aws.count('DescribeTasks')).toBe(0);
  });
});
