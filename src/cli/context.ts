/** What a command gets besides its options: the outside world, so that tests can give it another. */
import type { CommandContext } from '@stricli/core';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';

/** Something that lines are written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The world of a command. */
export interface CliContext extends CommandContext {
  readonly process: CommandContext['process'] & {
    readonly stdout: Output;
    readonly stderr: Output;
    exitCode?: number | string | null | undefined;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  /** From the call on, Ctrl-C and SIGTERM abort it instead of ending the process. */
  readonly interruption: () => AbortSignal;
  /** The same for so many signals in a row, one after the other; the next one ends the process. */
  readonly interruptions: (count: number) => readonly AbortSignal[];
}

/** Writes a result: standard output is for results, progress goes to standard error. */
export function printResult(context: CliContext, text: string): void {
  context.process.stdout.write(`${text}\n`);
}

/** Writes progress. */
export function printProgress(context: CliContext, text: string): void {
  context.process.stderr.write(`${text}\n`);
}
