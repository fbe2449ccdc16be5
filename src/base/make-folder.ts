/** Folders with their parents, without the trap in Node's own way. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Makes a folder and the parents that are missing; one that exists is left as it is. Node's `recursive` option never returns
 * where a parent exists and yet ENOENT is the answer: below /proc, or in a folder that was deleted while one stands in it.
 * @param mode permissions of every folder that is made; by default those that the process's mask leaves
 * @throws the system's error: EACCES, ENOTDIR, ENOENT, EEXIST where a file stands, …
 */
export function makeFolder(path: string, mode = 0o777): void {
  const error = tryMaking(path, mode);
  if (error === undefined) return;
  const parent = dirname(path);
  if (systemCode(error) !== 'ENOENT' || parent === path) throw error;
  makeFolder(parent, mode);
  // A second ENOENT, although the parent is there now, is final.
  const again = tryMaking(path, mode);
  if (again !== undefined) throw again;
}

/** Undefined when the folder is there now, whoever made it. */
function tryMaking(path: string, mode: number): Error | undefined {
  try {
    mkdirSync(path, { mode });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return systemCode(error) === 'EEXIST' && statSync(path).isDirectory() ? undefined : error;
  }
}
