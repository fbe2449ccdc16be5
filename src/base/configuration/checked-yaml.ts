/** The text of a YAML configuration: parsed, its variables expanded, checked, every problem with the line it is on. */
import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml';
import type { z } from 'zod';
import { messageOf, UserError } from '../errors.ts';
import { suggestion } from './suggestion.ts';
import { expandVariables } from './variables.ts';

/** A place in the file: keys of mappings, indexes of lists. */
export type Path = readonly (string | number)[];

/** What is wrong at a place, as in `must be a text`. */
export interface Problem {
  readonly path: Path;
  readonly text: string;
}

/** What a file must be like. */
export interface YamlForm<T> {
  /** The code of the UserError for a wrong file. */
  readonly code: string;
  /** The one key at the top. */
  readonly topKey: string;
  readonly schema: z.ZodType<T>;
  /** The keys that may stand at a path. */
  readonly knownKeys: (path: Path) => readonly string[];
  /** What the schema cannot say. */
  readonly problemsOf: (data: T) => readonly Problem[];
}

/** Variables that `${VAR}` may name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the text of a file.
 * @param file its name, for messages
 * @param variables what `${VAR}` may name: the environment of the control plane
 * @throws UserError with the form's code: file, line, field and what would be right, for every problem
 */
export function parseCheckedYaml<T>(
  text: string,
  file: string,
  variables: Variables,
  form: YamlForm<T>,
): T {
  const invalid = (reports: readonly string[], cause?: unknown): UserError =>
    new UserError(form.code, reports.join('\n'), { exitCode: 2, cause });
  const lines = new LineCounter();
  // The failsafe schema leaves every scalar the text it is: a version 1.10 stays 1.10, and `no` stays "no".
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
  });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw invalid([`${file}:${line}: this is not YAML: ${broken.message}`], broken);
  }
  if (document.contents === null)
    throw invalid([`${file}:1: the file is empty; it must have the key ${form.topKey}`]);
  let plain: unknown;
  try {
    plain = document.toJS();
  } catch (error) {
    throw invalid([`${file}:1: ${messageOf(error)}`], error);
  }
  const problems: Problem[] = [];
  const parsed = form.schema.safeParse(expandAll(plain, variables, [], problems));
  problems.push(
    ...(parsed.success
      ? form.problemsOf(parsed.data)
      : parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, form.knownKeys))),
  );
  if (parsed.success && problems.length === 0) return parsed.data;
  throw invalid(
    problems.map(
      ({ path, text: what }) =>
        `${file}:${lineOf(document, lines, path)}: ${showPath(path)} ${what}`,
    ),
  );
}

function expandAll(value: unknown, variables: Variables, path: Path, problems: Problem[]): unknown {
  if (typeof value === 'string') {
    const expansion = expandVariables(value, variables);
    if (expansion.ok) return expansion.value;
    problems.push({ path, text: expansion.problem });
    return value;
  }
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      expandAll(item, variables, [...path, index], problems),
    );
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        expandAll(item, variables, [...path, key], problems),
      ]),
    );
  return value;
}

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  knownKeys: (path: Path) => readonly string[],
): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const known = knownKeys(path);
      const meant = suggestion(key, known);
      const right =
        meant === undefined ? `known keys are ${known.join(', ')}` : `did you mean ${meant}?`;
      return { path: [...path, key], text: `is an unknown key; ${right}` };
    });
  return [
    { path, text: issue.code === 'invalid_key' ? 'is no name for a variable' : issue.message },
  ];
}

/** `images["my-repo/my-app"].command[0]` */
function showPath(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** The line of the deepest part of the path that the text has. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const part of path) {
    if (!isCollection(node)) break;
    const key = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && pair.key.value === part)?.key
      : undefined;
    node = node.get(part, true);
    const place = isNode(key) ? key : node;
    if (!isNode(place)) break;
    offset = place.range?.[0] ?? offset;
  }
  return lines.linePos(offset ?? 0).line;
}
