import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecord } from '../../src/record/reader.ts';
import { openRecordWriter } from '../../src/record/writer.ts';
import { RECORD } from './samples.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-record-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('openRecordWriter', () => {
  it('writes whole lines at once, so that the file is readable at every moment', () => {
    const path = join(folder, 'deep', 'r.jsonl');
    const writer = openRecordWriter(path);
    RECORD.forEach((entry, index) => {
      writer.write(entry);
      const record = readRecord(readFileSync(path, 'utf8'));
      expect(record.entries).toStrictEqual(RECORD.slice(0, index + 1));
      expect(record.truncated).toBe(false);
    });
    writer.close();
    expect(writer.problem()).toBeUndefined();
  });

  it('says once why a path cannot be written, and goes on', () => {
    const problems: string[] = [];
    const writer = openRecordWriter(folder, (problem) => problems.push(problem));
    for (const entry of RECORD) writer.write(entry);
    writer.close();
    expect(problems).toStrictEqual([
      `the record ${folder} cannot be written: this is a folder; name a file`,
    ]);
    expect(writer.problem()).toBe(problems[0]);
  });

  it('leaves no empty file behind, nor what an earlier rollout wrote there', () => {
    const path = join(folder, 'r.jsonl');
    writeFileSync(path, 'of an earlier rollout');
    const writer = openRecordWriter(path);
    expect(writer.isEmpty()).toBe(true);
    writer.close();
    expect(existsSync(path)).toBe(false);
    expect(writer.problem()).toBeUndefined();
  });

  it('keeps a device that nothing was written to', () => {
    openRecordWriter('/dev/null').close();
    expect(existsSync('/dev/null')).toBe(true);
  });

  it('says when a part of the path is a file', () => {
    writeFileSync(join(folder, 'file'), '');
    const writer = openRecordWriter(join(folder, 'file', 'r.jsonl'));
    expect(writer.problem()).toMatch(/a part of its path is a file/);
  });

  it.skipIf(!existsSync('/dev/full'))('says when the disk is full, and goes on', () => {
    const problems: string[] = [];
    const writer = openRecordWriter('/dev/full', (problem) => problems.push(problem));
    for (const entry of RECORD) writer.write(entry);
    writer.close();
    expect(problems).toStrictEqual([
      'the record /dev/full is incomplete: the disk is full; free some space',
    ]);
  });
});
