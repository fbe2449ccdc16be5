/**
 * The generic check of a request, one walk over its operation's input: required members are there, types and enum values
 * are right. What comes out holds only members that the model knows, so nothing a client sends can name a property that
 * the code did not expect.
 */
import { toDate } from '../../base/clock.ts';
import { unreachable } from '../../base/errors.ts';
import { AwsError } from './aws-error.ts';
import type { Shape, StringShape, StructShape } from './shape.ts';

/** What a check needs to know, and where it tells of members that the model does not have. */
export interface CheckContext {
  readonly operation: string;
  /** The code of the errors: ServiceApi.invalidInputCode. */
  readonly code: string;
  /** The same in awsQuery: ServiceApi.invalidInputQueryCode. */
  readonly queryCode?: string | undefined;
  /** Receives the path of each unknown member, such as `tags[0].colour`; the member is left out. */
  readonly onUnknown: (path: string) => void;
}

/** No member of any AWS model is nested deeper; free-form documents and shapes that contain themselves could be. */
const DEEPEST = 100;

/** The furthest instant that a Date can hold, in milliseconds on either side of the epoch. */
const LARGEST_DATE_MS = 8.64e15;

/** The longest part of a refused value that a message repeats. */
const QUOTED_LENGTH = 80;

/**
 * Checks a decoded request and returns the input that the operation may rely on: timestamps (decoded as epoch seconds) are
 * Dates, blobs (base64) are byte arrays, members that are null or unknown are gone.
 * @throws AwsError with the context's code for the first thing that is wrong
 */
export function checkInput(shape: StructShape, value: unknown, context: CheckContext): object {
  return new InputCheck(context).struct(shape, value);
}

class InputCheck {
  readonly #context: CheckContext;
  /** Where the walk is; changed in place, since building a path for every member would cost more than the check. */
  readonly #path: (string | number)[] = [];

  constructor(context: CheckContext) {
    this.#context = context;
  }

  struct(shape: StructShape, value: unknown): object {
    if (!isObject(value)) this.#wrongType('structure', value);
    const output: Record<string, unknown> = {};
    let present = 0;
    for (const name of Object.keys(value)) {
      const entry = value[name];
      const member = shape.members.get(name);
      if (member === undefined) {
        // Old clients write the type of a union's value beside it.
        if (name !== '__type') this.#context.onUnknown(this.#pathTo(name));
        continue;
      }
      if (entry === null || entry === undefined) continue;
      present++;
      output[member.name] = this.#at(name, member.shape, entry);
    }
    for (const name of shape.required) {
      if (output[name] === undefined)
        this.#fail(`Missing required field for ${this.#context.operation}: ${this.#pathTo(name)}`);
    }
    if (shape.kind === 'union' && present !== 1) {
      const names = [...shape.members.keys()].join(', ');
      this.#fail(
        `Invalid value for ${this.#here()} of ${this.#context.operation}: exactly one of these members must be set: ${names}`,
      );
    }
    return output;
  }

  #at(step: string | number, shape: Shape, value: unknown): unknown {
    if (this.#path.length >= DEEPEST)
      this.#fail(
        `Invalid value in ${this.#context.operation}: nested deeper than ${DEEPEST} levels`,
      );
    this.#path.push(step);
    const result = this.#value(shape, value);
    this.#path.pop();
    return result;
  }

  #value(shape: Shape, value: unknown): unknown {
    switch (shape.kind) {
      case 'string':
        return this.#string(shape, value);
      case 'number':
        if (typeof value !== 'number' || !Number.isFinite(value)) this.#wrongType('number', value);
        if (shape.whole && !Number.isSafeInteger(value)) this.#wrongType('whole number', value);
        return value;
      case 'boolean':
        if (typeof value !== 'boolean') this.#wrongType('boolean', value);
        return value;
      case 'timestamp':
        return this.#timestamp(value);
      case 'blob':
        return this.#blob(value);
      case 'document':
        return this.#document(value);
      case 'list': {
        if (!Array.isArray(value)) this.#wrongType('list', value);
        const list: readonly unknown[] = value;
        return list.map((entry, index) => this.#at(index, shape.element, entry));
      }
      case 'map':
        return this.#map(shape.value, value);
      case 'struct':
      case 'union':
        return this.struct(shape, value);
      default:
        return unreachable(shape);
    }
  }

  #string(shape: StringShape, value: unknown): string {
    if (typeof value !== 'string')
      return this.#wrongType('string', shape.sensitive ? undefined : value, kindOf(value));
    const { legal } = shape;
    if (legal !== undefined && !legal.values.includes(value))
      this.#fail(
        legal.message ??
          `1 validation error detected: Value '${value.slice(0, QUOTED_LENGTH)}' at '${this.#here()}' failed to satisfy ` +
            `constraint: Member must satisfy enum value set: [${legal.values.join(', ')}]`,
      );
    return value;
  }

  #timestamp(value: unknown): unknown {
    if (typeof value !== 'number' || !(Math.abs(value * 1000) <= LARGEST_DATE_MS))
      this.#wrongType('timestamp (epoch seconds)', value);
    return toDate(Math.round(value * 1000));
  }

  #blob(value: unknown): Uint8Array {
    if (
      typeof value !== 'string' ||
      !/^[A-Za-z0-9+/]*={0,2}$/.test(value) ||
      value.length % 4 !== 0
    )
      this.#wrongType('blob (base64)', value);
    return Buffer.from(value, 'base64');
  }

  #map(shape: Shape, value: unknown): object {
    if (!isObject(value)) this.#wrongType('map', value);
    const output: Record<string, unknown> = {};
    for (const key of Object.keys(value)) output[this.#key(key)] = this.#at(key, shape, value[key]);
    return output;
  }

  #document(value: unknown): unknown {
    const any: Shape = { kind: 'document' };
    if (Array.isArray(value)) return value.map((entry, index) => this.#at(index, any, entry));
    return isObject(value) ? this.#map(any, value) : value;
  }

  /** Refuses the one name that would reach an object's prototype instead of becoming a member. */
  #key(key: string): string {
    if (key === '__proto__')
      this.#fail(
        `Invalid key in ${this.#here()} of ${this.#context.operation}: "__proto__" cannot be a key here; choose another name`,
      );
    return key;
  }

  #wrongType(expected: string, value: unknown, actual = kindOf(value)): never {
    const shown = quoted(value);
    this.#fail(
      `Invalid type for parameter ${this.#here()} of ${this.#context.operation}: expected a ${expected}, got ` +
        (shown === undefined ? article(actual) : `${shown} (${article(actual)})`),
    );
  }

  #here(): string {
    const text = this.#path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    return text.length === 0 ? 'the request' : text.join('').slice(1);
  }

  #pathTo(name: string): string {
    return this.#path.length === 0 ? name : `${this.#here()}.${name}`;
  }

  #fail(message: string): never {
    const { code, queryCode } = this.#context;
    throw new AwsError(code, message, queryCode === undefined ? {} : { queryCode });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'structure' : typeof value;
}

function article(kind: string): string {
  return kind === 'null' ? kind : `a ${kind}`;
}

/** Scalars as the client wrote them, shortened; structures are only named, since they may be deep and hold secrets. */
function quoted(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, QUOTED_LENGTH));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
