/** `fairlead local up --functions`: lifecycle hooks answered by programs, with a local ECS that is killed meanwhile. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  clientsOf,
  isAlive,
  makeFolders,
  until,
  type Clients,
  type Folders,
} from '../system/world.ts';
import { run } from './command.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function folders(): Folders {
  const made = makeFolders();
  cleanups.push(() => made.remove());
  return made;
}

/** Starts the local ECS in the background; it stops with the test. */
async function up(at: Folders): Promise<{ readonly pid: number; readonly clients: Clients }> {
  const started = await run(
    [
      'local',
      'up',
      '--port',
      '0',
      '--images',
      'images.yaml',
      '--functions',
      'functions.yaml',
      '--detach',
    ],
    { cwd: at.root },
  );
  expect(started.stderr).toContain('in the background');
  cleanups.push(() => run(['local', 'down'], { cwd: at.root }));
  const { stdout } = await run(['local', 'env', '--output', 'json'], { cwd: at.root });
  const env = JSON.parse(stdout) as Readonly<Record<string, string>>;
  const clients = clientsOf({
    url: env['AWS_ENDPOINT_URL'] ?? '',
    region: 'us-east-1',
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  });
  cleanups.push(() => {
    clients.ecs.destroy();
    clients.elbv2.destroy();
  });
  const pid = Number(/\(pid (\d+)\)/.exec(started.stderr)?.[1]);
  return { pid, clients };
}

/** A service whose first deployment waits for the function `gate`. */
async function createGatedService({ ecs }: Clients): Promise<void> {
  await ecs.send(new CreateClusterCommand({}));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'worker',
      containerDefinitions: [{ name: 'worker', image: 'my-repo/my-app:1.0.0', memory: 64 }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      ...{ serviceName: 'worker', taskDefinition: 'worker', desiredCount: 1 },
      deploymentConfiguration: {
        ...{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
        lifecycleHooks: [
          {
            hookTargetArn: 'arn:aws:lambda:us-east-1:000000000000:function:gate',
            roleArn: 'arn:aws:iam::000000000000:role/hooks',
            lifecycleStages: ['PRE_SCALE_UP'],
          },
        ],
      },
    }),
  );
}

/** What the gate wrote in its invocations so far: its pid, and what it was told. */
function invocations(at: Folders): readonly { readonly pid: number; readonly event: unknown }[] {
  const path = join(at.root, 'invocations');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [pid = '', ...event] = line.split(' ');
      return { pid: Number(pid), event: JSON.parse(event.join(' ')) as unknown };
    });
}

describe('fairlead local up --functions', () => {
  it('asks a function again when the local ECS was killed before the answer, and nobody is left of the first one', async () => {
    const at = folders();
    // It answers once the file `open` exists.
    const script =
      'echo "$$ $(cat)" >> invocations; until [ -e open ]; do sleep 0.1; done; echo "{\\"hookStatus\\":\\"SUCCEEDED\\"}"';
    writeFileSync(
      join(at.root, 'functions.yaml'),
      JSON.stringify({
        functions: { gate: { command: ['sh', '-c', script.replaceAll('${', '$${')] } },
      }),
    );
    const first = await up(at);
    await createGatedService(first.clients);
    const asked = (count: number): Promise<ReturnType<typeof invocations>> =>
      until(
        () => invocations(at),
        (seen) => seen.length >= count,
      );
    const [before] = await asked(1);
    process.kill(first.pid, 'SIGKILL');
    await until(
      () => isAlive(first.pid) || isAlive(before?.pid ?? 0),
      (alive) => !alive,
    );

    const second = await up(at);
    const [, after] = await asked(2);
    expect(after?.event).toEqual(before?.event);
    expect(at.running()).toEqual([]);
    writeFileSync(join(at.root, 'open'), '');
    await until(
      async () => {
        const { serviceDeployments } = await second.clients.ecs.send(
          new ListServiceDeploymentsCommand({ service: 'worker' }),
        );
        return serviceDeployments?.[0]?.status;
      },
      (status) => status === 'SUCCESSFUL',
    );
    expect(invocations(at)).toHaveLength(2);
    await at.settledOn(['1.0.0']);
  });

  it('refuses a file that is not there or is wrong, and says what would be right', async () => {
    const at = folders();
    const missing = await run(['local', 'up', '--port', '0', '--functions', 'none.yaml'], {
      cwd: at.root,
    });
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toMatch(/the functions file .*none\.yaml does not exist/);
    writeFileSync(join(at.root, 'functions.yaml'), 'functions:\n  gate: { comand: [x] }\n');
    const wrong = await run(['local', 'up', '--port', '0', '--functions', 'functions.yaml'], {
      cwd: at.root,
    });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain(
      'functions.yaml:2:11: functions.gate.comand is an unknown key; did you mean command?',
    );
    expect(existsSync(join(at.root, '.fairlead', 'control-plane.json'))).toBe(false);
  });
});
