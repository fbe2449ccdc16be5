/** What is wrong with a configuration, and how it is said. */
import type { z } from 'zod';
import { suggestion } from './suggestion.ts';

/** A place in the file: keys of mappings, indexes of lists. */
export type Path = readonly (string | number)[];

/** What is wrong at a place, as in `must be a text`. */
export interface Problem {
  readonly path: Path;
  readonly text: string;
}

/**
 * `images["my-repo/my-app"].command[0]`
 * @param whole what the empty path is called
 */
export function showPath(path: Path, whole = 'the file'): string {
  if (path.length === 0) return whole;
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** What is wrong with a value, and what would be right: `must be a list of checks, not a mapping`. */
export function refusal(value: unknown, right: string): string {
  if (value === undefined) return `is missing; it must be ${right}`;
  if (value === '') return `is empty; it must be ${right}`;
  return `must be ${right}, not ${shown(value)}`;
}

/** The message of an unknown key's issue: the keys that are known, for `problemsOfIssue`. */
export function knownKeysMessage(known: readonly string[]): string {
  return JSON.stringify(known);
}

/** The problems that a schema's issue stands for: one for each unknown key. */
export function problemsOfIssue(issue: z.core.$ZodIssue): readonly Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    const known = readKnownKeys(issue.message);
    return issue.keys.map((key) => {
      const meant = suggestion(key, known);
      const right =
        meant === undefined ? `known keys are ${known.join(', ')}` : `did you mean ${meant}?`;
      return { path: [...path, key], text: `is an unknown key; ${right}` };
    });
  }
  return [{ path, text: issue.message }];
}

function readKnownKeys(message: string): readonly string[] {
  const known: unknown = JSON.parse(message);
  return Array.isArray(known) ? known.map(String) : [];
}

const LONGEST = 80;

/** A value for a message. Whatever could be a password in a URL, or the token in its query, is left out. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  if (typeof value !== 'string') return String(value);
  const harmless = value
    .replaceAll(/\/\/[^/?#\s]*@/g, '//…@')
    .replaceAll(/(:\/\/[^?\s]*\?)\S+/g, '$1…');
  return JSON.stringify(
    harmless.length > LONGEST ? `${harmless.slice(0, LONGEST - 1)}…` : harmless,
  );
}
