import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RolloutEntrySchema } from '../../src/record/entries.ts';
import { readRecord } from '../../src/record/reader.ts';
import { HEADER, RECORD } from './samples.ts';

const text = (entries: readonly object[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

describe('readRecord', () => {
  it('returns every entry as it was written', () => {
    const record = readRecord(text(RECORD));
    expect(record.entries).toStrictEqual(RECORD);
    expect(record.header).toStrictEqual(HEADER);
    expect(record.truncated).toBe(false);
  });

  it('reads every prefix of whole lines, and says when the last line was cut', () => {
    const whole = text(RECORD);
    const headerEnd = whole.indexOf('\n');
    fc.assert(
      fc.property(fc.integer({ min: headerEnd + 1, max: whole.length }), (length) => {
        const cut = whole.slice(0, length);
        const record = readRecord(cut);
        const wholeLines = cut.split('\n').length - 1;
        const rest = cut.slice(cut.lastIndexOf('\n') + 1);
        // A line that lost only its newline is still whole.
        const complete = rest !== '' && rest.endsWith('}') && whole.charAt(length) === '\n';
        expect(record.entries).toHaveLength(wholeLines + (complete ? 1 : 0));
        expect(record.truncated).toBe(rest !== '' && !complete);
      }),
    );
  });

  it('names the line of broken JSON', () => {
    const lines = [JSON.stringify(HEADER), '{"kind":', JSON.stringify(RECORD[1]), ''];
    expect(() => readRecord(lines.join('\n'), 'r.jsonl')).toThrow(/^r\.jsonl, line 2: no JSON/);
  });

  it('names the line and the member of an entry that breaks the schema', () => {
    const bad = { ...RECORD[2], durationMs: 'long' };
    expect(() => readRecord(text([HEADER, bad]), 'r.jsonl')).toThrow(
      /^r\.jsonl, line 2: [^]*durationMs/,
    );
  });

  it('keeps entries of kinds that a later version may write', () => {
    const later = { kind: 'dream', at: 1, name: 'errors' };
    const record = readRecord(text([HEADER, later]));
    expect(record.entries).toHaveLength(1);
    expect(record.unknown).toStrictEqual([later]);
  });

  it.each([
    ['', /it is empty/],
    [text([{ kind: 'event' }]), /begins with a header/],
    [
      text([{ ...HEADER, schema: 'fairlead.rollout/v2' }]),
      /"fairlead\.rollout\/v2".*reads fairlead\.rollout\/v1/,
    ],
  ])('refuses what is no record of this version (%#)', (content, message) => {
    expect(() => readRecord(content)).toThrow(message);
  });

  it('has a sample of every kind here', () => {
    const kinds = new Set(RECORD.map((entry) => entry.kind));
    expect(kinds.size).toBe(RolloutEntrySchema.options.length);
  });
});
