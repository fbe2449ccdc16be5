/** `fairlead deploy` and its neighbours as real processes against a local ECS: verdicts, exit codes, and where what is written. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  type HealthCheck,
} from '@aws-sdk/client-ecs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecord } from '../../src/record/reader.ts';
import { settled } from '../acceptance/service.ts';
import { openWorld, type World } from '../system/world.ts';
import { run, start, type Outcome, type Running } from './command.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.ecs.send(new CreateClusterCommand({ clusterName: 'c' }));
});
afterAll(() => world.close());

const surroundings = () => ({ cwd: world.folders.root, env: world.local.environment });

const fairlead = (command: string, ...args: readonly string[]): Promise<Outcome> =>
  run([command, '--cluster', 'c', ...args], surroundings());

const begin = (command: string, ...args: readonly string[]): Running =>
  start([command, '--cluster', 'c', ...args], surroundings());

interface Result {
  readonly verdict: string;
  readonly exitCode: number;
  readonly cause: readonly string[];
  readonly next: readonly string[];
  readonly record: string | null;
}

/** The one JSON object on standard output. */
const resultOf = ({ stdout }: Outcome): Result => JSON.parse(stdout) as Result;

/** Creates a service with one task (or none) of the image; whether it gets anywhere is the test's. */
async function createService(
  name: string,
  image: string,
  desiredCount = 1,
  healthCheck?: HealthCheck,
): Promise<void> {
  await world.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      containerDefinitions: [{ name: 'app', image, memory: 64, healthCheck }],
    }),
  );
  await world.ecs.send(
    new CreateServiceCommand({
      ...{ cluster: 'c', serviceName: name, taskDefinition: name, desiredCount },
    }),
  );
}

async function createSettled(name: string): Promise<void> {
  await createService(name, 'my-repo/my-app:1.0.0');
  await settled(world.ecs, { cluster: 'c', service: name });
}

/** A service without tasks, whose rollouts stay under way for minutes once it has some. */
async function createStuck(name: string): Promise<void> {
  const healthCheck = { command: ['CMD-SHELL', 'exit 1'], interval: 300 };
  await createService(name, 'my-repo/my-app:1.0.0', 0, healthCheck);
  await settled(world.ecs, { cluster: 'c', service: name });
}

describe('fairlead deploy', () => {
  it('exits with 0 when the new version runs, and with 0 when there is nothing to change', async () => {
    await createSettled('good');
    const asked = ['--service', 'good', '--image', 'my-repo/my-app:2.0.0'];
    const first = await fairlead('deploy', ...asked);
    expect(first.exitCode).toBe(0);
    // The result on one side, the way to it on the other.
    expect(first.stdout).toMatch(/^deploy good in c: succeeded, exit code 0\n/);
    expect(first.stdout).toContain('from     good:1 (my-repo/my-app:1.0.0)');
    expect(first.stdout).toContain('to       good:2 (my-repo/my-app:2.0.0)');
    expect(first.stderr).toContain(`deploy good in cluster c at ${world.local.url}`);
    expect(first.stderr).toContain('registered good:2');
    await world.folders.settledOn(['2.0.0']);

    const again = await fairlead('deploy', ...asked, '--output', 'json');
    expect(again.exitCode).toBe(0);
    expect(resultOf(again)).toMatchObject({ verdict: 'no-change', exitCode: 0, error: null });
  });

  it('writes the record where it is asked to, else below .fairlead, and none without a rollout', async () => {
    const record = join(world.folders.root, 'deep', 'r.jsonl');
    const force = ['--service', 'good', '--force-new-deployment', '--no-wait', '--output', 'json'];
    const named = resultOf(await fairlead('deploy', ...force, '--record', record));
    expect(named).toMatchObject({ verdict: 'started', exitCode: 0, record });
    const { header, entries, truncated } = readRecord(readFileSync(record, 'utf8'));
    expect(header).toMatchObject({ command: 'deploy', service: 'good', endpoint: world.local.url });
    expect(entries.at(-1)).toMatchObject({ kind: 'verdict', verdict: 'started' });
    expect(truncated).toBe(false);

    const unnamed = resultOf(await fairlead('wait', '--service', 'good', '--output', 'json'));
    expect(unnamed).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(unnamed.record).toMatch(/^\.fairlead\/records\/\d{4}-.*Z-good\.jsonl$/);
    expect(existsSync(join(world.folders.root, unnamed.record ?? ''))).toBe(true);

    const none = ['--service', 'nowhere', '--image', 'a:1', '--record', record];
    const nowhere = resultOf(await fairlead('deploy', ...none, '--output', 'json'));
    expect(nowhere).toMatchObject({ verdict: 'impossible', exitCode: 2, record: null });
    expect(existsSync(record)).toBe(false);
  });

  it.each([
    [['--service', 'good', '--image', 'my-repo/my-app:latest'], 'has the tag "latest"'],
    [['--service', 'good', '--image', 'web=my-repo/my-app:2'], 'no container "web"; it has: app'],
    [['--service', 'god', '--image', 'my-repo/my-app:2'], 'has no service "god"'],
    [['--service', 'good'], 'there is nothing to deploy'],
    [['--service', 'good', '--task-definition', 'nowhere.json'], 'cannot read nowhere.json'],
  ])('exits with 2 for %j, and changes nothing', async (args, complaint) => {
    const { exitCode, stdout } = await fairlead('deploy', ...args);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(complaint);
    expect(stdout).toContain('impossible, exit code 2');
  });

  it.each([
    [['--image', 'a:1'], '--service is missing'],
    [['--service', 'good', '--timeout', 'soon'], '--timeout: soon is no duration'],
    [['--service', 'good', '--output', 'yaml'], '"yaml" is not one of text, json'],
    [['--servce', 'good'], 'did you mean --service?'],
  ])('exits with 2 for %j without asking AWS', async (args, complaint) => {
    const { exitCode, stdout, stderr } = await fairlead('deploy', ...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('See: fairlead deploy --help');
  });

  it('exits with 3 when the service is back on its former revision, and says why', async () => {
    await createSettled('bad');
    const asked = ['--service', 'bad', '--image', 'my-repo/nowhere:2.0.0', '--output', 'json'];
    const outcome = await fairlead('deploy', ...asked);
    expect(outcome.exitCode).toBe(3);
    const { verdict, cause } = resultOf(outcome);
    expect(verdict).toBe('rolled-back');
    expect(cause[0]).toMatch(/^no new task can start: CannotPullContainerError: my-repo\/nowhere/);
    expect((await world.folders.settledOn(['1.0.0', '2.0.0'])).length).toBe(2);
  });

  it('exits with 4 when there is nothing to go back to', async () => {
    await createService('first', 'my-repo/nowhere:1.0.0');
    const asked = ['--service', 'first', '--image', 'my-repo/nowhere:2.0.0', '--output', 'json'];
    const outcome = await fairlead('deploy', ...asked, '--supersede');
    expect(outcome.exitCode).toBe(4);
    expect(resultOf(outcome)).toMatchObject({ verdict: 'failed' });
    expect(resultOf(outcome).cause.join('\n')).toContain('there is no revision that completed');
  });

  it('exits with 5 when the time is over and the rollout still runs', async () => {
    await createStuck('slow');
    const asked = ['--service', 'slow', '--image', 'my-repo/my-app:2.0.0', '--desired-count', '1'];
    const outcome = await fairlead('deploy', ...asked, '--timeout', '1s', '--output', 'json');
    expect(outcome.exitCode).toBe(5);
    expect(resultOf(outcome).verdict).toBe('timed-out');
    expect(resultOf(outcome).next.join('\n')).toContain('fairlead wait --cluster c --service slow');
  });

  it('exits with 6 when another deployment took over', async () => {
    await createStuck('contested');
    const asked = ['--service', 'contested', '--desired-count', '1'];
    const first = begin('deploy', ...asked, '--image', 'my-repo/my-app:2.0.0');
    await first.says(/following arn:/);
    const late = [...asked, '--image', 'my-repo/my-app:3', '--no-wait'];
    const refused = await fairlead('deploy', ...late);
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toMatch(
      /another rollout \(contested:2, registered by fairlead.*\) is \w+ since /,
    );
    const other = await fairlead('deploy', ...late, '--supersede');
    expect(other.exitCode).toBe(0);
    expect(other.stderr).toContain('another rollout is IN_PROGRESS: this one takes its place');
    const { exitCode, stdout } = await first.ended;
    expect(exitCode).toBe(6);
    expect(stdout).toContain('superseded, exit code 6 (another deployment took over)');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'is interrupted by %s with exit code %i, and the rollout goes on',
    async (signal, code) => {
      const name = `left-${signal.toLowerCase()}`;
      await createStuck(name);
      const asked = ['--service', name, '--image', 'my-repo/my-app:2.0.0', '--desired-count', '1'];
      const running = begin('deploy', ...asked, '--output', 'json');
      await running.says(/deployment ecs-svc\/\d+ of .* started/);
      running.signal(signal);
      const outcome = await running.ended;
      expect(outcome.exitCode).toBe(code);
      const { verdict, next } = resultOf(outcome);
      expect(verdict).toBe('interrupted');
      expect(next.join('\n')).toContain(`fairlead wait --cluster c --service ${name}`);
      const status = await fairlead('status', '--service', name);
      expect(status.stdout).toMatch(/:2 .* PRIMARY +IN_PROGRESS/);
    },
  );

  it('exits with 1 when nobody answers, and says where to look', async () => {
    const env = { ...world.local.environment, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const outcome = await run(['status', '--cluster', 'c', '--service', 'good'], {
      cwd: world.folders.root,
      env,
    });
    expect(outcome).toMatchObject({ exitCode: 1, stdout: '' });
    expect(outcome.stderr).toContain('ECONNREFUSED 127.0.0.1:1');
    expect(outcome.stderr).toContain('fairlead local status');
  });

  it('exits with 2 when an endpoint in the environment is no URL, and with 2 without a region', async () => {
    const { AWS_REGION, AWS_DEFAULT_REGION, ...rest } = world.local.environment;
    expect(AWS_REGION).toBe(AWS_DEFAULT_REGION);
    const cwd = world.folders.root;
    const status = ['status', '--cluster', 'c', '--service', 'good'];
    const wrong = await run(status, { cwd, env: { ...rest, AWS_ENDPOINT_URL: 'localhost:4327' } });
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toContain('AWS_ENDPOINT_URL is "localhost:4327"');
    const homeless = await run(status, { cwd, env: rest });
    expect(homeless).toMatchObject({ exitCode: 2, stdout: '' });
    expect(homeless.stderr).toContain('--region');
  });
});

describe('fairlead rollback, status, revisions and tasks', () => {
  it('go back to what completed before, and show it', async () => {
    const back = await fairlead('rollback', '--service', 'good', '--output', 'json');
    expect(back.exitCode).toBe(0);
    expect(resultOf(back).verdict).toBe('succeeded');

    const status = await fairlead('status', '--service', 'good', '--output', 'json');
    const { deployments } = JSON.parse(status.stdout) as {
      readonly deployments: readonly { readonly taskDefinition: string }[];
    };
    expect(deployments[0]?.taskDefinition).toMatch(/good:1$/);
    expect((await fairlead('status', '--service', 'good')).stdout).toContain('1 running');

    const revisions = (await fairlead('revisions', '--service', 'good')).stdout.split('\n');
    expect(revisions[1]).toMatch(/^\* +good:1 +SUCCESSFUL/);
    expect((await fairlead('revisions', '--service', 'good', '--limit', '1')).stdout).not.toContain(
      'good:2',
    );

    const tasks = await fairlead('tasks', '--service', 'good', '--no-stopped', '--output', 'json');
    const rows = JSON.parse(tasks.stdout) as readonly { readonly startedAt: string }[];
    expect(rows).toHaveLength(1);
    expect(new Date(rows[0]?.startedAt ?? '').toISOString()).toBe(rows[0]?.startedAt);
  });
});
