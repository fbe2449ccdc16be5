/** Documents that somebody wrote, in a JSON file or in the configuration: what they say, and where in them it stands. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readPlacedJson } from '../../base/configuration/placed-json.ts';
import { showPath, type Path, type Problem } from '../../base/configuration/problems.ts';
import { suggestion } from '../../base/configuration/suggestion.ts';
import { messageOf, systemCode, UserError } from '../../base/errors.ts';
import type { DocumentSource, PlaceOf } from './document-source.ts';

/** A document. */
export interface Written {
  readonly value: unknown;
  /** What messages call it: its path, or the key that holds it. */
  readonly name: string;
  /** True for YAML, where `${COUNT}` is always text. */
  readonly textForScalars: boolean;
  /** `service-definition.json:4:3: desiredCount`: the place and the field, for what is wrong with it to follow. */
  readonly at: (path: Path) => string;
}

/** What a kind of document is called, and what it must be. */
export interface DocumentKind {
  /** The key of the configuration that holds it. */
  readonly key: 'task_definition' | 'service_definition';
  /** Code of the UserError. */
  readonly code: string;
  /** What the key may hold: the hint where there is no such file. */
  readonly right: string;
}

/** The effects that reading needs; each rejects with the error of Node.js. */
export interface DocumentReading {
  readonly readFile: (path: string) => Promise<string>;
  /** Names of the files of a folder; by default from disk. */
  readonly listFolder?: ((path: string) => Promise<readonly string[]>) | undefined;
}

/**
 * Reads a document.
 * @param placeOf where the configuration has it; undefined for one that an option names
 * @throws UserError (exit code 2) with the place of what is wrong: in the configuration where there is no such file, else in the file
 */
export async function readWritten(
  source: DocumentSource,
  kind: DocumentKind,
  reading: DocumentReading,
  placeOf?: PlaceOf,
): Promise<Written> {
  if (source.kind === 'inline') return writtenInline(source.value, kind.key, placeOf);
  const path = source.text.startsWith('file://')
    ? source.text.slice('file://'.length)
    : source.text;
  return writtenFile(await textOfFile(path, kind, reading, placeOf), path, kind);
}

/** A document in the configuration, or one that a program made. */
export function writtenInline(
  value: unknown,
  key: DocumentKind['key'],
  placeOf?: PlaceOf,
): Written {
  return {
    value,
    name: key,
    textForScalars: true,
    at: (path) => {
      const field = showPath([key, ...path]);
      return placeOf === undefined ? field : `${placeOf(path)}: ${field}`;
    },
  };
}

/**
 * A document from the text of a file.
 * @throws UserError (exit code 2) where it is no JSON
 */
export function writtenFile(
  text: string,
  path: string,
  { code }: Pick<DocumentKind, 'code'>,
): Written {
  const read = readPlacedJson(text);
  if (!read.ok) {
    const { line, column } = read.place;
    const what = read.isJson ? read.text : `this is no JSON: ${read.text}`;
    throw new UserError(code, `${path}:${line}:${column}: ${what}`, { exitCode: 2 });
  }
  return {
    value: read.value,
    name: path,
    textForScalars: false,
    at: (field) => {
      const { line, column } = read.placeOf(field);
      return `${path}:${line}:${column}: ${showPath(field)}`;
    },
  };
}

/**
 * What refuses a document: all that is wrong with it, a line each.
 * @param hint what it must be like
 * @returns with exit code 2
 */
export function documentError(
  written: Pick<Written, 'at'>,
  problems: readonly Problem[],
  code: string,
  hint: string,
): UserError {
  const lines = problems.map(({ path, text }) => `${written.at(path)} ${text}`);
  return new UserError(code, lines.join('\n'), { hint, exitCode: 2 });
}

async function textOfFile(
  path: string,
  { code, key, right }: DocumentKind,
  { readFile, listFolder = (folder) => readdir(folder) }: DocumentReading,
  placeOf: PlaceOf | undefined,
): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT';
    const folder = systemCode(error) === 'EISDIR';
    const meant = missing ? await nearest(path, listFolder) : undefined;
    const place = placeOf === undefined ? '' : `${placeOf([])}: ${key}: `;
    const why = missing
      ? 'there is no such file'
      : folder
        ? 'this is a folder; name a file'
        : messageOf(error);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    throw new UserError(code, `${place}cannot read ${path}: ${why}${hint}`, {
      hint: right,
      exitCode: 2,
      cause: error,
    });
  }
}

const JSON_ENDING = '.json';

/** The file in the same folder that may be meant. */
async function nearest(
  path: string,
  listFolder: NonNullable<DocumentReading['listFolder']>,
): Promise<string | undefined> {
  const folder = dirname(path);
  try {
    const stems = (await listFolder(folder)).flatMap((name) =>
      name.endsWith(JSON_ENDING) ? [name.slice(0, -JSON_ENDING.length)] : [],
    );
    const meant = suggestion(basename(path, JSON_ENDING), stems);
    return meant === undefined ? undefined : join(folder, `${meant}${JSON_ENDING}`);
  } catch {
    // A guess only.
    return undefined;
  }
}
