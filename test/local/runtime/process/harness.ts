/** A process runtime on a state folder of its own, and what its tests wait for. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { ImagesFile } from '../../../../src/local/runtime/images.ts';
import { ProcessRuntime } from '../../../../src/local/runtime/process/process-runtime.ts';
import { systemProcessTable } from '../../../../src/local/runtime/process/system-process-table.ts';
import type { ContainerExit, ContainerSpec } from '../../../../src/local/runtime/runtime.ts';

export const PROGRAMS = join(import.meta.dirname, '../../../fixtures/programs');
export const IMAGES = join(PROGRAMS, 'images.yaml');

export const table = systemProcessTable(process.platform);

/** A state folder that is removed after the test. */
export async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-runtime-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A runtime, and the exits that it told. It is stopped after the test. */
export interface Harness {
  readonly runtime: ProcessRuntime;
  readonly exits: Map<string, ContainerExit>;
  /** Resolves with the container's exit. */
  readonly exitOf: (id: string) => Promise<ContainerExit>;
}

/** A runtime on the folder; `environment` is what the control plane has. */
export function runtimeOn(
  stateDir: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Harness {
  const runtime = new ProcessRuntime({
    stateDir,
    images: new ImagesFile(IMAGES, {}),
    clock: systemClock,
    random: seededRandom(process.pid),
    hostEnvironment: environment,
  });
  const exits = new Map<string, ContainerExit>();
  runtime.onExit((id, exit) => {
    if (exits.has(id)) throw new Error(`${id} was told to have ended twice`);
    exits.set(id, exit);
  });
  onTestFinished(() => runtime.close({ kind: 'stop', graceMs: 0 }));
  return {
    runtime,
    exits,
    exitOf: async (id) => {
      await until(() => exits.has(id));
      return exits.get(id) ?? { kind: 'lost' };
    },
  };
}

/** A container of the image; everything else as little as possible. */
export function container(
  id: string,
  image: string,
  more: Partial<ContainerSpec> = {},
): ContainerSpec {
  return {
    id,
    taskArn: 'arn:aws:ecs:eu-west-1:000000000000:task/test/0123456789',
    name: 'app',
    image,
    environment: {},
    ports: [],
    ...more,
  };
}

/** One TCP port, any host port. */
export const ONE_PORT = [{ containerPort: 80, hostPort: 0, protocol: 'tcp' }] as const;

/** Waits for a condition; the test's own time limit is the only one. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await systemClock.sleep(10);
}

/** Waits until the container has written the text. */
export async function output(runtime: ProcessRuntime, id: string, text: string): Promise<string> {
  let written = '';
  await until(async () => (written = await runtime.logs(id, 100_000)).includes(text));
  return written;
}

/** True while a process with this pid runs; one that nobody has reaped does not. */
export async function runs(pid: number): Promise<boolean> {
  return (await table.startTime(pid)) !== undefined;
}

/** What `serve.js` answers on the port; undefined while it does not listen. */
export async function pidServing(port: number): Promise<number | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const body = (await response.json()) as { readonly pid: number };
    return body.pid;
  } catch {
    return undefined;
  }
}

/** Waits until the program listens. */
export async function serving(port: number): Promise<number> {
  let pid: number | undefined;
  await until(async () => (pid = await pidServing(port)) !== undefined);
  return pid ?? 0;
}

/** The processes of this machine that belong to a state folder. */
export async function processesOf(stateDir: string): Promise<readonly number[]> {
  const listed = await table.list(join(stateDir, 'containers'));
  return listed.filter(({ containerId }) => containerId !== undefined).map(({ pid }) => pid);
}

/** The keeper's and the program's pid, as a container's folder has them. */
export function pidsOf(stateDir: string, id: string): { keeper: number; program: number } {
  const text = readFileSync(join(stateDir, 'containers', id, 'started'), 'utf8');
  const pid = (who: string): number => Number(new RegExp(`^${who} (\\d+)`, 'm').exec(text)?.[1]);
  return { keeper: pid('keeper'), program: pid('program') };
}
