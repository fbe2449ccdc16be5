/** The text of a YAML configuration: parsed, its variables expanded, checked, every problem with the place it is at. */
import type { z } from 'zod';
import { UserError } from '../errors.ts';
import { problemsOfIssue, showPath, type Path, type Problem } from './problems.ts';
import {
  readYaml,
  type Place,
  type Variables,
  type YamlReading,
  type YamlValues,
} from './yaml-values.ts';

export type { Path, Problem } from './problems.ts';
export type { Variables } from './yaml-values.ts';

/** What a text must be like. */
export interface YamlForm<T> {
  /** What a text without content must have, such as `it must have the key images`. */
  readonly whenEmpty: string;
  readonly schema: z.ZodType<T>;
  /** What the schema cannot say. It is asked whatever the schema finds, with the data as it is written. */
  readonly problemsOf?: (data: unknown) => readonly Problem[];
  /** What messages call all of it; by default `the file`. */
  readonly wholeName?: string;
  /** Where plain scalars have YAML's own types; unless given, every scalar is a text. */
  readonly isVerbatim?: (path: Path) => boolean;
  /** The members at the top that are looked at; all of them unless given. */
  readonly readsOnly?: readonly string[];
}

/** A problem as it is said, and where. */
export interface LocatedProblem extends Place {
  /** Such as `images.a.command must be a list, not a mapping`. */
  readonly text: string;
}

/** What a text says, or everything that is wrong with it in the order of the text. */
export type Checked<T> =
  | { readonly ok: true; readonly data: T; readonly placeOf: (path: Path) => Place }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

/**
 * Reads the text of a file.
 * @param file its name, for messages
 * @param variables what `${VAR}` may name
 * @param code of the UserError
 * @throws UserError with exit code 2: file, line, column, field and what would be right, for every problem
 */
export function parseCheckedYaml<T>(
  text: string,
  file: string,
  variables: Variables,
  form: YamlForm<T> & { readonly code: string },
): T {
  return parsePlacedYaml(text, file, variables, form).data;
}

/** As `parseCheckedYaml`, with the place of each value: `fairlead.yaml:7:3`. */
export function parsePlacedYaml<T>(
  text: string,
  file: string,
  variables: Variables,
  { code, ...form }: YamlForm<T> & { readonly code: string },
): { readonly data: T; readonly placeOf: (path: Path) => string } {
  const checked = checkYaml(text, variables, form);
  if (checked.ok) {
    const { data } = checked;
    return {
      data,
      placeOf: (path) => {
        const { line, column } = checked.placeOf(path);
        return `${file}:${line}:${column}`;
      },
    };
  }
  const reports = checked.problems.map(
    ({ line, column, text: what }) => `${file}:${line}:${column}: ${what}`,
  );
  throw new UserError(code, reports.join('\n'), { exitCode: 2 });
}

/**
 * Reads a text.
 * @param variables what `${VAR}` may name; undefined leaves it as it is
 */
export function checkYaml<T>(
  text: string,
  variables: Variables | undefined,
  form: YamlForm<T>,
): Checked<T> {
  const reading: YamlReading = { variables, isVerbatim: form.isVerbatim ?? (() => false) };
  const yaml = readOnly(readYaml(text, reading), form.readsOnly);
  if (!yaml.ok) return { ok: false, problems: yaml.errors };
  if (yaml.value === undefined)
    return {
      ok: false,
      problems: [
        {
          ...yaml.placeOf([]),
          text: `${showPath([], form.wholeName)} is empty; ${form.whenEmpty}`,
        },
      ],
    };
  const parsed = form.schema.safeParse(yaml.value);
  const unread = new Set(yaml.problems.map(({ path }) => showPath(path)));
  const further = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(problemsOfIssue)),
    ...(form.problemsOf?.(yaml.value) ?? []),
    // What could not be read is wrong for that reason alone.
  ].filter(({ path }) => !unread.has(showPath(path)));
  const problems = [...yaml.problems, ...further].map(({ path, text: what }) => ({
    ...yaml.placeOf(path),
    // One line for each, whatever a value holds.
    text: `${showPath(path, form.wholeName)} ${what}`.replaceAll(/\s*[\r\n]\s*/g, ' '),
  }));
  if (parsed.success && problems.length === 0) {
    return { ok: true, data: parsed.data, placeOf: yaml.placeOf };
  }
  return { ok: false, problems: inOrder(problems) };
}

/** Leaves out the members at the top that nobody reads, and what is wrong with them. */
function readOnly(yaml: YamlValues, names: readonly string[] | undefined): YamlValues {
  if (!yaml.ok || names === undefined) return yaml;
  const { value } = yaml;
  return {
    ...yaml,
    value:
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)))
        : value,
    problems: yaml.problems.filter(({ path: [top] }) => names.includes(String(top))),
  };
}

function inOrder(problems: readonly LocatedProblem[]): readonly LocatedProblem[] {
  const once = new Map(problems.map((problem) => [problem.text, problem]));
  return [...once.values()].toSorted(
    (one, other) => one.line - other.line || one.column - other.column,
  );
}
