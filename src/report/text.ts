/** Text for terminals: colours by injection, widths, and no control character from outside. */
import { stripVTControlCharacters } from 'node:util';

/** Colours; a view never makes its own escape sequences. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const same = (text: string): string => text;

/** No colours: for pipes, files and NO_COLOR. */
export const plainPalette: Palette = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
};

/** Control characters (C0, DEL, C1) and those that turn the direction of text around. */
// eslint-disable-next-line no-control-regex -- these are the characters to remove
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line that cannot move the cursor or colour the terminal, whatever a log or an API said. */
export function plainLine(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\t', '  ').replace(UNPRINTABLE, ' ').trimEnd();
}

/** Characters that take two columns of a terminal. */
const WIDE = /[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hangul}\p{sc=Hira}\p{sc=Kana}\uff01-\uff60]/u;
/** Marks that are drawn over the character before. */
const NO_WIDTH = /[\p{M}\u200b-\u200d]/u;

function columnsOf(character: string): number {
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Columns that a text takes, colours not counted. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += columnsOf(character);
  return width;
}

/** As much of the text as fits into `width` columns. */
function prefix(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

/** The text, cut to at most `width` columns, with an ellipsis where something is missing. Only for text without colours. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? '' : `${prefix(text, width - 1)}…`;
}

/** The text, filled with spaces to `width` columns; colours not counted. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** The narrowest that wrapping goes; a terminal of fewer columns breaks lines by itself. */
const NARROWEST = 8;

/** Breaks a text into lines of at most `width` columns, at spaces where there are any, and not before a percent sign. */
export function wrap(text: string, width: number): readonly string[] {
  const widest = Math.max(NARROWEST, width);
  const [first = '', ...words] = text.split(/ (?!%)/);
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    if (widthOf(line) + 1 + widthOf(word) <= widest) {
      line = `${line} ${word}`;
    } else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines.flatMap((each) => breakLong(each, widest));
}

/** At most so many lines of at most `width` columns; the last one ends with an ellipsis where something is missing. */
export function wrapAtMost(text: string, width: number, most: number): readonly string[] {
  const lines = wrap(text, width);
  const rest = lines.slice(most - 1);
  return [...lines.slice(0, most - 1), truncate(rest.join(' '), width)].filter(Boolean);
}

/** Pieces of a line that has no space to break at. */
function breakLong(line: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let rest = line;
  while (widthOf(rest) > width) {
    const piece = prefix(rest, width);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}
