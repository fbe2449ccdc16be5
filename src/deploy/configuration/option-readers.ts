/** Readers of options that say as much as a part of the file does. Their errors leave the option's name to the caller. */
import type { z } from 'zod';
import { checkYaml } from '../../base/configuration/checked-yaml.ts';
import { percent } from '../../base/configuration/fields.ts';
import { readable } from '../../base/configuration/readable.ts';
import type { Path } from '../../base/configuration/problems.ts';
import { UserError } from '../../base/errors.ts';
import { analysisEntry, type CheckWish } from './analysis-schema.ts';
import type { Hook } from './configuration.ts';
import { afterEntry, beforeEntry } from './hook-schema.ts';
import { isVerbatim } from './parse-configuration.ts';

/**
 * Reads `5%,25%`.
 * @returns percent, above 0 and up to 100, in the order given
 * @throws UserError USAGE (exit code 2)
 */
export function readSteps(text: string): readonly number[] {
  const step = percent();
  return text.split(',').map((part) => {
    const read = readable(step, part.trim());
    if (read === undefined)
      throw usage(
        `"${part.trim()}" is no percentage above 0% and up to 100%; write the steps as 20% or 5%,25%`,
      );
    return read;
  });
}

/**
 * Reads one entry of `analysis`, such as `{ metric: target_5xx_ratio, max: 1% }`.
 * @throws UserError USAGE (exit code 2) with every problem
 */
export function readAnalysisOption(text: string): CheckWish {
  return readEntry(text, {
    whole: 'the check',
    schema: analysisEntry,
    example: '{ metric: target_5xx_ratio, max: 1% }',
    isVerbatim: (path) => isVerbatim(['analysis', 0, ...path]),
  });
}

/**
 * Reads one entry of `hooks.before` or `hooks.after`, such as `{ run_task: migrate, one_way: true }`.
 * @throws UserError USAGE (exit code 2) with every problem
 */
export function readHookOption(text: string, moment: 'before' | 'after'): Hook {
  return readEntry(text, {
    whole: 'the hook',
    schema: moment === 'before' ? beforeEntry : afterEntry,
    example: '{ run_task: migrate } or { command: ./smoke.sh }',
    isVerbatim: () => false,
  });
}

interface Entry<T> {
  readonly whole: string;
  readonly schema: z.ZodType<T>;
  readonly example: string;
  readonly isVerbatim: (path: Path) => boolean;
}

function readEntry<T>(text: string, entry: Entry<T>): T {
  if (!text.trimStart().startsWith('{'))
    throw usage(`"${text}" is not in braces; write it as ${entry.example}`);
  // The shell has expanded what was to be expanded.
  const checked = checkYaml(text, undefined, {
    wholeName: entry.whole,
    whenEmpty: `write it as ${entry.example}`,
    schema: entry.schema,
    isVerbatim: entry.isVerbatim,
  });
  if (checked.ok) return checked.data;
  throw usage(checked.problems.map((problem) => problem.text).join('; '));
}

function usage(message: string): UserError {
  return new UserError('USAGE', message, { exitCode: 2 });
}
