/** Programs on the machine that runs Fairlead, as a hook starts them: a dependency, so that tests need none. */

/** How a program ended. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly why: string };

/** A program that was started, with everything that it starts in turn. */
export interface Program {
  readonly ended: Promise<ProgramEnd>;
  /** Nobody holds its output open any more: what it left in the background may do so for long. */
  readonly silent: Promise<void>;
  /** To the whole process group. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Listens to it no longer. */
  release(): void;
}

/** Starts programs. */
export interface Programs {
  /**
   * Without a shell, and without standard input.
   * @param command the program and its arguments
   * @param environment beside what Fairlead itself was given
   * @param onLine hears each line of standard output and standard error
   */
  start(
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): Program;
}
