import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/base/random.ts';
import { VirtualClock } from '../../../../src/base/virtual-clock.ts';
import type { ContainerExit, ContainerSpec } from '../../../../src/local/runtime/runtime.ts';
import type { SimulationModels } from '../../../../src/local/runtime/simulated/simulation-model.ts';
import { SimulatedRuntime } from '../../../../src/local/runtime/simulated/simulated-runtime.ts';

function container(id: string, image = 'app:1'): ContainerSpec {
  return {
    id,
    taskArn: 'arn:aws:ecs:eu-west-1:000000000000:task/test/0123',
    name: 'app',
    image,
    environment: {},
    ports: [{ containerPort: 80, hostPort: 0, protocol: 'tcp' }],
  };
}

interface Simulation {
  readonly clock: VirtualClock;
  readonly runtime: SimulatedRuntime;
  /** `id@ms: exit code`, in order. */
  readonly exits: string[];
  /** Lets virtual time pass until the promise has settled. */
  readonly during: <T>(promise: Promise<T>) => Promise<T>;
}

function simulation(models: SimulationModels = {}, seed = 1): Simulation {
  const clock = new VirtualClock(0);
  const runtime = new SimulatedRuntime({ clock, random: seededRandom(seed), models });
  const exits: string[] = [];
  const describeExit = (exit: ContainerExit): string =>
    exit.kind === 'lost' ? 'lost' : String(exit.exitCode);
  runtime.onExit((id, exit) => exits.push(`${id}@${clock.now()}: ${describeExit(exit)}`));
  return {
    clock,
    runtime,
    exits,
    async during(promise) {
      let settled = false;
      const settle = (): void => void (settled = true);
      promise.then(settle, settle);
      await clock.runUntil(() => settled, 3_600_000);
      return promise;
    },
  };
}

describe('the simulated runtime', () => {
  it('pulls, starts and becomes healthy in the times of the model', async () => {
    const { clock, runtime, during } = simulation({
      '*': { pullMs: 200, startMs: 300, healthyAfterMs: 1000 },
    });
    const pulled = await during(runtime.pull('app:1'));
    expect(pulled.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(clock.now()).toBe(200);
    await during(runtime.start(container('a')));
    expect(clock.now()).toBe(500);
    await clock.advance(999);
    expect(await runtime.checkHealth('a')).toBe('unhealthy');
    await clock.advance(1);
    expect(await runtime.checkHealth('a')).toBe('healthy');
  });

  it('has the model of the tag, else of the repository, else of all', async () => {
    const { runtime, during } = simulation({
      'app:2': { output: 'tag' },
      app: { output: 'repository' },
      '*': { output: 'all' },
    });
    for (const image of ['app:2', 'app:1', 'app', 'x/app:2'])
      await during(runtime.start(container(image.replace(/\W/g, '-'), image)));
    const outputs = ['app-2', 'app-1', 'app', 'x-app-2'].map((id) => runtime.logs(id, 100));
    expect(await Promise.all(outputs)).toEqual(['tag', 'repository', 'repository', 'all']);
  });

  it('every container has an address of its own', async () => {
    const { runtime, during } = simulation();
    const started = await during(
      Promise.all(Array.from({ length: 300 }, (_, index) => runtime.start(container(`c${index}`)))),
    );
    const addresses = started.map(
      ({ ports: [port] }) => `${port?.host ?? ''}:${port?.hostPort ?? ''}`,
    );
    expect(new Set(addresses).size).toBe(300);
    expect(addresses[0]).toBe('127.1.0.0:80');
    expect(addresses[257]).toBe('127.1.1.1:80');
  });

  it('never becomes healthy when the model says so', async () => {
    const { clock, runtime, during } = simulation({ '*': { healthyAfterMs: 'never' } });
    await during(runtime.start(container('a')));
    await clock.advance(10 ** 9);
    expect(await runtime.checkHealth('a')).toBe('unhealthy');
  });

  it('ends by itself after its time, with its code, and is then unhealthy', async () => {
    const { clock, runtime, during, exits } = simulation({
      '*': { startMs: 0, healthyAfterMs: 0, exit: { afterMs: 700, exitCode: 3 } },
    });
    await during(runtime.start(container('a')));
    expect(await runtime.checkHealth('a')).toBe('healthy');
    await clock.advance(700);
    expect(exits).toEqual(['a@700: 3']);
    expect(await runtime.checkHealth('a')).toBe('unhealthy');
    await runtime.signal('a', 'SIGKILL');
    await clock.advance(1000);
    expect(exits).toHaveLength(1);
  });

  it('stops a while after the first SIGTERM', async () => {
    const { clock, runtime, during, exits } = simulation({
      '*': { startMs: 0, stopMs: 100, exitCodeOnSigterm: 143 },
    });
    await during(runtime.start(container('a')));
    await runtime.signal('a', 'SIGTERM');
    await clock.advance(60);
    await runtime.signal('a', 'SIGTERM');
    await clock.advance(60);
    expect(exits).toEqual(['a@100: 143']);
  });

  it('ignores SIGTERM when the model does, never SIGKILL: 137', async () => {
    const { clock, runtime, during, exits } = simulation({
      '*': { startMs: 0, ignoresSigterm: true },
    });
    await during(runtime.start(container('a')));
    await runtime.signal('a', 'SIGTERM');
    await clock.advance(60_000);
    expect(exits).toEqual([]);
    await runtime.signal('a', 'SIGKILL');
    await clock.advance(0);
    expect(exits).toEqual(['a@60000: 137']);
  });

  it('a signal to a container that is starting takes effect when it runs', async () => {
    const { clock, runtime, during, exits } = simulation({ '*': { startMs: 500, stopMs: 100 } });
    const start = runtime.start(container('a'));
    const signalled = runtime.signal('a', 'SIGTERM');
    await during(Promise.all([start, signalled]));
    await clock.advance(100);
    expect(exits).toEqual(['a@600: 0']);
  });

  it('fails to pull and to start by schedule, for good only when it always fails', async () => {
    const { runtime, during } = simulation({
      app: { failToPull: [true, false, true], failToStart: [false, true] },
      gone: { failToPull: true },
    });
    const pull = (image: string): Promise<unknown> =>
      during(runtime.pull(image).catch((error: unknown) => error));
    expect(await pull('app:1')).toMatchObject({
      errorClass: 'CannotPullContainerError',
      permanent: false,
    });
    expect(await pull('app:1')).toHaveProperty('digest');
    expect(await pull('app:1')).toMatchObject({ errorClass: 'CannotPullContainerError' });
    expect(await pull('app:1')).toHaveProperty('digest');
    expect(await pull('gone')).toMatchObject({ permanent: true });
    const start = (id: string): Promise<unknown> =>
      during(runtime.start(container(id)).catch((error: unknown) => error));
    expect(await start('a')).toHaveProperty('ports');
    expect(await start('b')).toMatchObject({ errorClass: 'CannotStartContainerError' });
    expect(await start('c')).toHaveProperty('ports');
    expect((await runtime.adopt(['b'])).get('b')).toMatchObject({ kind: 'ended' });
  });

  it('two runs with one seed are the same, with another they differ', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const { clock, runtime, during, exits } = simulation(
        { '*': { startMs: [10, 500], exit: { afterMs: [100, 9000], exitCode: 1, chance: 0.5 } } },
        seed,
      );
      await during(
        Promise.all(
          Array.from({ length: 50 }, (_, index) => runtime.start(container(`c${index}`))),
        ),
      );
      await clock.advance(10_000);
      return exits;
    };
    const first = await run(1);
    expect(first.length).toBeGreaterThan(10);
    expect(first.length).toBeLessThan(40);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  it('holds no timer for a container at rest', async () => {
    const { clock, runtime, during } = simulation();
    await during(
      Promise.all(
        Array.from({ length: 1000 }, (_, index) => runtime.start(container(`c${index}`))),
      ),
    );
    await expect(clock.runUntil(() => false, 10 ** 12)).rejects.toThrow('no timer is left');
  });

  it('close ends all: by SIGTERM, and what ignores it by SIGKILL after the grace', async () => {
    const { clock, runtime, during, exits } = simulation({
      stubborn: { startMs: 0, ignoresSigterm: true },
      app: { startMs: 0, stopMs: 100 },
    });
    await during(
      Promise.all([runtime.start(container('a')), runtime.start(container('b', 'stubborn'))]),
    );
    await during(runtime.close({ kind: 'stop', graceMs: 1000 }));
    expect(clock.now()).toBe(1000);
    expect(exits).toEqual(['a@100: 0', 'b@1000: 137']);
    await expect(runtime.start(container('c'))).rejects.toThrow('is stopping');
  });

  it('close does not wait for the grace when all have ended', async () => {
    const { clock, runtime, during } = simulation({ '*': { startMs: 0, stopMs: 100 } });
    await during(runtime.start(container('a')));
    await during(runtime.close({ kind: 'stop', graceMs: 1000 }));
    expect(clock.now()).toBe(100);
    await expect(clock.runUntil(() => false, 10 ** 9)).rejects.toThrow('no timer is left');
  });

  it('uses what the model says while it runs; of a model that says nothing, nothing is known', async () => {
    const models = { app: { startMs: 0, cpuUnits: 512, memoryMiB: 64, stopMs: 0 }, other: {} };
    const { clock, runtime, during } = simulation(models);
    await during(runtime.start(container('a', 'app:1')));
    await during(runtime.start(container('b', 'other:1')));
    await clock.advance(10_000);
    const usage = await runtime.usage();
    expect([...usage.keys()]).toEqual(['a']);
    expect(usage.get('a')).toMatchObject({ memoryBytes: 64 * 2 ** 20 });
    expect(usage.get('a')?.cpuMs).toBe((usage.get('a')?.elapsedMs ?? 0) / 2);
    await runtime.signal('a', 'SIGTERM');
    await clock.advance(1);
    expect((await runtime.usage()).size).toBe(0);
  });

  it('knows its own containers when asked to adopt; those of another process are lost', async () => {
    const { clock, runtime, during } = simulation({ '*': { startMs: 0, stopMs: 0 } });
    const { ports } = await during(runtime.start(container('a')));
    await during(runtime.start(container('b')));
    await runtime.signal('b', 'SIGTERM');
    await clock.advance(0);
    expect(await runtime.adopt(['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', { kind: 'running', ports }],
        ['b', { kind: 'ended', exit: { kind: 'exited', exitCode: 0, outOfMemory: false } }],
        ['c', { kind: 'ended', exit: { kind: 'lost' } }],
      ]),
    );
    await expect(runtime.remove('a')).rejects.toThrow('still runs');
    await runtime.remove('b');
    expect((await runtime.adopt(['b'])).get('b')).toEqual({
      kind: 'ended',
      exit: { kind: 'lost' },
    });
  });

  it.each([
    [{ app: { pullms: 1 } }, 'pullms'],
    [{ app: { startMs: -1 } }, 'must be milliseconds, or [least, most]'],
    [{ app: { startMs: [5, 1] } }, 'must be milliseconds, or [least, most]'],
    [{ app: { failToStart: 1.5 } }, 'a probability from 0 to 1'],
    [{ app: { exit: { afterMs: 1, exitCode: 256 } } }, 'must be an exit code from 0 to 255'],
    [[], 'record'],
  ])('refuses the models %j', (models, message) => {
    const make = (): unknown =>
      new SimulatedRuntime({
        clock: new VirtualClock(),
        random: seededRandom(1),
        models: models as SimulationModels,
      });
    expect(make).toThrow(message);
  });
});
