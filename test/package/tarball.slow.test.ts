/** The published package: what is in it, and that it works where nothing but Node and npm is. */
import { readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBalancedService, WEB } from '../system/balanced-service.ts';
import { clientsOf, isAlive, until } from '../system/world.ts';
import {
  install,
  OLDEST_NODE,
  REPOSITORY_NODE,
  TOO_OLD_NODE,
  type Installation,
  type Place,
} from './installation.ts';
import { npx } from './npm.ts';
import { runProgram, type Outcome } from './program.ts';
import { LOOKING_PROGRAM, TYPED_PROGRAM } from './user-programs.ts';

/** npm asks a registry that does not answer several times before it says so. */
const INSTALL_LIMIT_MS = 300_000;
const IMAGE = 'fairlead/example-app';

let installed: Installation;
beforeAll(async () => {
  installed = await install();
  return () => installed.remove();
}, INSTALL_LIMIT_MS);

const { version: VERSION } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
};

/** Every file below a folder. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** What Node writes by itself to standard error: warnings and stack traces. */
const NODES_OWN_WORDS = /\(node:\d+\)|\w+Warning|^\s+at .*:\d+:\d+\)?$/m;

function expectSuccess(outcome: Outcome): void {
  expect(outcome).toMatchObject({ exitCode: 0 });
  expect(outcome.stderr).not.toMatch(NODES_OWN_WORDS);
}

describe('the tarball', () => {
  it('has the compiled sources, the example app, the schemas, and nothing else', () => {
    const compiled = filesIn(join(installed.checkout, 'src')).flatMap((source) => {
      const name = source.replace(/\.ts$/, '');
      return [`dist/${name}.d.ts`, `dist/${name}.js`];
    });
    expect(filesIn(installed.folder)).toEqual(
      [
        ...['LICENSE', 'README.md', 'package.json'],
        ...['schema/fairlead.schema.json', 'schema/rollout-v1.schema.json'],
        ...['README.md', 'images.yaml', 'server.js'].map((name) => `examples/app/${name}`),
        ...compiled,
      ].sort(),
    );
  });

  it('names no folder of the machine on which it was packed, and no source map', () => {
    const modules = realpathSync(join(installed.checkout, 'node_modules'));
    const told = filesIn(installed.folder).filter((name) => {
      const text = readFileSync(join(installed.folder, name), 'utf8');
      return [installed.checkout, modules, 'sourceMappingURL='].some((part) => text.includes(part));
    });
    expect(told).toEqual([]);
  });

  it('has a command that can be executed', () => {
    expect(statSync(join(installed.folder, 'dist/cli/bin.js')).mode & 0o111).toBe(0o111);
  });

  it('installs without running a script', () => {
    const lock = readFileSync(join(installed.home, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('hasInstallScript');
  });

  it('is found by npx', async () => {
    expect(await npx(installed.home, 'fairlead', '--version')).toBe(`${VERSION}\n`);
  });
});

describe.concurrent('types', () => {
  it('compile in a strict program, declarations of the package included', async () => {
    writeFileSync(join(installed.home, 'consumer.ts'), TYPED_PROGRAM);
    const tsconfig = {
      compilerOptions: {
        ...{ module: 'nodenext', target: 'es2022', strict: true, noEmit: true },
        ...{ skipLibCheck: false, types: ['node'] },
        typeRoots: [join(installed.checkout, 'node_modules/@types')],
      },
      files: ['consumer.ts'],
    };
    writeFileSync(join(installed.home, 'tsconfig.json'), JSON.stringify(tsconfig));
    const tsc = join(installed.checkout, 'node_modules/typescript/bin/tsc');
    const outcome = await runProgram(process.execPath, [tsc, '-p', 'tsconfig.json'], {
      cwd: installed.home,
      env: {},
    });
    expect(outcome).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

describe.concurrent.for([OLDEST_NODE, REPOSITORY_NODE])('under Node %s', (node) => {
  it('answers --version and --help with nothing on standard error', async () => {
    const place = { node, cwd: installed.makeFolder(`words-${node}`) };
    expect(await installed.run(place, 'fairlead', '--version')).toEqual({
      exitCode: 0,
      stdout: `${VERSION}\n`,
      stderr: '',
    });
    const help = await installed.run(place, 'fairlead', '--help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('fairlead deploy');
  });

  it('runs a local ECS in the background, serves through its balancer, and deploys to it', async () => {
    const cwd = installed.makeFolder(`service-${node}`);
    const images = join(installed.folder, 'examples/app/images.yaml');
    const up = await installed.run(
      { node, cwd },
      'fairlead',
      ...['local', 'up', '--detach', '--port', '0', '--images', images],
    );
    try {
      expectSuccess(up);
      expect(up.stdout).toBe('');
      expect(up.stderr).toMatch(/^The local ECS listens on .*\nNext: .*\n$/);
      await deployThrough({ node, cwd });
    } finally {
      expectSuccess(await installed.run({ node, cwd }, 'fairlead', 'local', 'down'));
    }
    const [, pid = ''] = /\(pid (\d+)\)/.exec(up.stderr) ?? [];
    expect(Number(pid)).toBeGreaterThan(0);
    // It lets go of its state a moment before it ends.
    await until(
      () => isAlive(Number(pid)),
      (alive) => !alive,
    );
    const log = readFileSync(join(cwd, '.fairlead/control-plane.log'), 'utf8');
    expect(log).toContain('Stopped.');
    expect(log).not.toMatch(NODES_OWN_WORDS);
  });

  it('runs the demo', async () => {
    const place = { node, cwd: installed.makeFolder(`demo-${node}`) };
    const demo = await installed.run(place, 'fairlead', 'demo', '--rate', '20');
    expectSuccess(demo);
    expect(demo.stdout).toMatch(/^failed +0$/m);
    expect(demo.stdout).toContain('No request failed, and every verdict was the truth.');
  });
});

interface Variables {
  readonly AWS_ENDPOINT_URL: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_REGION: string;
}

/** A service behind a load balancer, a new version of it by `fairlead deploy`, and a program that looks at both. */
async function deployThrough(place: Place): Promise<void> {
  const printed = await installed.run(place, 'fairlead', 'local', 'env', '--output', 'json');
  expectSuccess(printed);
  const env = JSON.parse(printed.stdout) as Variables & Readonly<Record<string, string>>;
  const clients = clientsOf({
    url: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    },
  });
  const url = await createBalancedService(clients, `${IMAGE}:1.0.0`, { desiredCount: 1 });
  clients.ecs.destroy();
  clients.elbv2.destroy();
  expect(await answerOf(url)).toMatchObject({ version: '1.0.0' });

  const deploy = await installed.run(
    { ...place, env },
    'fairlead',
    ...['deploy', '--cluster', WEB.cluster, '--service', WEB.service, '--image', `${IMAGE}:2.0.0`],
    ...['--record', 'rollout.jsonl'],
  );
  expectSuccess(deploy);
  expect(deploy.stdout).toContain('succeeded');
  expect(await answerOf(url)).toMatchObject({ version: '2.0.0' });

  // In the folder of the installation, where Node finds the package by its name.
  const program = join(installed.home, `program-${place.node}.mjs`);
  writeFileSync(program, LOOKING_PROGRAM);
  const record = join(place.cwd, 'rollout.jsonl');
  const looked = await installed.run({ ...place, env }, 'node', program, record, 'other-state');
  expect(looked).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(looked.stdout)).toEqual({ running: 1, deployments: 1, mode: 'deploy' });
}

async function answerOf(url: string): Promise<unknown> {
  const answer = await fetch(url);
  return answer.json();
}

describe(`under Node ${TOO_OLD_NODE}`, () => {
  it.for(['--version', 'deploy --help', 'local up', 'demo'])(
    'fairlead %s says in one line which Node is wanted, and exits with 1',
    async (args) => {
      const place = { node: TOO_OLD_NODE, cwd: installed.home };
      expect(await installed.run(place, 'fairlead', ...args.split(' '))).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: `fairlead needs Node.js 22.19 or newer; this is v${TOO_OLD_NODE}.\n`,
      });
    },
  );
});
