/** `fairlead run`, `continue`, `abort` and `iam` as real processes against a local ECS that runs real programs. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settled } from '../acceptance/service.ts';
import { openWorld, until, type World } from '../system/world.ts';
import { run, start, type Outcome } from './command.ts';

const NODE = process.execPath;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const { ecs } = world;
  await ecs.send(new CreateClusterCommand({ clusterName: 'c' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      containerDefinitions: [
        {
          ...{ name: 'app', image: 'my-repo/my-app:1.0.0', memory: 64 },
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/web',
              'awslogs-region': 'us-east-1',
              'awslogs-stream-prefix': 'p',
            },
          },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      ...{ cluster: 'c', serviceName: 'web', taskDefinition: 'web', desiredCount: 1 },
    }),
  );
  await settled(ecs, { cluster: 'c', service: 'web' });
});
afterAll(() => world.close());

const surroundings = () => ({ cwd: world.folders.root, env: world.local.environment });
const service = ['--cluster', 'c', '--service', 'web'];
const fairlead = (...args: readonly string[]): Promise<Outcome> => run(args, surroundings());

/** A Node program for `fairlead run`. */
const program = (text: string): readonly string[] => ['--', NODE, '-e', text];

describe('fairlead run', () => {
  it('is the program that it runs: its output on standard output, its exit code', async () => {
    const outcome = await fairlead(
      'run',
      ...service,
      ...program('console.log("one"); console.error("two"); process.exitCode = 42'),
    );
    expect(outcome.exitCode).toBe(42);
    expect(outcome.stdout.split('\n').sort()).toEqual(['', 'one', 'two']);
    expect(outcome.stderr).toMatch(/task arn:aws:ecs:\S+ started/);
    expect(outcome.stderr).toMatch(/app of web:1 in task \w{8}: exit code 42/);
  });

  it('passes on what stands behind --, whatever it looks like', async () => {
    const words = ['--help', '--service', '$HOME', '--', '-v'];
    const echo = ['--', 'sh', '-c', String.raw`printf '%s\n' "$@"`, 'sh', ...words];
    const outcome = await fairlead('run', ...service, ...echo);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout.trimEnd().split('\n')).toEqual(words);
  });

  it('has its result in JSON where that is asked for', async () => {
    const outcome = await fairlead(
      'run',
      ...service,
      '--output',
      'json',
      ...program('console.log("elsewhere")'),
    );
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      outcome: 'exited',
      exitCode: 0,
      containerExitCode: 0,
      container: 'app',
      error: null,
    });
    expect(outcome.stderr).toContain('elsewhere');
  });

  it.each([
    ['no such service', ['--cluster', 'c', '--service', 'nowhere'], 125],
    ['no such container', [...service, '--container', 'db'], 125],
    ['a command line that cannot be read', [...service, '--bogus'], 2],
  ] as const)('%s', async (_, args, exitCode) => {
    const outcome = await fairlead('run', ...args, ...program(''));
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).not.toBe('');
  });

  it('stops a program that takes too long', async () => {
    const outcome = await fairlead(
      'run',
      ...service,
      '--timeout',
      '2s',
      ...program('setInterval(() => 0, 1000)'),
    );
    expect(outcome.exitCode).toBe(124);
    expect(outcome.stderr).toMatch(/took too long.*\n.*still \w+ after 2\.0s\n.*told to stop/);
    await nothingRuns();
  });

  it('stops the program when it is told to end itself', async () => {
    const command = start(
      ['run', ...service, ...program('setInterval(() => 0, 1000)')],
      surroundings(),
    );
    await command.says(/the task is RUNNING/);
    command.signal('SIGTERM');
    expect((await command.ended).exitCode).toBe(143);
    await nothingRuns();
  });

  it('prints the ARN of a task that is not awaited', async () => {
    const outcome = await fairlead('run', ...service, '--no-wait', ...program(''));
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toMatch(/^arn:aws:ecs:us-east-1:\d{12}:task\/c\/\w{32}\n$/);
  });

  /** Of the tasks that fairlead started. */
  const nothingRuns = (): Promise<unknown> =>
    until(
      async () => {
        const { taskArns } = await world.ecs.send(
          new ListTasksCommand({ cluster: 'c', startedBy: 'fairlead' }),
        );
        return taskArns ?? [];
      },
      (arns) => arns.length === 0,
    );
});

describe('fairlead continue and abort', () => {
  it.each(['continue', 'abort'])('%s: exit code 2 when no rollout runs', async (command) => {
    const outcome = await fairlead(command, ...service, '--output', 'json');
    expect(outcome.exitCode).toBe(2);
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      command,
      verdict: 'impossible',
      error: { code: 'NO_ROLLOUT' },
    });
  });
});

describe('fairlead iam', () => {
  it('prints a policy for what the configuration file says, and notes beside it', async () => {
    writeFileSync(
      join(world.folders.root, 'iam.yaml'),
      'cluster: c\nservice: web\nimages: { app: "my-repo/my-app:2.0.0" }\n',
    );
    const outcome = await fairlead('iam', '--config', 'iam.yaml');
    expect(outcome.exitCode).toBe(0);
    const policy = JSON.parse(outcome.stdout) as {
      readonly Statement: readonly { readonly Sid: string; readonly Resource: unknown }[];
    };
    expect(policy.Statement.find(({ Sid }) => Sid === 'UpdateService')?.Resource).toEqual([
      'arn:aws:ecs:us-east-1:000000000000:service/c/web',
    ]);
    expect(outcome.stderr).toBe('');
    const offline = await fairlead('iam', '--config', 'iam.yaml', '--offline');
    expect(offline.exitCode).toBe(0);
    expect(offline.stderr).toMatch(/note: .*--strategy/);
  });
});
