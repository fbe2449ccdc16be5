/** Where the record of a rollout goes when nobody named a file. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../base/clock.ts';
import { lastPart } from '../base/arn.ts';
import { makeFolder } from '../base/make-folder.ts';

const FOLDER = '.fairlead';

/**
 * Where a record goes in the present folder; its folder is made and kept out of repositories. One that cannot be made is said
 * by the record's writer, which tries it next.
 */
export function defaultRecordFile(service: string, now: number): string {
  try {
    makeFolder(FOLDER, 0o700);
    const ignore = join(FOLDER, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  } catch {
    // The writer meets the same obstacle and says so, without failing the rollout.
  }
  return join(FOLDER, 'records', recordFileName(service, now));
}

/** `2026-11-23T13-05-11-042Z-web.jsonl`: with milliseconds, because a script may deploy and wait within one second. */
export function recordFileName(service: string, now: number): string {
  return `${isoTime(now).replaceAll(/[:.]/g, '-')}-${lastPart(service)}.jsonl`;
}
