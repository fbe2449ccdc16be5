import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erase, repaint } from '../../src/report/repaint.ts';

const COLUMNS = 12;
/** A sequence that moves or clears, or a character. */
const PIECES = new RegExp(
  `${String.fromCodePoint(27)}\\[(?<count>\\d*)(?<what>[AJK])|[\\s\\S]`,
  'g',
);

/** What a terminal shows that understands no more than what is needed here. */
function shown(written: string): readonly string[] {
  const rows: string[] = [''];
  let row = 0;
  let column = 0;
  for (const { 0: piece, groups } of written.matchAll(PIECES)) {
    const line = rows[row] ?? '';
    if (groups?.['what'] === 'A') row -= Number(groups['count']);
    else if (groups?.['what'] === 'K') rows[row] = line.slice(0, column);
    else if (groups?.['what'] === 'J') {
      rows[row] = line.slice(0, column);
      rows.length = row + 1;
    } else if (piece === '\r') column = 0;
    else if (piece === '\n') {
      row += 1;
      column = 0;
      rows[row] ??= '';
    } else {
      rows[row] = line.padEnd(column).slice(0, column) + piece + line.slice(column + 1);
      column += 1;
    }
    if (row < 0) throw new Error('the cursor left the picture');
  }
  return rows;
}

const pictures = fc.array(
  fc.array(fc.string({ maxLength: COLUMNS, unit: fc.constantFrom('a', 'b') }), { maxLength: 6 }),
  { minLength: 1, maxLength: 6 },
);

describe('repaint', () => {
  it('shows the last picture and nothing of those before, whatever they were', () => {
    fc.assert(
      fc.property(pictures, (all) => {
        let before: readonly string[] = [];
        let written = 'above\n';
        for (const picture of all) {
          written += repaint(before, picture, COLUMNS);
          before = picture;
        }
        expect(shown(written)).toStrictEqual(['above', ...before, '']);
        expect(shown(written + erase(before, COLUMNS))).toStrictEqual(['above', '']);
      }),
    );
  });

  it('writes nothing where nothing changed', () => {
    expect(repaint(['one', 'two'], ['one', 'two'], COLUMNS)).toBe('');
  });

  it('never clears a row that it is about to write', () => {
    expect(repaint(['one'], ['two'], COLUMNS)).toBe('\r\u001b[1Atwo\u001b[K\n\u001b[J');
  });

  it('takes away all rows of a picture that a narrower terminal has broken', () => {
    expect(repaint(['123456789'], ['1234'], 4)).toBe('\r\u001b[3A\u001b[J1234\u001b[K\n\u001b[J');
  });
});
