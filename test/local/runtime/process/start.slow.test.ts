import { createServer, type AddressInfo } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ContainerError, type ContainerSpec } from '../../../../src/local/runtime/runtime.ts';
import { container, ONE_PORT, processesOf, PROGRAMS, runtimeOn, stateFolder } from './harness.ts';

/** What print-environment.js says. */
interface Seen {
  readonly env: Readonly<Record<string, string>>;
  readonly argv0: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

const HOST = {
  PATH: process.env['PATH'],
  HOME: '/home/somebody',
  LANG: 'C.UTF-8',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  GITHUB_TOKEN: 'token',
  NODE_OPTIONS: '--no-warnings',
};

async function see(image: string, more: Partial<ContainerSpec> = {}): Promise<Seen> {
  const { runtime, exitOf } = runtimeOn(await stateFolder(), HOST);
  await runtime.start(container('a', image, more));
  expect(await exitOf('a')).toMatchObject({ exitCode: 0 });
  return JSON.parse(await runtime.logs('a', 100_000)) as Seen;
}

describe('what a program gets', () => {
  it('of our environment PATH, HOME, TMPDIR and LANG; no key and no token', async () => {
    const { env } = await see('test/environment');
    expect(env).toMatchObject({ HOME: '/home/somebody', LANG: 'C.UTF-8' });
    expect(env['PATH']?.startsWith(`${HOST.PATH ?? ''}:`)).toBe(true);
    const known = [
      'PATH',
      'HOME',
      'LANG',
      'GREETING',
      'WHO',
      'PORT',
      'IMAGE',
      'IMAGE_TAG',
      'FAIRLEAD_CONTAINER',
    ];
    const byTheShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(Object.keys(env).filter((name) => ![...known, ...byTheShell].includes(name))).toEqual(
      [],
    );
  });

  it("the environment of the image, and over it the container's", async () => {
    const { env } = await see('test/environment', { environment: { WHO: 'container', EMPTY: '' } });
    expect(env).toMatchObject({ GREETING: 'hello', WHO: 'container', EMPTY: '' });
  });

  it('variables whose names no shell can hold, whose values hold anything, and whose names the keeper might use', async () => {
    const environment = {
      'spring.profiles.active': `it's "$HOME" \`x\`\nline two`,
      'a-b': '',
      stat: 'untouched',
      status: 'untouched',
      boot: 'untouched',
      IFS: 'x/0',
      PWD: '/elsewhere',
      SHLVL: '7',
      LINES_OF_TEXT: 'a\nb\n',
    };
    expect((await see('test/environment', { environment })).env).toMatchObject(environment);
  });

  it('PORT of the first mapping, which wins over every other PORT, PORT_<n> of each, IMAGE and IMAGE_TAG', async () => {
    const { env } = await see('test/environment:1.2.0', {
      environment: { PORT: '8080' },
      ports: [
        { containerPort: 8080, hostPort: 0, protocol: 'tcp' },
        { containerPort: 9090, hostPort: 0, protocol: 'udp' },
      ],
    });
    expect(env['PORT']).toMatch(/^\d+$/);
    expect(env['PORT']).not.toBe('8080');
    expect(env['PORT_8080']).toBe(env['PORT']);
    expect(env['PORT_9090']).toMatch(/^\d+$/);
    expect(env).toMatchObject({ IMAGE: 'test/environment:1.2.0', IMAGE_TAG: '1.2.0' });
  });

  it('without a mapping the PORT of container or image', async () => {
    expect((await see('test/environment')).env['PORT']).toBe('1');
    expect((await see('test/environment', { environment: { PORT: '7' } })).env['PORT']).toBe('7');
  });

  it('no input, and the folder of the images file', async () => {
    expect((await see('test/environment')).cwd).toBe(PROGRAMS);
    expect(
      (
        await see('test/environment', {
          command: ['/bin/sh', '-c', 'cat && exec node print-environment.js'],
        })
      ).cwd,
    ).toBe(PROGRAMS);
  });

  it("the entry of the image's very tag, with its own folder", async () => {
    expect(await see('test/environment:2.0.0')).toMatchObject({
      cwd: join(PROGRAMS, '..'),
      args: [],
    });
  });

  it('the workingDirectory of the container, relative to the image', async () => {
    const { cwd } = await see('test/environment', {
      workingDirectory: '..',
      command: ['node', 'programs/print-environment.js'],
    });
    expect(cwd).toBe(join(PROGRAMS, '..'));
  });
});

describe('the command line', () => {
  it("is the image's when the container has none", async () => {
    expect((await see('test/environment')).args).toEqual(['from', 'image']);
  });

  it("is the container's command when it has one", async () => {
    const { args } = await see('test/environment', {
      command: ['node', 'print-environment.js', 'mine', 'a b', ''],
    });
    expect(args).toEqual(['mine', 'a b', '']);
  });

  it("is entryPoint and command when there is an entryPoint; the image's command is dropped", async () => {
    expect(
      (await see('test/environment', { entryPoint: ['node', 'print-environment.js'] })).args,
    ).toEqual([]);
    const { args } = await see('test/environment', {
      entryPoint: ['node', 'print-environment.js', 'x'],
      command: ['y'],
    });
    expect(args).toEqual(['x', 'y']);
  });
});

describe('what cannot be started', () => {
  it.each([
    [
      'test/missing',
      /^CannotStartContainerError: exec: "no-such-program-here": executable file not found in \$PATH/,
    ],
    ['test/folder', /^CannotStartContainerError: exec: ".*programs": is a folder/],
    [
      'test/no-file',
      /^CannotStartContainerError: exec: ".*no-file": stat .*no-file: no such file or directory$/,
    ],
    [
      'test/not-executable',
      /^CannotStartContainerError: exec: ".*serve.js": permission denied; .*chmod \+x/,
    ],
    [
      'test/no-folder',
      /^CannotStartContainerError: the working directory .*no-such-folder is not a folder; .* images file/,
    ],
    [
      'test/bad-interpreter',
      /^CannotStartContainerError: exec: ".*bad-interpreter": its interpreter \/no\/such\/interpreter does not exist/,
    ],
  ])('%s says why, and leaves no folder, no process and no port', async (image, message) => {
    const folder = await stateFolder();
    const { runtime, exits } = runtimeOn(folder);
    const failure: unknown = await runtime
      .start(container('a', image, { ports: ONE_PORT }))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ContainerError);
    expect(failure).toMatchObject({ errorClass: 'CannotStartContainerError', permanent: false });
    expect((failure as ContainerError).message).toMatch(message);
    expect(await readdir(join(folder, 'containers'))).toEqual([]);
    expect(await processesOf(folder)).toEqual([]);
    expect(exits.size).toBe(0);
  });

  it('a container with a secret, unless the images file gives its variable a value', async () => {
    const secret = (name: string) => [{ name, valueFrom: 'arn:aws:ssm:eu-west-1:1:parameter/x' }];
    const { runtime } = runtimeOn(await stateFolder());
    await expect(
      runtime.start(container('a', 'test/environment', { secrets: secret('TOKEN') })),
    ).rejects.toThrow(
      "ResourceInitializationError: unable to pull secrets: secret 'TOKEN' of container 'app' " +
        '(arn:aws:ssm:eu-west-1:1:parameter/x) cannot be resolved on this machine; give TOKEN a value in the ' +
        "'environment' of the image test/environment in the images file",
    );
    const { env } = await see('test/environment', { secrets: secret('GREETING') });
    expect(env['GREETING']).toBe('hello');
  });

  it('a working directory that only the container image has', async () => {
    const { runtime } = runtimeOn(await stateFolder());
    await expect(
      runtime.start(container('a', 'test/serve', { workingDirectory: '/usr/src/no-such-app' })),
    ).rejects.toThrow(
      "the working directory /usr/src/no-such-app is not a folder; it is the container definition's workingDirectory",
    );
  });

  it('an argument that no process can get', async () => {
    const folder = await stateFolder();
    const { runtime } = runtimeOn(folder);
    for (const argument of ['nul\0', 'x'.repeat(4 * 2 ** 20)])
      await expect(
        runtime.start(container('a', 'test/serve', { command: ['node', argument] })),
      ).rejects.toThrow(/^CannotStartContainerError: the container could not be started: /);
    expect(await readdir(join(folder, 'containers'))).toEqual([]);
  });

  it('a host port that is taken: names the port and who holds it, and starts nothing', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    const folder = await stateFolder();
    const { runtime } = runtimeOn(folder);
    const start = runtime.start(
      container('a', 'test/serve', {
        ports: [{ containerPort: 80, hostPort: port, protocol: 'tcp' }],
      }),
    );
    const who = process.platform === 'linux' ? ` by .* \\(pid ${process.pid}\\)` : '';
    await expect(start).rejects.toThrow(
      new RegExp(`^CannotStartContainerError: host port ${port}/tcp is already in use${who};`),
    );
    expect(await readdir(join(folder, 'containers'))).toEqual([]);
  });
});

describe('pull', () => {
  it("gives a digest that changes with what the image stands for, and the image's health check", async () => {
    const { runtime } = runtimeOn(await stateFolder());
    const one = await runtime.pull('test/environment:1.0.0');
    expect(one).toEqual({ digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string });
    expect(await runtime.pull('test/environment:1.0.0')).toEqual(one);
    expect((await runtime.pull('test/environment:2.0.0')).digest).not.toBe(one.digest);
    expect((await runtime.pull('test/serve:1.0.0')).digest).not.toBe(one.digest);
  });

  it('rejects for an image that the file does not name', async () => {
    const { runtime } = runtimeOn(await stateFolder());
    await expect(runtime.pull('my-repo/x:1')).rejects.toMatchObject({
      errorClass: 'CannotPullContainerError',
      permanent: true,
    });
  });
});
