/** Tables of plain text: aligned columns, cut to the terminal's width. */
import { pad, plainLine, plainPalette, truncate, widthOf, type Palette } from './text.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut when the table is too wide; columns without it keep their width. */
  readonly flexible?: boolean;
  /** Left out when the table is too wide. */
  readonly dispensable?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; unlimited when undefined, as in a pipe. */
  readonly width?: number | undefined;
  readonly palette?: Palette;
}

const GAP = '  ';
/** A flexible column is not cut below this. */
const NARROWEST = 8;

/** The lines of a table, its titles first. Cells are made safe for a terminal. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, palette = plainPalette }: TableOptions = {},
): readonly string[] {
  const cells = rows.map((row) => columns.map((_, index) => plainLine(row[index] ?? '')));
  const natural = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  if (width !== undefined && totalOf(natural) > width) {
    const kept = columns.map((column) => column.dispensable !== true);
    if (kept.includes(false)) {
      const without = <Item>(items: readonly Item[]): readonly Item[] =>
        items.filter((_, index) => kept[index]);
      return tableLines(without(columns), cells.map(without), { width, palette });
    }
  }
  const widths = fit(columns, natural, width);
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => {
        const room = widths[index] ?? 0;
        return pad(truncate(row[index] ?? '', room), room, column.align);
      })
      .join(GAP)
      .trimEnd();
  return [palette.bold(line(columns.map((column) => column.title))), ...cells.map(line)];
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));
}

/** Takes from the widest flexible column until the table fits or nothing is left to take. */
function fit(
  columns: readonly Column[],
  natural: readonly number[],
  width: number | undefined,
): readonly number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  let excess = totalOf(widths) - width;
  while (excess > 0) {
    const candidates = columns
      .map((column, index) => ({
        flexible: column.flexible === true,
        index,
        width: widths[index] ?? 0,
      }))
      .filter((each) => each.flexible && each.width > NARROWEST)
      .toSorted((a, b) => b.width - a.width);
    const [widest, second] = candidates;
    if (widest === undefined) break;
    const down = Math.max(NARROWEST, (second?.width ?? NARROWEST) - 1);
    const taken = Math.min(excess, Math.max(1, widest.width - down));
    widths[widest.index] = widest.width - taken;
    excess -= taken;
  }
  return widths;
}
