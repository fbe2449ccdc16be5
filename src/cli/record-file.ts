/** Where the record of a rollout goes when nobody named a file. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../base/clock.ts';
import { lastPart } from '../base/arn.ts';
import { makeFolder } from '../base/make-folder.ts';

const FOLDER = '.fairlead';

/**
 * `.fairlead/records/2026-11-23T13-05-11Z-web.jsonl` in the present folder, kept out of repositories. A folder that cannot
 * be made is said by the record's writer, which tries it next.
 */
export function defaultRecordFile(service: string, now: number): string {
  const time = isoTime(now)
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  const file = join(FOLDER, 'records', `${time}-${lastPart(service)}.jsonl`);
  try {
    makeFolder(FOLDER, 0o700);
    const ignore = join(FOLDER, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  } catch {
    // The writer meets the same obstacle and says so, without failing the rollout.
  }
  return file;
}
