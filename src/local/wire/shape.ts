/**
 * The SDK's schemas, compiled once into the form that the wire walks: members by name, which of them are required, and
 * the legal values of enums, which the schemas themselves do not carry.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef, StaticOperationSchema } from '@smithy/types';

/** A text, perhaps one of an enum's. */
export interface StringShape {
  readonly kind: 'string';
  /** True for what the model marks as secret: its value is never repeated in a message. */
  readonly sensitive: boolean;
  readonly legal: LegalValues | undefined;
}

/** The values that an enum member may have. */
export interface LegalValues {
  readonly values: readonly string[];
  /** What AWS says instead of its generic sentence, where that is known. */
  readonly message: string | undefined;
}

/** One member of a structure. */
export interface Member {
  readonly name: string;
  /** The name as JSON has it before the value: `"launchType":`. */
  readonly jsonKey: string;
  readonly shape: Shape;
}

/** A structure; a union is a structure of which exactly one member is present. */
export interface StructShape {
  readonly kind: 'struct' | 'union';
  readonly name: string;
  readonly members: ReadonlyMap<string, Member>;
  readonly required: readonly string[];
}

/** What the wire knows about a value. Shapes may be recursive. */
export type Shape =
  | StringShape
  | StructShape
  | { readonly kind: 'number'; /** No fraction is taken. */ readonly whole: boolean }
  | { readonly kind: 'boolean' | 'timestamp' | 'blob' | 'document' }
  | { readonly kind: 'list'; readonly element: Shape }
  | { readonly kind: 'map'; readonly value: Shape };

/** An operation's input and output. */
export interface OperationShape {
  readonly name: string;
  readonly input: StructShape;
  readonly output: StructShape;
}

/** What an API adds to its schemas, by `StructName.memberName` (see ServiceApi). */
export interface MemberTables {
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly enumMessages?: ReadonlyMap<string, string>;
  readonly fractions?: ReadonlySet<string>;
}

/** The element of a static structure schema that counts its leading required members. */
const REQUIRED_COUNT = 6;

const EMPTY_STRUCT: StructShape = { kind: 'struct', name: '', members: new Map(), required: [] };

/** Compiles the schemas of one API; each structure once. */
export class ShapeCompiler {
  readonly #tables: MemberTables;
  readonly #structs = new Map<unknown, StructShape>();

  constructor(tables: MemberTables) {
    this.#tables = tables;
  }

  /** @throws Error for a schema that no protocol here can carry, such as an event stream. */
  operation(schema: StaticOperationSchema): OperationShape {
    const [, , name, , input, output] = schema;
    return { name, input: this.#top(input), output: this.#top(output) };
  }

  #top(ref: $SchemaRef): StructShape {
    const schema = NormalizedSchema.of(ref);
    if (schema.isUnitSchema()) return EMPTY_STRUCT;
    if (!schema.isStructSchema())
      throw new Error(`${String(schema.getName())} is neither a structure nor empty`);
    return this.#struct(schema);
  }

  #shape(schema: NormalizedSchema, key: string): Shape {
    if (schema.isStreaming())
      throw new Error(`${schema.getMemberName()} is a stream, which this server cannot carry`);
    if (schema.isStructSchema()) return this.#struct(schema);
    if (schema.isListSchema())
      return { kind: 'list', element: this.#shape(schema.getValueSchema(), key) };
    if (schema.isMapSchema())
      return { kind: 'map', value: this.#shape(schema.getValueSchema(), key) };
    if (schema.isStringSchema())
      return {
        kind: 'string',
        sensitive: 'sensitive' in schema.getMergedTraits(),
        legal: this.#legalValues(key),
      };
    if (schema.isNumericSchema())
      return { kind: 'number', whole: this.#tables.fractions?.has(key) !== true };
    if (schema.isBooleanSchema()) return { kind: 'boolean' };
    if (schema.isTimestampSchema()) return { kind: 'timestamp' };
    if (schema.isBlobSchema()) return { kind: 'blob' };
    if (schema.isDocumentSchema()) return { kind: 'document' };
    throw new Error(`schema ${JSON.stringify(schema.getSchema())} is of a kind not known here`);
  }

  #struct(schema: NormalizedSchema): StructShape {
    const raw = schema.getSchema();
    const known = this.#structs.get(raw);
    if (known !== undefined) return known;
    const name = schema.getName() ?? '';
    const members = new Map<string, Member>();
    const count = Array.isArray(raw) ? (raw[REQUIRED_COUNT] ?? 0) : 0;
    const names: readonly unknown[] = Array.isArray(raw) && Array.isArray(raw[4]) ? raw[4] : [];
    const shape: StructShape = {
      kind: schema.isUnionSchema() ? 'union' : 'struct',
      name,
      members,
      required: names.slice(0, count).map(String),
    };
    // Known before its members are, so that a structure may contain itself.
    this.#structs.set(raw, shape);
    for (const [member, memberSchema] of schema.structIterator()) {
      members.set(member, {
        name: member,
        jsonKey: `${JSON.stringify(member)}:`,
        shape: this.#shape(memberSchema, `${name}.${member}`),
      });
    }
    return shape;
  }

  #legalValues(key: string): LegalValues | undefined {
    const values = this.#tables.enums.get(key);
    return values && { values, message: this.#tables.enumMessages?.get(key) };
  }
}
