/** YAML as plain data: variables expanded, every value with its place in the text. */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Scalar,
} from 'yaml';
import { coreScalar } from './core-scalar.ts';
import type { Path, Problem } from './problems.ts';
import { expandVariables } from './variables.ts';

/** Variables that `${VAR}` may name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** How a text is read. */
export interface YamlReading {
  /** What `${VAR}` may name; undefined: `${VAR}` is left as it is. */
  readonly variables: Variables | undefined;
  /**
   * Where plain scalars have the types of YAML's core schema; everywhere else every scalar is the text it is, so that a
   * version 1.10 stays 1.10.
   */
  readonly isVerbatim: (path: Path) => boolean;
}

/** A text that is YAML, or where it is not. */
export type YamlValues =
  | {
      readonly ok: true;
      /** Undefined for a text without any content. */
      readonly value: unknown;
      readonly problems: readonly Problem[];
      /** Where the deepest part of the path stands that the text has: a member at its key. */
      readonly placeOf: (path: Path) => Place;
    }
  | { readonly ok: false; readonly errors: readonly (Place & { readonly text: string })[] };

/** What aliases may make of a text before it is taken for an attack on memory. */
const MOST_VALUES = 100_000;

/** Reads a text of YAML, of which JSON is a part. */
export function readYaml(content: string, reading: YamlReading): YamlValues {
  // Editors do not count it.
  const text = content.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    // An empty text has no line for the counter.
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // What follows a syntax error is mostly its echo; a key that is there twice stands for itself.
  const errors = document.errors.filter(
    ({ code }, index) => index === 0 || code === 'DUPLICATE_KEY',
  );
  if (errors.length > 0)
    return {
      ok: false,
      errors: errors.map(({ pos, message }) => {
        const place = placeAt(pos[0]);
        const line = text.split('\n')[place.line - 1] ?? '';
        const hint = /[{[,:]\s*\$\{/.test(line)
          ? '; between [ ] and { } a variable stands in quotes, as in "${VAR}"'
          : '';
        return { ...place, text: `this is not YAML: ${message}${hint}` };
      }),
    };
  if (document.contents === null)
    return { ok: true, value: undefined, problems: [], placeOf: () => placeAt(0) };
  const walk = new Walk(document, reading);
  const value = walk.valueOf(document.contents, []);
  if (walk.isTooMuch)
    return {
      ok: false,
      errors: [{ ...placeAt(0), text: `aliases make more than ${MOST_VALUES} values of the file` }],
    };
  return {
    ok: true,
    value,
    problems: walk.problems,
    placeOf: (path) => placeAt(walk.offsetOf(path)),
  };
}

/** One pass over the nodes. */
class Walk {
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #reading: YamlReading;
  readonly #offsets = new Map<string, number>();
  /** The collections around the present node: an alias to one of them would never end. */
  readonly #open = new Set<unknown>();
  #values = 0;

  constructor(document: Document, reading: YamlReading) {
    this.#document = document;
    this.#reading = reading;
  }

  get isTooMuch(): boolean {
    return this.#values > MOST_VALUES;
  }

  offsetOf(path: Path): number {
    for (let length = path.length; length >= 0; length--) {
      const offset = this.#offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return 0;
  }

  valueOf(node: unknown, path: Path): unknown {
    this.#values++;
    if (this.isTooMuch) return undefined;
    this.#place(path, node);
    if (isAlias(node)) {
      const meant = node.resolve(this.#document);
      if (meant === undefined) return this.#report(path, `*${node.source} is no anchor before it`);
      return this.valueOf(meant, path);
    }
    if (isNode(node) && node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:str'))
      this.#checkTag(node.tag, path);
    if (isScalar(node)) return this.#scalar(node, path);
    if (this.#open.has(node)) return this.#report(path, 'holds itself by an alias');
    this.#open.add(node);
    const value = this.#collection(node, path);
    this.#open.delete(node);
    return value;
  }

  #collection(node: unknown, path: Path): unknown {
    if (isSeq(node)) return node.items.map((item, index) => this.valueOf(item, [...path, index]));
    if (!isMap(node)) return '';
    const members: [string, unknown][] = [];
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined) {
        this.#report(path, 'has a key that is no text');
        continue;
      }
      const inner = [...path, name];
      this.#place(inner, key);
      if (name === '__proto__') this.#report(inner, 'is a name that no member can have');
      else if (name === '<<' && this.#reading.isVerbatim(inner))
        this.#report(
          inner,
          'would merge another mapping, which is not read here: write its members out',
        );
      else members.push([name, this.valueOf(value, inner)]);
    }
    return Object.fromEntries(members);
  }

  #scalar(node: Scalar, path: Path): unknown {
    const source = typeof node.value === 'string' ? node.value : '';
    let text = source;
    if (this.#reading.variables !== undefined) {
      const expansion = expandVariables(source, this.#reading.variables);
      if (expansion.ok) text = expansion.value;
      else return this.#report(path, expansion.problem, source);
    }
    if (node.type !== 'PLAIN' || node.tag !== undefined || !this.#reading.isVerbatim(path))
      return text;
    // A variable that is empty is an empty text; only what is left empty in the file is null.
    if (text === '' && source !== '') return text;
    const scalar = coreScalar(text);
    return scalar.ok ? scalar.value : this.#report(path, scalar.problem, text);
  }

  #checkTag(tag: string, path: Path): void {
    const isCollection = /^tag:yaml\.org,2002:(?:map|seq)$/.test(tag);
    if (!isCollection)
      this.#report(path, `has the tag ${tag}, which is not read here: leave it out`);
  }

  #place(path: Path, node: unknown): void {
    const key = JSON.stringify(path);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    // A member stands at its key, which comes before its value.
    if (offset !== undefined && !this.#offsets.has(key)) this.#offsets.set(key, offset);
  }

  #report<T>(path: Path, text: string, value?: T): T | undefined {
    this.problems.push({ path, text });
    return value;
  }
}
