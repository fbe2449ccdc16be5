import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableLines } from '../../src/report/table.ts';
import { pad, plainLine, truncate, widthOf, wrap } from '../../src/report/text.ts';

/** Any character there is; fast-check's own unit for that takes seconds to build. */
const character = fc.integer({ min: 0, max: 0x10_ff_ff }).map((code) => String.fromCodePoint(code));

describe('plainLine', () => {
  it('leaves nothing that could move the cursor, colour the terminal or turn text around', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        const moving = Array.from(plainLine(text)).filter((each) => {
          const code = each.codePointAt(0) ?? 0;
          const turns = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'.includes(each);
          return turns || code < 0x20 || (code >= 0x7f && code <= 0x9f);
        });
        expect(moving).toEqual([]);
      }),
    );
    expect(plainLine('\u001b[31mred\u001b[0m\r\u001b]0;title\u0007 \u202eevil')).toBe('red   evil');
  });

  it('keeps ordinary text', () => {
    expect(plainLine('Größe 東京 ok')).toBe('Größe 東京 ok');
  });
});

describe('truncate, pad and wrap', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 60 }).map(plainLine);

  it('wrap leaves a percent sign beside its number', () => {
    expect(wrap('at most 5 % of all', 9)).toStrictEqual(['at most', '5 % of', 'all']);
  });

  it('truncate never exceeds its width and keeps what fits', () => {
    fc.assert(
      fc.property(line, fc.nat(70), (text, width) => {
        const cut = truncate(text, width);
        expect(widthOf(cut)).toBeLessThanOrEqual(width);
        if (widthOf(text) <= width) expect(cut).toBe(text);
      }),
    );
    expect(truncate('abcdef', 4)).toBe('abc…');
    expect(truncate('東京都', 4)).toBe('東…');
  });

  it('pad fills to its width', () => {
    expect(pad('ab', 4)).toBe('ab  ');
    expect(pad('ab', 4, 'right')).toBe('  ab');
    expect(pad('東', 4)).toBe('東  ');
  });

  it('wrap loses nothing and stays within its width', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 8, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        for (const each of lines) expect(widthOf(each)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('tableLines', () => {
  const columns = [
    { title: 'NAME' },
    { title: 'COUNT', align: 'right' },
    { title: 'WHY', flexible: true },
  ] as const;

  it('aligns columns under their titles', () => {
    expect(
      tableLines(columns, [
        ['web', '4', 'fine'],
        ['a-longer-name', '12', 'x'],
      ]),
    ).toStrictEqual([
      'NAME           COUNT  WHY',
      'web                4  fine',
      'a-longer-name     12  x',
    ]);
  });

  it('cuts flexible columns to the width of the terminal', () => {
    const lines = tableLines(columns, [['web', '4', 'a very long reason that does not fit']], {
      width: 30,
    });
    expect(lines).toStrictEqual(['NAME  COUNT  WHY', 'web       4  a very long reas…']);
  });

  it('fits whatever the cells hold, as far as the columns can be cut', () => {
    const cell = fc.string({ maxLength: 50 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { maxLength: 5 }),
        fc.integer({ min: 20, max: 80 }),
        (rows, width) => {
          const lines = tableLines(
            [
              { title: 'A', flexible: true },
              { title: 'B', flexible: true },
            ],
            rows,
            { width },
          );
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
