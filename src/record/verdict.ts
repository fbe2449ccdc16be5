/** How a rollout can end, and the exit code that says so (docs/reference/exit-codes.md). */

/**
 * Exactly one of these ends a rollout. `started` is what `--no-wait` answers: the rollout was begun and its end was not
 * awaited; `reached` what `wait --until` does. `impossible` means that no rollout was begun.
 */
export const VERDICTS = [
  'succeeded',
  'no-change',
  'started',
  'reached',
  'error',
  'impossible',
  'rolled-back',
  'failed',
  'stopped',
  'timed-out',
  'superseded',
  'paused',
  'interrupted',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The signals that interrupt a client, with the exit codes that shells give them. */
const SIGNAL_EXIT_CODES: Readonly<Record<InterruptSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

export type InterruptSignal = 'SIGINT' | 'SIGTERM';

const EXIT_CODES: Readonly<Record<Exclude<Verdict, 'interrupted'>, number>> = {
  succeeded: 0,
  'no-change': 0,
  started: 0,
  reached: 0,
  error: 1,
  impossible: 2,
  'rolled-back': 3,
  failed: 4,
  stopped: 4,
  'timed-out': 5,
  superseded: 6,
  paused: 7,
};

/** The process's exit code for a verdict; `signal` matters for `interrupted` alone. */
export function exitCodeOf(verdict: Verdict, signal: InterruptSignal = 'SIGINT'): number {
  return verdict === 'interrupted' ? SIGNAL_EXIT_CODES[signal] : EXIT_CODES[verdict];
}
