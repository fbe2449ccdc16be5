/**
 * Checks JSON against a structure of the SDK's model: member names, types, enum values, required members. All problems are
 * found in one walk, each in a sentence that says what would be right.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticStructureSchema } from '@smithy/types';
import { suggestion } from '../../base/configuration/suggestion.ts';
import { isSecretName } from '../../record/redact.ts';
import { isJsonObject, type Json, type JsonObject } from '../definition/json.ts';
import { enumValues, fractions } from './enum-values.ts';

/** How strictly scalars are read. */
export interface ShapeOptions {
  /** Where the structure stands in its document, such as `services[0]`; empty for the document itself. */
  readonly at: string;
  /** True for YAML, where `${COUNT}` is always text: the schema says what it is meant to be. */
  readonly textForScalars: boolean;
}

/** The checked value without members that are null, and every problem. */
export interface ShapeResult {
  readonly value: JsonObject;
  readonly problems: readonly string[];
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
  const check = new ShapeCheck(options.textForScalars);
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

/** The path of a member. */
export function memberPath(at: string, name: string): string {
  const plain = /^[A-Za-z_]\w*$/.test(name);
  if (!plain) return `${at}[${JSON.stringify(name)}]`;
  return at === '' ? name : `${at}.${name}`;
}

class ShapeCheck {
  readonly problems: string[] = [];
  readonly #textForScalars: boolean;

  constructor(textForScalars: boolean) {
    this.#textForScalars = textForScalars;
  }

  members(schema: NormalizedSchema, value: JsonObject, at: string): JsonObject {
    const known = new Map(schema.structIterator());
    const checked: Record<string, Json> = {};
    for (const [name, member] of Object.entries(value)) {
      const path = memberPath(at, name);
      const memberSchema = known.get(name);
      if (memberSchema === undefined) {
        this.problems.push(`${path} ${unknownMember(name, [...known.keys()])}`);
      } else if (member !== undefined && member !== null) {
        const key = `${schema.getName() ?? ''}.${name}`;
        checked[name] = this.#value(memberSchema, member, path, key);
      }
    }
    return checked;
  }

  #struct(schema: NormalizedSchema, value: Json, at: string): Json {
    if (!isJsonObject(value)) return this.#wrong(at, 'an object', value);
    const checked = this.members(schema, value, at);
    const raw = schema.getSchema();
    const names = [...new Map(schema.structIterator()).keys()];
    if (schema.isUnionSchema() && Object.keys(checked).length !== 1) {
      this.problems.push(`${at} must have exactly one of the members ${names.join(', ')}`);
    }
    const count = Array.isArray(raw) ? (raw[REQUIRED_COUNT] ?? 0) : 0;
    for (const name of names.slice(0, count)) {
      if (value[name] === undefined || value[name] === null) {
        this.problems.push(`${at} has no "${name}", which it must have`);
      }
    }
    return checked;
  }

  #value(schema: NormalizedSchema, value: Json, at: string, key: string): Json {
    if (schema.isDocumentSchema()) return value;
    if (schema.isStructSchema()) return this.#struct(schema, value, at);
    if (schema.isListSchema()) {
      if (!isList(value)) return this.#wrongList(schema, value, at);
      return value.map((item, index) =>
        this.#value(schema.getValueSchema(), item, `${at}[${index}]`, key),
      );
    }
    if (schema.isMapSchema()) {
      if (!isJsonObject(value)) return this.#wrong(at, 'an object', value);
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          name,
          this.#value(schema.getValueSchema(), item ?? null, memberPath(at, name), key),
        ]),
      );
    }
    return this.#scalar(schema, value, at, key);
  }

  #scalar(schema: NormalizedSchema, value: Json, at: string, key: string): Json {
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
    throw new Error(`${key} is of a kind that no service definition has`);
  }

  #text(value: Json, at: string, key: string): Json {
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

  #wrongList(schema: NormalizedSchema, value: Json, at: string): Json {
    const single = schema.getValueSchema();
    const fits = single.isStringSchema() ? typeof value === 'string' : isJsonObject(value);
    const shown = typeof value === 'string' ? `[${quoted(value, at)}]` : '[{ … }]';
    return this.#wrong(at, 'a list', value, fits ? `; write ${shown}` : '');
  }

  #wrong(at: string, right: string, value: Json, hint = ''): Json {
    this.problems.push(`${at} must be ${right}, not ${quoted(value, at)}${hint}`);
    return value;
  }
}

/** Scalars as they were written, shortened; structures are only named, and what is named like a secret is not repeated. */
function quoted(value: Json, at: string): string {
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const name = /(?:\.|\[")([^."[\]]+)"?\]?$/.exec(at)?.[1] ?? at;
  if (isSecretName(name)) return `a ${typeof value === 'string' ? 'text' : typeof value}`;
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
