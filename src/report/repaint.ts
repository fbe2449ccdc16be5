/** Puts one picture of lines in the place of the one before, on a terminal that the cursor stands below. */
import { widthOf } from './text.ts';

/** Clears what is left of a row behind the cursor. */
const CLEAR_ROW = '\u001b[K';
/** Clears everything below the cursor. */
const CLEAR_BELOW = '\u001b[J';

/**
 * What to write. Rows are written over and never cleared first, so that nothing flickers; nothing is written where nothing changed.
 * @param columns of the terminal as it is now: in one that became narrower the rows of before are broken
 */
export function repaint(
  before: readonly string[],
  after: readonly string[],
  columns: number,
): string {
  if (before.length === after.length && before.every((line, index) => line === after[index])) {
    return '';
  }
  const broken = before.some((line) => widthOf(line) > columns);
  const home = `${upOver(before, columns)}${broken ? CLEAR_BELOW : ''}`;
  return `${home}${after.map((line) => `${line}${CLEAR_ROW}\n`).join('')}${CLEAR_BELOW}`;
}

/** Takes the picture away. */
export function erase(before: readonly string[], columns: number): string {
  return before.length === 0 ? '' : `${upOver(before, columns)}${CLEAR_BELOW}`;
}

/** To the beginning of the picture's first row; a typed ^C has moved the cursor to the right. */
function upOver(before: readonly string[], columns: number): string {
  const rows = before.reduce(
    (sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)),
    0,
  );
  return rows === 0 ? '' : `\r\u001b[${rows}A`;
}
