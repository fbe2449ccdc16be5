/** Reads a record back; the file may come from a client that was killed, or from a later version. */
import { z } from 'zod';
import { messageOf, UserError } from '../base/errors.ts';
import {
  ENTRY_KINDS,
  RECORD_SCHEMA,
  RolloutEntrySchema,
  type HeaderEntry,
  type RolloutEntry,
} from './entries.ts';

/** A record in memory. */
export interface RolloutRecord {
  readonly header: HeaderEntry;
  /** Every entry of a known kind, the header first, in the order of the file. */
  readonly entries: readonly RolloutEntry[];
  /** Entries of kinds that this version does not know. */
  readonly unknown: readonly Readonly<Record<string, unknown>>[];
  /** True when the last line was cut short, as after a crash of the one who wrote it. */
  readonly truncated: boolean;
}

/**
 * Parses the text of a record.
 * @param name what to call it in messages, such as its path
 * @throws UserError RECORD_INVALID, naming the line, when it is not a record or a line is broken
 */
export function readRecord(text: string, name = 'the record'): RolloutRecord {
  const lines = text.split('\n');
  // A whole record ends with a newline; what stands behind the last one was cut.
  const rest = lines.pop() ?? '';
  const entries: RolloutEntry[] = [];
  const unknown: Readonly<Record<string, unknown>>[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    readLine(parseLine(line, index + 1, name), index + 1);
  });
  let truncated = false;
  if (rest.trim() !== '') {
    const value = tryParse(rest);
    if (value === undefined) truncated = true;
    else readLine(value, lines.length + 1);
  }

  function readLine(value: unknown, line: number): void {
    if (entries.length === 0) checkHeader(value, line, name);
    if (isObject(value) && typeof value['kind'] === 'string' && !ENTRY_KINDS.has(value['kind'])) {
      unknown.push(value);
      return;
    }
    const result = RolloutEntrySchema.safeParse(value);
    if (!result.success) throw invalid(name, line, z.prettifyError(result.error));
    entries.push(result.data);
  }

  const header = entries[0];
  if (header?.kind !== 'header') {
    throw invalid(name, 1, 'it is empty; a record begins with its header');
  }
  return { header, entries, unknown, truncated };
}

function checkHeader(value: unknown, line: number, name: string): void {
  if (!isObject(value) || value['kind'] !== 'header') {
    throw invalid(name, line, `a record begins with a header line of ${RECORD_SCHEMA}`);
  }
  if (value['schema'] !== RECORD_SCHEMA) {
    const found = JSON.stringify(value['schema'] ?? null);
    throw invalid(name, line, `its schema is ${found}; this version reads ${RECORD_SCHEMA}`);
  }
}

function parseLine(line: string, number: number, name: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw invalid(name, number, `no JSON: ${messageOf(error)}`);
  }
}

function tryParse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(name: string, line: number, why: string): UserError {
  return new UserError('RECORD_INVALID', `${name}, line ${line}: ${why}`, {
    hint: 'Give the path of a record that fairlead wrote.',
  });
}
