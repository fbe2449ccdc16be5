/** The text of an images file: parsed, its variables expanded, checked, every problem with the line it is on. */
import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml';
import { z } from 'zod';
import { messageOf, UserError } from '../../base/errors.ts';
import { parseImageReference } from './image-reference.ts';
import { suggestion } from './suggestion.ts';
import { expandVariables } from './variables.ts';

const COMMAND = 'must be a list of the program and its arguments, such as [node, server.js]';
const HEALTH_COMMAND =
  'must be [CMD, program, argument, ...] or [CMD-SHELL, "one command line"], such as [CMD-SHELL, "curl -fs localhost:$PORT/health"]';
const ENTRY = 'must be a mapping with the key command, such as { command: [node, server.js] }';
const TEXT = 'must be a text';

const healthCommand = z
  .array(z.string({ error: TEXT }), { error: HEALTH_COMMAND })
  .refine(
    ([form, ...rest]) =>
      (form === 'CMD' && rest.length > 0) || (form === 'CMD-SHELL' && rest.length === 1),
    { error: HEALTH_COMMAND },
  );

const image = z.strictObject(
  {
    command: z
      .array(z.string({ error: TEXT }), { error: COMMAND })
      .refine(([program]) => program !== undefined && program !== '', { error: COMMAND }),
    cwd: z.string({ error: 'must be a folder, relative to this file' }).min(1).optional(),
    environment: z
      .record(
        z.string().regex(/^[^=\0]+$/, { error: 'is no name for a variable' }),
        z.string({ error: TEXT }),
        { error: 'must be a mapping of names to texts, such as { GREETING: hello }' },
      )
      .optional(),
    healthCheck: z
      .strictObject({ command: healthCommand }, { error: 'must be a mapping with the key command' })
      .optional(),
  },
  { error: ENTRY },
);

const imagesFile = z.strictObject(
  { images: z.record(z.string(), image, { error: 'must be a mapping of image references' }) },
  { error: 'must be a mapping with the key images' },
);

/** What the file says of one image, as written: `cwd` is not resolved yet. */
export type ImageEntry = z.output<typeof image>;

/** A place in the file: keys of mappings, indexes of lists. */
type Path = readonly (string | number)[];

interface Problem {
  readonly path: Path;
  readonly text: string;
}

/** The keys that may stand at a path. */
function knownKeys(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(imagesFile.shape);
  return path.length === 2 ? Object.keys(image.shape) : ['command'];
}

/**
 * Reads the text of an images file.
 * @param file its name, for messages
 * @param variables what `${VAR}` may name: the environment of the control plane
 * @throws UserError IMAGES_FILE_INVALID with file, line, field and what would be right, for every problem
 */
export function parseImages(
  text: string,
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ImageEntry> {
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
    throw invalid([`${file}:1: the file is empty; it must have the key images`]);
  const report = ({ path, text: what }: Problem): string =>
    `${file}:${lineOf(document, lines, path)}: ${showPath(path)} ${what}`;
  const problems: Problem[] = [];
  const data = expandAll(plainData(document, file), variables, [], problems);
  const parsed = imagesFile.safeParse(data);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap(problemsOf));
  else problems.push(...Object.keys(parsed.data.images).flatMap(problemsOfReference));
  if (!parsed.success || problems.length > 0) throw invalid(problems.map(report));
  return new Map(Object.entries(parsed.data.images));
}

function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw invalid([`${file}:1: ${messageOf(error)}`], error);
  }
}

function invalid(reports: readonly string[], cause?: unknown): UserError {
  return new UserError('IMAGES_FILE_INVALID', reports.join('\n'), { exitCode: 2, cause });
}

function expandAll(
  value: unknown,
  variables: Readonly<Record<string, string | undefined>>,
  path: Path,
  problems: Problem[],
): unknown {
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

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
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

function problemsOfReference(key: string): Problem[] {
  const reference = parseImageReference(key);
  if (reference !== undefined && reference.digest === undefined) return [];
  return [
    {
      path: ['images', key],
      text: 'is no image reference; write repository for any tag or repository:tag for one, such as my-repo/my-app:1.2.0',
    },
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
