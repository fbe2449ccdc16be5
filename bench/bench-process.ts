/** A server that a bench measures, in a process of its own: it says where it listens, and what it has used when asked. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a process can be asked for. */
interface Answers {
  /** User and system time of all its threads so far, in microseconds. */
  readonly cpuMicros: number;
  /** What is alive after a collection, in and outside of the JavaScript heap, in bytes. */
  readonly heapBytes: number;
}

/** The side of the bench. */
export class BenchProcess<Facts> {
  readonly facts: Facts;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, facts: Facts) {
    this.#child = child;
    this.facts = facts;
  }

  /** Starts a module of this folder and waits until it has called `serveBench`. */
  static async start<Facts>(module: string, args: readonly string[] = []) {
    const path = fileURLToPath(new URL(module, import.meta.url));
    const child = fork(path, args, { execArgv: ['--expose-gc'] });
    return new BenchProcess<Facts>(child, (await answerOf(child)) as Facts);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the process did not start');
    return pid;
  }

  async get(what: keyof Answers): Promise<number> {
    this.#child.send(what);
    return (await answerOf(this.#child)) as number;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.send('stop');
    await exit;
  }
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${String(code)}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer);
    });
  });
}

/** The side of the server: tells the facts, then answers until it is told to stop. */
export function serveBench(facts: object, stop: () => Promise<void> | void): void {
  process.on('message', (message) => {
    if (message === 'cpuMicros') process.send?.(cpuMicros());
    else if (message === 'heapBytes') process.send?.(heapBytes());
    else void endWith(stop);
  });
  // The bench is gone: nobody will ask any more.
  process.on('disconnect', () => void endWith(stop));
  process.send?.(facts);
}

async function endWith(stop: () => Promise<void> | void): Promise<void> {
  await stop();
  process.exit(0);
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
