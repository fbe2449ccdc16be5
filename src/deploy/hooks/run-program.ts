/** Runs a program of a hook to its end, which comes from itself, from the timeout or from an interruption. */
import type { Clock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import type { InterruptSignal } from '../../record/verdict.ts';
import { interruptedBy } from '../session/interruption.ts';
import type { Session } from '../session/session.ts';
import type { Program, ProgramEnd, Programs } from '../session/programs.ts';

export type ProgramOutcome =
  | ProgramEnd
  | { readonly kind: 'timed-out'; readonly why: string }
  | { readonly kind: 'interrupted'; readonly by: InterruptSignal; readonly why: string };

/** From SIGTERM to SIGKILL. */
const STOP_GRACE_MS = 10_000;
/** For output that is still on its way when the program has ended. */
const LAST_OUTPUT_MS = 1000;

/**
 * Starts it and waits. After an interruption the session is released: a second one kills the program at once.
 * @param timeoutMs milliseconds until it is told to stop
 */
export async function runProgram(
  session: Session,
  programs: Programs,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
  onLine: (line: string) => void,
): Promise<ProgramOutcome> {
  const { clock } = session.dependencies;
  const program = programs.start(command, environment, onLine);
  try {
    const end = await within(program.ended, clock, timeoutMs, session.signal());
    if (typeof end === 'object') {
      await within(program.silent, clock, LAST_OUTPUT_MS, session.signal());
      return end;
    }
    if (end === 'late') {
      const how = await stop(program, session);
      return { kind: 'timed-out', why: `still running after ${formatDuration(timeoutMs)}; ${how}` };
    }
    const signal = session.signal();
    const by = signal === undefined ? 'SIGINT' : interruptedBy(signal);
    session.release();
    return {
      kind: 'interrupted',
      by,
      why: `interrupted by ${by}; ${await stop(program, session)}`,
    };
  } finally {
    program.release();
  }
}

/** Says what it took. */
async function stop(program: Program, session: Session): Promise<string> {
  const { clock } = session.dependencies;
  program.signal('SIGTERM');
  const end = await within(program.ended, clock, STOP_GRACE_MS, session.signal());
  if (typeof end === 'object') return 'stopped by SIGTERM';
  program.signal('SIGKILL');
  await within(program.ended, clock, LAST_OUTPUT_MS, undefined);
  return 'killed';
}

/** What the promise brings, or `late` when the time passes first, or `aborted`. */
function within<T>(
  promise: Promise<T>,
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<T | 'late' | 'aborted'> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      done();
      resolve('aborted');
    };
    const timer = clock.setTimer(ms, () => {
      done();
      resolve('late');
    });
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
