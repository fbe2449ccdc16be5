/** What a hook writes, as events of the record: all of a little, the beginning and the end of much. */
import type { Session } from '../session/session.ts';

/** So many lines are told as they come. */
const TOLD = 500;
/** So many are kept for the cause of a failure. */
const KEPT = 20;
const LONGEST_LINE = 500;
/** Of the name in front of each line, which may be a line for the shell. */
const LONGEST_NAME = 24;

/** The output of one hook. */
export class HookOutput {
  readonly #session: Pick<Session, 'say'>;
  readonly #name: string;
  readonly #last: string[] = [];
  #lines = 0;

  constructor(session: Pick<Session, 'say'>, name: string) {
    this.#session = session;
    this.#name = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  }

  add(lines: readonly string[]): void {
    const cut = lines.map((line) => line.slice(0, LONGEST_LINE));
    const told = cut.slice(0, Math.max(0, TOLD - this.#lines));
    this.#lines += cut.length;
    this.#last.push(...cut.filter((line) => line.trim() !== ''));
    if (this.#last.length > KEPT) this.#last.splice(0, this.#last.length - KEPT);
    for (const line of told) this.#say(line);
    if (told.length < cut.length && this.#lines - cut.length <= TOLD) {
      this.#say(`… ${TOLD} lines are enough here`);
    }
  }

  /** The end of it, for the cause; empty when nothing was written. */
  tail(): readonly string[] {
    return this.#last.length === 0
      ? []
      : [`last lines of its output:`, ...this.#last.map((line) => `    ${line}`)];
  }

  #say(line: string): void {
    this.#session.say('info', 'hook-output', `${this.#name}: ${line}`);
  }
}
