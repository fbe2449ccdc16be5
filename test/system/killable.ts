/** Starts a local ECS as a child process, which can be killed and started again on the same state folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalEcs } from '../../src/local/index.ts';
import { clientsOf, type Clients, type Folders } from './world.ts';

const SCRIPT = fileURLToPath(new URL('control-plane.ts', import.meta.url));
/** A control plane in a process of its own. */
export interface ControlPlaneProcess extends Clients {
  readonly pid: number;
  readonly url: string;
  /** Sends the signal and waits for the end; gives the exit code, null after a signal that ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** @throws Error with what the process said when it does not come up */
export async function startControlPlane(
  folders: Pick<Folders, 'images' | 'state'>,
  options: {
    /** A command that runs the one that follows it. */
    readonly wrapper?: readonly string[];
    readonly timeScale?: number;
  } = {},
): Promise<ControlPlaneProcess> {
  const { wrapper = [], timeScale = 1 } = options;
  const [program, ...args] = [...wrapper, process.execPath, SCRIPT];
  const child = spawn(program, [...args, folders.images, folders.state, String(timeScale)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const facts = await firstLine(child, exited);
  const clients = clientsOf(facts);
  return {
    ...clients,
    pid: child.pid ?? 0,
    url: facts.url,
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      clients.ecs.destroy();
      clients.elbv2.destroy();
      return code;
    },
  };
}

type Facts = Pick<LocalEcs, 'url' | 'region' | 'credentials'>;

async function firstLine(child: ChildProcess, exited: Promise<unknown>): Promise<Facts> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the child has no output');
  let complaint = '';
  stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const line = once(createInterface(stdout), 'line') as Promise<[string]>;
  const first = await Promise.race([line, exited.then(() => undefined)]);
  if (first === undefined) throw new Error(`the control plane did not start: ${complaint}`);
  return JSON.parse(first[0]) as Facts;
}
