import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  capOutput,
  readOutput,
  tailOutput,
} from '../../../../src/local/runtime/process/output-log.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fairlead-output-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string): void => appendFileSync(join(folder, 'output.log'), text);
const bytesKept = (): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

describe('the output of a container', () => {
  it('is read on from where it was left', async () => {
    expect(await readOutput(folder, 0)).toEqual({ text: '', next: 0 });
    write('one\n');
    expect(await readOutput(folder, 0)).toEqual({ text: 'one\n', next: 4 });
    write('two\n');
    expect(await readOutput(folder, 4)).toEqual({ text: 'two\n', next: 8 });
    expect(await readOutput(folder, 8)).toEqual({ text: '', next: 8 });
  });

  it('waits for the rest of a character, and never begins in the middle of one', async () => {
    const bytes = Buffer.from('a€');
    writeFileSync(join(folder, 'output.log'), bytes.subarray(0, 3));
    expect(await readOutput(folder, 0)).toEqual({ text: 'a', next: 1 });
    appendFileSync(join(folder, 'output.log'), bytes.subarray(3));
    expect(await readOutput(folder, 1)).toEqual({ text: '€', next: 4 });
    expect(await tailOutput(folder, 2)).toBe('');
    expect(await tailOutput(folder, 3)).toBe('€');
  });

  it('is left alone while it is small', async () => {
    write('one\n');
    await capOutput(folder, 4);
    expect(readdirSync(folder)).toEqual(['output.log']);
  });

  it('keeps its end when it grows, from the start of a line, and forgets the rest', async () => {
    write('first\nsecond\nthird\n');
    await capOutput(folder, 8);
    expect(await readOutput(folder, 0)).toEqual({ text: 'third\n', next: 19 });
    write('fourth\n');
    expect(await readOutput(folder, 19)).toEqual({ text: 'fourth\n', next: 26 });
    expect(await tailOutput(folder, 100)).toBe('third\nfourth\n');
    expect(await tailOutput(folder, 9)).toBe('d\nfourth\n');
    write('fifth\n');
    await capOutput(folder, 8);
    expect(await readOutput(folder, 0)).toEqual({ text: 'fifth\n', next: 32 });
  });

  it('loses no line to one who follows, and never holds more than twice what is to be kept', async () => {
    const writes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(writes, async (lengths) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
        let written = '';
        let followed = '';
        let offset = 0;
        for (const [index, length] of lengths.entries()) {
          const line = `${String(index).padStart(length, '.')}\n`;
          write(line);
          written += line;
          await capOutput(folder, 100);
          const { text, next } = await readOutput(folder, offset);
          followed += text;
          offset = next;
          expect(bytesKept()).toBeLessThanOrEqual(200);
        }
        expect(followed).toBe(written);
        expect(written.endsWith(await tailOutput(folder, 60))).toBe(true);
        expect((await tailOutput(folder, 60)).length).toBe(Math.min(60, written.length));
      }),
      { numRuns: 40 },
    );
  });
});
