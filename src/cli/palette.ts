/** Colours where a person looks at a terminal and does not mind them. */
import pc from 'picocolors';
import { plainPalette, type Palette } from '../report/text.ts';
import type { Output } from './context.ts';

/** True when lines may be repainted: a terminal that is not dumb. */
export function isTerminal(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return output.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
}

/** NO_COLOR is respected (https://no-color.org). */
export function paletteFor(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
): Palette {
  const wanted = output.isTTY === true && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '';
  return wanted ? pc.createColors(true) : plainPalette;
}
