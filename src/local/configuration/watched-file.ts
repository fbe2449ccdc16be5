/** A configuration file that is read again when it has changed. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, systemCode, UserError } from '../../base/errors.ts';

/** What the file is. */
export interface WatchedFileOptions<T> {
  /** Its path. */
  readonly file: string;
  /** What messages call it, such as `images file`. */
  readonly what: string;
  /** The code of the UserError when it cannot be read. */
  readonly unreadableCode: string;
  /** What to give instead of a file that cannot be read. */
  readonly hint: string;
  /**
   * Reads its text.
   * @throws UserError when it is wrong
   */
  readonly parse: (text: string, file: string) => T;
}

/** A file on disk. */
export class WatchedFile<T> {
  /** Its absolute path. */
  readonly path: string;
  readonly #options: WatchedFileOptions<T>;
  /** What the last good text said. */
  #content: T;
  /** Identifies the text that was last looked at. */
  #fingerprint: string;
  /** Why the present text cannot be used. */
  #broken: UserError | undefined;

  /**
   * Reads the file.
   * @throws UserError when it cannot be read or is wrong
   */
  constructor(options: WatchedFileOptions<T>) {
    this.path = resolve(options.file);
    this.#options = options;
    this.#fingerprint = this.#look();
    this.#content = this.#read();
  }

  /**
   * What the file says now.
   * @throws UserError when it cannot be read or is wrong; works again when it was mended
   */
  content(): T {
    this.#refresh();
    if (this.#broken !== undefined) throw this.#broken;
    return this.#content;
  }

  #refresh(): void {
    try {
      const now = this.#look();
      if (now === this.#fingerprint) return;
      this.#fingerprint = now;
      this.#content = this.#read();
      this.#broken = undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.code === this.#options.unreadableCode) this.#fingerprint = 'unreadable';
      this.#broken = error;
    }
  }

  /** Changes whenever the text may have: an editor's save gives a new time, size or inode. */
  #look(): string {
    try {
      const { mtimeNs, ctimeNs, size, ino } = statSync(this.path, { bigint: true });
      return [mtimeNs, ctimeNs, size, ino].join('/');
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  #read(): T {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      throw this.#unreadable(error);
    }
    return this.#options.parse(text, this.path);
  }

  #unreadable(error: unknown): UserError {
    const { what, unreadableCode, hint } = this.#options;
    const problem =
      systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${messageOf(error)}`;
    return new UserError(unreadableCode, `the ${what} ${this.path} ${problem}`, {
      ...{ hint, exitCode: 2, cause: error },
    });
  }
}
