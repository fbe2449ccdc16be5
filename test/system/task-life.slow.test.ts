/** The life of tasks from RunTask to STOPPED, as real programs live it. */
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ContainerDefinition,
  type RunTaskCommandInput,
  type RunTaskCommandOutput,
  type Task,
} from '@aws-sdk/client-ecs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, openWorld, until, type Report, type World } from './world.ts';

const WORKER = 'my-repo/my-app';

/** A container that runs until it is told to end. */
function container(name: string, rest: Partial<ContainerDefinition> = {}): ContainerDefinition {
  return { name, image: `${WORKER}:${name}`, memory: 64, ...rest };
}

/** One that ends at once. */
function job(name: string, exitCode: number): ContainerDefinition {
  return container(name, {
    essential: false,
    environment: [{ name: 'ENDS_WITH', value: String(exitCode) }],
  });
}

describe('a task', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await world.ecs.send(new CreateClusterCommand({}));
  });
  afterAll(() => world.close());

  const run = async (
    family: string,
    containerDefinitions: readonly ContainerDefinition[],
    options: Partial<RunTaskCommandInput> = {},
  ): Promise<RunTaskCommandOutput> => {
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        containerDefinitions: [...containerDefinitions],
      }),
    );
    return world.ecs.send(new RunTaskCommand({ taskDefinition: family, ...options }));
  };
  const arnOf = ({ tasks = [] }: RunTaskCommandOutput): string => tasks[0]?.taskArn ?? '';
  const task = async (arn: string): Promise<Task | undefined> => {
    const { tasks = [] } = await world.ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    return tasks[0];
  };
  const reaches = (arn: string, status: string): Promise<Task | undefined> =>
    until(
      () => task(arn),
      (seen) => seen?.lastStatus === status,
    );
  const containersOf = (seen: Task | undefined): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      (seen?.containers ?? []).map(({ name = '', exitCode, reason, lastStatus, healthStatus }) => [
        name,
        { exitCode, reason, lastStatus, healthStatus },
      ]),
    );
  const reportOf = (tag: string): Report | undefined =>
    world.folders.reports().find((report) => report.tag === tag);

  it('starts its containers in the order of their dependencies', async () => {
    const { root } = world.folders;
    const arn = arnOf(
      await run('chain', [
        container('app', {
          dependsOn: [
            { containerName: 'migrate', condition: 'SUCCESS' },
            { containerName: 'warm-up', condition: 'COMPLETE' },
            { containerName: 'proxy', condition: 'HEALTHY' },
          ],
        }),
        job('migrate', 0),
        job('warm-up', 3),
        container('proxy', {
          dependsOn: [{ containerName: 'migrate', condition: 'SUCCESS' }],
          healthCheck: { command: ['CMD-SHELL', `test -e ${root}/healthy`], interval: 5 },
        }),
      ]),
    );
    await until(
      () => reportOf('proxy'),
      (report) => report !== undefined,
    );
    expect(reportOf('migrate')?.at).toBeLessThanOrEqual(reportOf('proxy')?.at ?? 0);
    expect(await task(arn)).toMatchObject({ lastStatus: 'PENDING', desiredStatus: 'RUNNING' });
    expect(reportOf('app')).toBeUndefined();
    writeFileSync(join(root, 'healthy'), '');
    const running = await reaches(arn, 'RUNNING');
    expect(containersOf(running)).toMatchObject({
      app: { lastStatus: 'RUNNING' },
      proxy: { lastStatus: 'RUNNING', healthStatus: 'HEALTHY' },
      migrate: { lastStatus: 'STOPPED', exitCode: 0 },
      'warm-up': { lastStatus: 'STOPPED', exitCode: 3 },
    });
    await world.ecs.send(new StopTaskCommand({ task: arn, reason: 'seen enough' }));
    expect(await reaches(arn, 'STOPPED')).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'seen enough',
    });
  });

  it('fails when a dependency that has to succeed does not', async () => {
    const arn = arnOf(
      await run('failed-dependency', [
        container('never', { dependsOn: [{ containerName: 'migration', condition: 'SUCCESS' }] }),
        job('migration', 3),
      ]),
    );
    const ended = await reaches(arn, 'STOPPED');
    expect(ended).toMatchObject({ stopCode: 'TaskFailedToStart' });
    expect(ended?.startedAt).toBeUndefined();
    expect(containersOf(ended)).toMatchObject({ migration: { exitCode: 3 } });
    expect(reportOf('never')).toBeUndefined();
  });

  it('ends as a whole when an essential container ends', async () => {
    const arn = arnOf(
      await run('essential', [
        container('stays'),
        {
          ...job('leaves', 7),
          essential: true,
          dependsOn: [{ containerName: 'stays', condition: 'START' }],
        },
      ]),
    );
    const ended = await reaches(arn, 'STOPPED');
    expect(ended).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(containersOf(ended)).toMatchObject({ leaves: { exitCode: 7 } });
    const stays = containersOf(ended)['stays'] as { readonly exitCode?: number };
    // A program that was told to end before it listened for SIGTERM ends by it.
    expect([0, 143]).toContain(stays.exitCode);
  });

  it('is killed when it does not listen to SIGTERM for the time it has', async () => {
    const arn = arnOf(
      await run('deaf', [
        container('deaf', { stopTimeout: 2, environment: [{ name: 'STAYS', value: '1' }] }),
      ]),
    );
    await until(
      () => reportOf('deaf'),
      (report) => report !== undefined,
    );
    await world.ecs.send(new StopTaskCommand({ task: arn }));
    const ended = await reaches(arn, 'STOPPED');
    expect(ended).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'Task stopped by user',
      containers: [{ exitCode: 137 }],
    });
    expect(reportOf('deaf')?.gotSigterm).toBe(true);
    const stopped = await world.ecs.send(new ListTasksCommand({ desiredStatus: 'STOPPED' }));
    expect(stopped.taskArns).toContain(arn);
    const running = await world.ecs.send(new ListTasksCommand({}));
    expect(running.taskArns).not.toContain(arn);
  });

  it('fails to start without an image or a program, and says why', async () => {
    const unknown = arnOf(
      await run('unknown', [{ name: 'app', image: 'no-such/image:1.0.0', memory: 64 }]),
    );
    const pulled = await reaches(unknown, 'STOPPED');
    expect(pulled).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(
        /^CannotPullContainerError: .*no-such\/image:1\.0\.0/,
      ) as string,
    });
    expect(pulled).not.toHaveProperty('startedAt');
    expect(pulled?.containers?.[0]).not.toHaveProperty('exitCode');

    const broken = arnOf(await run('broken', [{ name: 'app', image: 'no-program', memory: 64 }]));
    const failed = await reaches(broken, 'STOPPED');
    expect(failed).toMatchObject({ stopCode: 'TaskFailedToStart' });
    expect(containersOf(failed)).toMatchObject({
      app: {
        reason: expect.stringMatching(
          /^CannotStartContainerError: .*no-such-program-here/,
        ) as string,
      },
    });
  });

  it('takes the command and variables of RunTask over those of its definition', async () => {
    const arn = arnOf(
      await run(
        'overridden',
        [
          container('overridden', {
            command: ['node', 'worker.js', 'of', 'definition'],
            environment: [
              { name: 'KEPT', value: 'definition' },
              { name: 'CHANGED', value: 'definition' },
            ],
          }),
        ],
        {
          startedBy: 'me',
          overrides: {
            containerOverrides: [
              {
                name: 'overridden',
                command: ['node', 'worker.js', 'of', 'the', 'override'],
                environment: [{ name: 'CHANGED', value: 'override' }],
              },
            ],
          },
        },
      ),
    );
    const report = await until(
      () => reportOf('overridden'),
      (seen) => seen !== undefined,
    );
    expect(report).toMatchObject({
      args: ['of', 'the', 'override'],
      environment: { KEPT: 'definition', CHANGED: 'override' },
    });
    expect(await task(arn)).toMatchObject({ startedBy: 'me', group: 'family:overridden' });
    await world.ecs.send(new StopTaskCommand({ task: arn }));
    await reaches(arn, 'STOPPED');
    expect(reportOf('overridden')?.gotSigterm).toBe(true);
  });

  it('gets its host port only once', async () => {
    const port = await freePort();
    const definition = container('on-a-port', {
      portMappings: [{ containerPort: 80, hostPort: port }],
    });
    const { tasks = [], failures } = await run('on-a-port', [definition], { count: 2 });
    expect(tasks).toHaveLength(1);
    expect(failures).toMatchObject([{ reason: 'RESOURCE:PORTS' }]);
    const arn = tasks[0]?.taskArn ?? '';
    const running = await reaches(arn, 'RUNNING');
    expect(running?.containers?.[0]?.networkBindings).toMatchObject([
      { containerPort: 80, hostPort: port, protocol: 'tcp' },
    ]);
    const answer = await until(
      () => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text(), String),
      (text) => !text.includes('failed'),
    );
    expect(answer).toBe('on-a-port');
    const again = await world.ecs.send(new RunTaskCommand({ taskDefinition: 'on-a-port' }));
    expect(again).toMatchObject({ tasks: [], failures: [{ reason: 'RESOURCE:PORTS' }] });
    await world.ecs.send(new StopTaskCommand({ task: arn }));
    await reaches(arn, 'STOPPED');
    const free = await world.ecs.send(new RunTaskCommand({ taskDefinition: 'on-a-port' }));
    expect(free).toMatchObject({ tasks: [{ desiredStatus: 'RUNNING' }], failures: [] });
  });

  it('that nobody knows is missing, not an error', async () => {
    const answer = await world.ecs.send(new DescribeTasksCommand({ tasks: ['0'.repeat(32)] }));
    expect(answer).toMatchObject({
      tasks: [],
      failures: [
        {
          arn: `arn:aws:ecs:us-east-1:000000000000:task/default/${'0'.repeat(32)}`,
          reason: 'MISSING',
        },
      ],
    });
  });
});
