/**
 * Checks JSON against a structure of the SDK's model: member names, types, enum values, required members. All problems are
 * found in one walk, each in a sentence that says what would be right.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';
import type { Path, Problem } from '../../base/configuration/problems.ts';
import { suggestion } from '../../base/configuration/suggestion.ts';
import { isSecretName } from '../../record/redact.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { enumValues, fractions } from './enum-values.ts';

/** How strictly scalars are read. */
export interface ShapeOptions {
  /** Where the structure stands in its document, such as `services`, 0; empty for the document itself. */
  readonly at: Path;
  /** True for YAML, where `${COUNT}` is always text: the schema says what it is meant to be. */
  readonly textForScalars: boolean;
  /** True: a member that the model does not know is kept, unless it is nearly one that it knows and that is not there. */
  readonly keepsUnknown?: boolean;
}

/** The checked value without members that are null, and every problem. */
export interface ShapeResult {
  readonly value: JsonObject;
  readonly problems: readonly Problem[];
}

/** The element of a static structure schema that counts its leading required members. */
const REQUIRED_COUNT = 6;
/** The longest part of a refused value that a message repeats. */
const QUOTED_LENGTH = 80;

/** The member names of a structure, in the model's order. */
export function memberNames(schema: StaticStructureSchema): readonly string[] {
  return schema[4];
}

/** Checks the members of a structure; whether its own required members are there is left to the caller. */
export function checkShape(
  value: JsonObject,
  schema: StaticStructureSchema,
  options: ShapeOptions,
): ShapeResult {
  const check = new ShapeCheck(options);
  const checked = check.members(NormalizedSchema.of(schema), value, options.at);
  return { value: checked, problems: check.problems };
}

/** `is an unknown member; did you mean subnets?` */
export function unknownMember(name: string, known: readonly string[]): string {
  const meant = suggestion(name, known);
  const right =
    meant === undefined ? `known members are ${known.join(', ')}` : `did you mean ${meant}?`;
  return `is an unknown member; ${right}`;
}

class ShapeCheck {
  readonly problems: Problem[] = [];
  readonly #textForScalars: boolean;
  readonly #keepsUnknown: boolean;

  constructor({ textForScalars, keepsUnknown = false }: ShapeOptions) {
    this.#textForScalars = textForScalars;
    this.#keepsUnknown = keepsUnknown;
  }

  members(schema: NormalizedSchema, value: JsonObject, at: Path): JsonObject {
    const known = new Map(schema.structIterator());
    const checked: Record<string, Json> = {};
    for (const [name, member] of Object.entries(value)) {
      const path = [...at, name];
      const memberSchema = known.get(name);
      if (memberSchema === undefined) {
        const absent = [...known.keys()].filter((each) => value[each] === undefined);
        if (this.#keepsUnknown && suggestion(name, absent) === undefined) {
          checked[name] = member ?? null;
          continue;
        }
        this.problems.push({ path, text: unknownMember(name, [...known.keys()]) });
      } else if (member !== undefined && member !== null) {
        const key = `${schema.getName() ?? ''}.${name}`;
        checked[name] = this.#value(memberSchema, member, path, key);
      }
    }
    return checked;
  }

  #struct(schema: NormalizedSchema, value: Json, at: Path): Json {
    if (!isJsonObject(value)) return this.#wrong(at, 'an object', value);
    const checked = this.members(schema, value, at);
    const raw = schema.getSchema();
    const names = [...new Map(schema.structIterator()).keys()];
    if (schema.isUnionSchema() && Object.keys(checked).length !== 1) {
      this.#report(at, `must have exactly one of the members ${names.join(', ')}`);
    }
    const count = Array.isArray(raw) ? (raw[REQUIRED_COUNT] ?? 0) : 0;
    for (const name of names.slice(0, count)) {
      if (value[name] === undefined || value[name] === null) {
        this.#report(at, `has no "${name}", which it must have`);
      }
    }
    return checked;
  }

  #value(schema: NormalizedSchema, value: Json, at: Path, key: string): Json {
    if (schema.isDocumentSchema()) return value;
    if (schema.isStructSchema()) return this.#struct(schema, value, at);
    if (schema.isListSchema()) {
      if (!isList(value)) return this.#wrongList(schema, value, at);
      return value.map((item, index) =>
        this.#value(schema.getValueSchema(), item, [...at, index], key),
      );
    }
    if (schema.isMapSchema()) {
      if (!isJsonObject(value)) return this.#wrong(at, 'an object', value);
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          name,
          this.#value(schema.getValueSchema(), item ?? null, [...at, name], key),
        ]),
      );
    }
    return this.#scalar(schema, value, at, key);
  }

  #scalar(schema: NormalizedSchema, value: Json, at: Path, key: string): Json {
    if (schema.isStringSchema()) return this.#text(value, at, key);
    if (schema.isBooleanSchema()) {
      const read = this.#textForScalars ? booleanOf(value) : value;
      return typeof read === 'boolean' ? read : this.#wrong(at, 'true or false', value);
    }
    if (schema.isNumericSchema()) {
      const whole = !fractions.has(key);
      const meant = numberOf(value);
      const read = this.#textForScalars ? meant : value;
      if (isNumber(read, whole)) return read;
      const hint = isNumber(meant, whole) ? `; write ${meant} without quotes` : '';
      return this.#wrong(at, whole ? 'a whole number' : 'a number', value, hint);
    }
    throw new Error(`${key} is of a kind that no definition has`);
  }

  #text(value: Json, at: Path, key: string): Json {
    if (typeof value !== 'string') {
      const quoted = typeof value === 'object' ? '' : `; write it in quotes`;
      return this.#wrong(at, 'a text', value, quoted);
    }
    const legal = enumValues.get(key);
    if (legal === undefined || legal.includes(value)) return value;
    const meant = suggestion(value, legal);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    const right = legal.length === 1 ? legal.join('') : `one of ${legal.join(', ')}`;
    return this.#wrong(at, right, value, hint);
  }

  #wrongList(schema: NormalizedSchema, value: Json, at: Path): Json {
    const single = schema.getValueSchema();
    const fits = single.isStringSchema() ? typeof value === 'string' : isJsonObject(value);
    const shown = typeof value === 'string' ? `[${quoted(value, at)}]` : '[{ … }]';
    return this.#wrong(at, 'a list', value, fits ? `; write ${shown}` : '');
  }

  #wrong(at: Path, right: string, value: Json, hint = ''): Json {
    this.#report(at, `must be ${right}, not ${quoted(value, at)}${hint}`);
    return value;
  }

  #report(path: Path, text: string): void {
    this.problems.push({ path, text });
  }
}

/** Scalars as they were written, shortened; structures are only named, and what is named like a secret is not repeated. */
function quoted(value: Json, at: Path): string {
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const name = at.findLast((part) => typeof part === 'string');
  if (name !== undefined && isSecretName(name))
    return `a ${typeof value === 'string' ? 'text' : typeof value}`;
  return typeof value === 'string' ? JSON.stringify(value.slice(0, QUOTED_LENGTH)) : String(value);
}

function isNumber(value: Json, whole: boolean): value is number {
  return typeof value === 'number' && (!whole || Number.isSafeInteger(value));
}

function numberOf(value: Json): Json {
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

function booleanOf(value: Json): Json {
  return value === 'true' ? true : value === 'false' ? false : value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
