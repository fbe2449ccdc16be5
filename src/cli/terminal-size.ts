/** How large a terminal is. */
import type { Output } from './context.ts';

/** What a terminal is taken for that does not say its size. */
export const DEFAULT_COLUMNS = 80;
export const DEFAULT_ROWS = 24;

/** Columns and rows; undefined where there is no terminal, or one without a size, as many CI systems and containers have. */
export function terminalSize({ columns = 0, rows = 0 }: Output): {
  readonly columns: number | undefined;
  readonly rows: number | undefined;
} {
  return {
    columns: columns > 0 ? columns : undefined,
    rows: rows > 0 ? rows : undefined,
  };
}
