/** Writes a record to a file, line by line, so that a client killed at any moment leaves whole lines behind. */
import { closeSync, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, systemCode } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import type { RolloutEntry } from './entries.ts';

/** An open record. */
export interface RecordWriter {
  readonly path: string;
  /** A sink: appends one line. After a failed write it does nothing more. */
  readonly write: (entry: RolloutEntry) => void;
  /** Removes a file that nothing was written to: a command that found no service has no record. */
  close(): void;
  /** True when nothing was written. */
  isEmpty(): boolean;
  /** Why the record is missing or incomplete; undefined while all is well. */
  problem(): string | undefined;
}

/**
 * Opens (and empties) the file, making its folder where needed. It never throws: a record that cannot be written does not
 * stop a rollout, `problem` says what is wrong and `onProblem` hears it once.
 */
export function openRecordWriter(
  path: string,
  onProblem: (problem: string) => void = () => undefined,
): RecordWriter {
  let problem: string | undefined;
  let file: number | undefined;
  let length = 0;
  const fail = (doing: string, error: unknown): void => {
    problem = `the record ${path} ${doing}: ${explain(error)}`;
    onProblem(problem);
  };
  try {
    makeFolder(dirname(path));
    file = openSync(path, 'w');
  } catch (error) {
    fail('cannot be written', error);
  }

  const close = (): void => {
    if (file === undefined) return;
    const open = file;
    file = undefined;
    // Whoever names a device or a pipe wants to keep it.
    const isLeftover = length === 0 && fstatSync(open).isFile();
    closeSync(open);
    if (isLeftover) rmSync(path, { force: true });
  };
  return {
    path,
    isEmpty: () => length === 0,
    problem: () => problem,
    close,
    write(entry) {
      if (file === undefined) return;
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      try {
        writeAll(file, line);
        length += line.length;
      } catch (error) {
        // A full disk may have taken half a line: what was whole before stays readable.
        try {
          ftruncateSync(file, length);
        } catch {
          // The reader tolerates a cut last line; the first error is the one to tell.
        }
        close();
        fail('is incomplete', error);
      }
    },
  };
}

function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

const EXPLANATIONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full; free some space'],
  ['EACCES', 'no permission to write there; choose another path'],
  ['EPERM', 'no permission to write there; choose another path'],
  ['EROFS', 'the file system is read-only; choose another path'],
  ['EISDIR', 'this is a folder; name a file'],
  ['ENOENT', 'nothing can be made there; choose another path'],
  ['ENOTDIR', 'a part of its path is a file, not a folder; choose another path'],
  ['EEXIST', 'a part of its path is a file, not a folder; choose another path'],
]);

function explain(error: unknown): string {
  return EXPLANATIONS.get(systemCode(error) ?? '') ?? messageOf(error);
}
