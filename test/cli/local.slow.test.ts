/** `fairlead local …` as real processes: what each says, leaves and exits with. */
import {
  CreateClusterCommand,
  ListClustersCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
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
import { run, start, type Outcome, type Running } from './command.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function folders(): Folders {
  const made = makeFolders();
  cleanups.push(() => made.remove());
  return made;
}

/** A command in the folder of the test, whose state is in `.fairlead` there. */
const local = (at: Folders, ...args: readonly string[]): Promise<Outcome> =>
  run(['local', ...args], { cwd: at.root });

/** A local ECS in the foreground, ended with the test. */
async function up(
  at: Folders,
  ...args: readonly string[]
): Promise<Running & { readonly url: string }> {
  const running = start(['local', 'up', '--port', '0', '--images', at.images, ...args], {
    cwd: at.root,
  });
  cleanups.push(async () => {
    running.signal('SIGTERM');
    await running.ended;
  });
  const [, url = ''] = await running.says(/listens on (http:\/\/127\.0\.0\.1:\d+)/);
  await running.says(/Ctrl-C stops it/);
  return { ...running, url };
}

interface Environment {
  readonly AWS_ENDPOINT_URL: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_REGION: string;
}

async function clients(at: Folders): Promise<Clients> {
  const { stdout } = await local(at, 'env', '--output', 'json');
  const env = JSON.parse(stdout) as Environment;
  const made = clientsOf({
    url: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    },
  });
  cleanups.push(() => {
    made.ecs.destroy();
    made.elbv2.destroy();
  });
  return made;
}

/** Starts one task of the program that reports its pid; gives the task's id. */
async function runTask({ ecs }: Clients, at: Folders): Promise<string> {
  await ecs.send(new CreateClusterCommand({}));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'worker',
      containerDefinitions: [{ name: 'worker', image: 'my-repo/my-app:1.0.0', memory: 64 }],
    }),
  );
  const { tasks = [] } = await ecs.send(new RunTaskCommand({ taskDefinition: 'worker' }));
  await at.settledOn(['1.0.0']);
  return tasks[0]?.taskArn?.split('/').at(-1) ?? '';
}

function accepts(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('fairlead local up', () => {
  it('stops every task and lets go of its port on Ctrl-C, and exits with 0', async () => {
    const at = folders();
    const running = await up(at);
    await runTask(await clients(at), at);
    const [program] = at.running();
    expect(isAlive(program?.pid ?? 0)).toBe(true);

    running.signal('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('Stopped.');
    expect(at.running()).toEqual([]);
    expect(at.reports()).toMatchObject([{ gotSigterm: true }]);
    expect(await accepts(running.url)).toBe(false);
    expect(existsSync(join(at.root, '.fairlead', 'control-plane.json'))).toBe(false);
  });

  it('refuses a second start on its folder, in the foreground and in the background', async () => {
    const at = folders();
    const { url, pid } = await up(at);
    const refusal = `fairlead: A local ECS already runs on ${url} (pid ${pid}) with the state folder ${join(at.root, '.fairlead')}.`;
    for (const how of ['--no-detach', '--detach']) {
      const { exitCode, stdout, stderr } = await local(at, 'up', '--port', '0', how);
      expect(exitCode).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain(refusal);
      expect(stderr).toContain('fairlead local down');
    }
    expect((await local(at, 'status')).exitCode).toBe(0);
  });

  it('says which port is taken and what to do', async () => {
    const at = folders();
    const { url } = await up(at);
    const { port } = new URL(url);
    const { exitCode, stderr } = await local(at, 'up', '--port', port, '--state', 'other');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `fairlead: Port ${port} on 127.0.0.1 is in use.\n` +
        'Stop what listens there, or choose another port with --port (0 picks a free one).\n',
    );
  });

  it('leaves no folder behind that it made for a start that failed, and one that was there as it was', async () => {
    const at = folders();
    const { url } = await up(at);
    const { port } = new URL(url);
    mkdirSync(join(at.root, 'mine'));
    writeFileSync(join(at.root, 'mine', 'file'), 'kept');
    for (const how of ['--no-detach', '--detach'])
      for (const state of ['other', 'mine']) {
        const { exitCode } = await local(at, 'up', '--port', port, '--state', state, how);
        expect(exitCode).toBe(1);
        expect(existsSync(join(at.root, 'other'))).toBe(false);
        expect(readFileSync(join(at.root, 'mine', 'file'), 'utf8')).toBe('kept');
      }
  });

  it.each([
    [['--port', 'abc'], '--port: abc is no port: give 0 to 65535.'],
    [['--runtime', 'docker'], '--runtime: "docker" is not one of process, simulated.'],
    [['--images', 'nowhere.yaml'], 'The images file nowhere.yaml does not exist.'],
    [['--images', 'broken.yaml'], 'broken.yaml:2:10: images["a/b"].comand is an unknown key'],
    [['--stat', 'x'], 'There is no option --stat; did you mean --state?'],
  ])('is used wrongly with %j: exit code 2', async (args, complaint) => {
    const at = folders();
    writeFileSync(join(at.root, 'broken.yaml'), 'images:\n  a/b: { comand: [x], command: [x] }\n');
    const { exitCode, stdout, stderr } = await local(at, 'up', ...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(complaint);
  });

  it('warns of --no-auth, and of tasks that cannot start without an images file', async () => {
    const at = folders();
    const running = start(['local', 'up', '--port', '0', '--no-auth'], { cwd: at.root });
    await running.says(/Ctrl-C stops it/);
    running.signal('SIGTERM');
    const { exitCode, stderr } = await running.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Warning: --no-auth');
    expect(stderr).toContain('Without --images');
  });
});

describe('fairlead local up --detach', () => {
  it('goes on in the background until local down, and goes on from its state afterwards', async () => {
    const at = folders();
    const detached = await local(at, 'up', '--port', '0', '--detach', '--images', at.images);
    cleanups.push(() => local(at, 'down'));
    expect(detached.exitCode).toBe(0);
    expect(detached.stderr).toContain('fairlead local down');
    await runTask(await clients(at), at);

    const status = await local(at, 'status', '--output', 'json');
    expect(status.exitCode).toBe(0);
    const { pid, url, running } = JSON.parse(status.stdout) as Record<string, unknown>;
    expect(running).toBe(true);
    expect(await accepts(String(url))).toBe(true);

    const down = await local(at, 'down');
    expect(down.exitCode).toBe(0);
    expect(at.running()).toEqual([]);
    expect(isAlive(Number(pid))).toBe(false);
    expect(await accepts(String(url))).toBe(false);
    expect((await local(at, 'down')).exitCode).toBe(0);

    await local(at, 'up', '--port', '0', '--detach', '--images', at.images);
    const { ecs } = await clients(at);
    expect((await ecs.send(new ListClustersCommand())).clusterArns).toHaveLength(1);
  });

  it('says why it did not start', async () => {
    const at = folders();
    const { url } = await up(at);
    const { port } = new URL(url);
    const other = ['--port', port, '--state', 'other', '--detach'];
    const { exitCode, stderr } = await local(at, 'up', ...other);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The local ECS ended at once');
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use.`);
  });
});

describe('fairlead local status', () => {
  it('exits with 1 where none runs, also after a kill -9', async () => {
    const at = folders();
    expect(await local(at, 'status')).toMatchObject({ exitCode: 1, stderr: '' });
    expect(existsSync(join(at.root, '.fairlead'))).toBe(false);
    const running = await up(at);
    running.signal('SIGKILL');
    await running.ended;
    const { exitCode, stdout } = await local(at, 'status', '--output', 'json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ running: false, state: join(at.root, '.fairlead') });
  });
});

describe('fairlead local env', () => {
  it('gives a shell what points AWS clients at the local ECS, and takes away what would win', async () => {
    const at = folders();
    const { url } = await up(at);
    const { stdout } = await local(at, 'env');
    const seen = execFileSync('sh', ['-c', `${stdout}\nenv`], {
      env: { PATH: process.env['PATH'], AWS_PROFILE: 'mine', AWS_SESSION_TOKEN: 'old' },
    }).toString();
    expect(seen).toContain(`AWS_ENDPOINT_URL=${url}\n`);
    expect(seen).toContain('AWS_REGION=us-east-1\n');
    expect(seen).toMatch(/^AWS_SECRET_ACCESS_KEY=.{40}$/m);
    expect(seen).not.toMatch(/^AWS_PROFILE=|^AWS_SESSION_TOKEN=/m);
    const json = (await local(at, 'env', '--output', 'json')).stdout;
    for (const [name, value] of Object.entries(JSON.parse(json) as Record<string, string>)) {
      expect(seen).toContain(`${name}=${value}\n`);
    }
  });

  it('keeps clients from asking a proxy for this machine', async () => {
    const at = folders();
    await up(at);
    const env = { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'intra.example' };
    const { stdout } = await run(['local', 'env'], { cwd: at.root, env });
    expect(stdout).toContain("export NO_PROXY='intra.example,127.0.0.1,localhost'\n");
  });

  it('fails where none runs, with nothing for the shell to evaluate', async () => {
    const { exitCode, stdout, stderr } = await local(folders(), 'env');
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('fairlead local up');
  });
});

describe('fairlead local logs', () => {
  it('prints what a task wrote, by ARN, id or the beginning of the id', async () => {
    const at = folders();
    await up(at);
    const id = await runTask(await clients(at), at);
    const arn = `arn:aws:ecs:us-east-1:000000000000:task/default/${id}`;
    for (const task of [id, id.slice(0, 8), arn]) {
      await until(
        () => local(at, 'logs', task),
        ({ exitCode, stdout }) => exitCode === 0 && stdout === 'my-repo/my-app:1.0.0 runs\n',
      );
    }
    const wrong = await local(at, 'logs', id, '--container', 'web');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('It has: worker');
    const unknown = await local(at, 'logs', 'ffff');
    expect(unknown.exitCode).toBe(1);
    expect(unknown.stderr).toContain('There is no output of task ffff');
  });

  it('follows until Ctrl-C', async () => {
    const at = folders();
    await up(at);
    const id = await runTask(await clients(at), at);
    const following = start(['local', 'logs', '--follow', id], { cwd: at.root });
    await until(
      () => following.stdout(),
      (text) => text === 'my-repo/my-app:1.0.0 runs\n',
    );
    following.signal('SIGINT');
    expect(await following.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(at.running()).toHaveLength(1);
  });
});

describe('fairlead local reset', () => {
  it('removes the state of a stopped local ECS, ends what a killed one left, and keeps records', async () => {
    const at = folders();
    const state = join(at.root, '.fairlead');
    const running = await up(at);
    await runTask(await clients(at), at);
    const refused = await local(at, 'reset');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('fairlead local down');

    running.signal('SIGKILL');
    await running.ended;
    expect(at.running()).toHaveLength(1);
    mkdirSync(join(state, 'records'));
    writeFileSync(join(state, 'records', 'r.jsonl'), 'kept');
    expect((await local(at, 'reset')).exitCode).toBe(0);
    expect(at.running()).toEqual([]);
    expect(readdirSync(state).sort()).toEqual(['.gitignore', 'records']);
    expect(readFileSync(join(state, 'records', 'r.jsonl'), 'utf8')).toBe('kept');
  });

  it('touches no folder that is not its own', async () => {
    const at = folders();
    mkdirSync(join(at.root, 'mine'));
    writeFileSync(join(at.root, 'mine', 'file'), '');
    const { exitCode, stderr } = await local(at, 'reset', '--state', 'mine');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Nothing was removed');
    expect(statSync(join(at.root, 'mine', 'file')).isFile()).toBe(true);
  });
});
