/**
 * The fields of a configuration file as zod schemas: each reads a scalar's text, says what would be right, and knows what an
 * editor may offer (JSON Schema). Wherever a value stands, `${VAR}` may stand too.
 */
import { z } from 'zod';
import { parseDuration } from '../duration.ts';
import { UserError } from '../errors.ts';
import { parsePercent, parseShare } from './percent.ts';
import { knownKeysMessage, refusal } from './problems.ts';

/** JSON Schema, as far as it is written by hand. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const VARIABLE = '\\$\\{';
const DURATION_JSON = {
  type: ['string', 'number'],
  pattern: `^ *((\\d+(\\.\\d+)?(ms|s|m|h))+|\\d+(\\.\\d+)?) *$|${VARIABLE}`,
};
/** ECS waits for nothing longer: the longest time of a pause hook (reference: ECS semantics 6.3). */
const LONGEST_MS = 14 * 24 * 3_600_000;

/**
 * A scalar.
 * @param right what it must be, such as `a text`
 * @param read undefined for a text that is not right; a UserError says why it is not
 * @param json what editors are told
 */
export function scalar<T>(
  right: string,
  read: (text: string) => T | undefined,
  json: JsonSchema,
): z.ZodType<T> {
  return z
    .unknown()
    .transform((value, context): T => {
      try {
        const result = typeof value === 'string' && value !== '' ? read(value) : undefined;
        if (result !== undefined) return result;
        context.addIssue(refusal(value, right));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        context.addIssue(`is wrong: ${error.message}`);
      }
      return z.NEVER;
    })
    .meta(json);
}

/** A text that is not empty. */
export function text(right = 'a text', isRight: (text: string) => boolean = () => true) {
  return scalar(right, (value) => (isRight(value) ? value : undefined), {
    type: 'string',
    minLength: 1,
  });
}

/** An argument or a variable's value: any scalar as it is written, empty or not. */
export function argument(): z.ZodType<string> {
  return z
    .string({ error: ({ input }) => refusal(input, 'a text') })
    .meta({ type: ['string', 'number', 'boolean', 'null'] });
}

/** One of a few words. */
export function choice<const T extends string>(words: readonly [T, ...T[]]): z.ZodType<T> {
  return scalar(
    words.length === 1 ? words[0] : `one of ${words.join(', ')}`,
    (value) => words.find((word) => word === value),
    { anyOf: [{ enum: words }, { type: 'string', pattern: VARIABLE }] },
  );
}

/** `true` or `false`. */
export function flag(): z.ZodType<boolean> {
  return scalar(
    'true or false',
    (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
    { type: ['boolean', 'string'], pattern: `^(true|false)$|${VARIABLE}` },
  );
}

/** A whole number between two bounds, both included. */
export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return scalar(
    `a whole number from ${least} to ${most}`,
    (value) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : -1;
      return number >= least && number <= most ? number : undefined;
    },
    {
      type: ['integer', 'string'],
      minimum: least,
      maximum: most,
      pattern: `^\\d{1,15}$|${VARIABLE}`,
    },
  );
}

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Any number. */
export function number(): z.ZodType<number> {
  return scalar(
    'a number, such as 0.99',
    (value) => (NUMBER.test(value) && Number.isFinite(Number(value)) ? Number(value) : undefined),
    { type: ['number', 'string'], pattern: `${NUMBER.source}|${VARIABLE}` },
  );
}

const PERCENT_JSON = { type: 'string', pattern: `^\\s*\\d+(\\.\\d+)?\\s?%\\s*$|${VARIABLE}` };

/** `20%` as 20: above 0 and up to 100. */
export function percent(): z.ZodType<number> {
  return scalar(
    'a percentage above 0% and up to 100%, such as 20%',
    (value) => {
      const read = parsePercent(value);
      return read === undefined || read === 0 ? undefined : read;
    },
    PERCENT_JSON,
  );
}

/** `1%` as the share 0.01: 0 up to 1. */
export function share(): z.ZodType<number> {
  return scalar('a percentage from 0% to 100%, such as 1%', parseShare, PERCENT_JSON);
}

/** `5m` or `1h30m` as milliseconds; a bare number is seconds. Nothing is longer than 14 days. */
export function duration(least: 'zero' | 'above-zero'): z.ZodType<number> {
  return scalar(
    least === 'zero'
      ? 'a time up to 336h, such as 90s, 5m or 1h30m'
      : 'a time above 0s and up to 336h, such as 250ms, 90s or 15m',
    (value) => {
      const ms = parseDuration(value);
      const isShort = ms === 0 && least !== 'zero';
      return ms === undefined || isShort || ms > LONGEST_MS ? undefined : ms;
    },
    DURATION_JSON,
  );
}

/** An http or https URL without a user and a password. */
export function httpUrl(example: string): z.ZodType<string> {
  return text(`an http or https URL without a user and a password, such as ${example}`, (value) => {
    if (!URL.canParse(value)) return false;
    const { protocol, username, password } = new URL(value);
    return /^https?:$/.test(protocol) && username === '' && password === '';
  });
}

/** A list. */
export function list<T>(right: string, item: z.ZodType<T>, least = 0): z.ZodType<T[]> {
  const error = ({ input }: { readonly input?: unknown }): string =>
    Array.isArray(input) ? `is an empty list; it must be ${right}` : refusal(input, right);
  const items = z.array(item, { error });
  return least === 0 ? items : items.min(least, { error });
}

/** A mapping with these keys and no others. */
export function mapping<Shape extends z.core.$ZodLooseShape>(right: string, shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code, input }: { readonly code: string; readonly input?: unknown }) =>
      code === 'unrecognized_keys' ? knownKeysMessage(Object.keys(shape)) : refusal(input, right),
  });
}

/**
 * A mapping whose keys are names of the user's.
 * @param key what a name must be like, and what is said of one that is not
 */
export function namesTo<T>(
  right: string,
  value: z.ZodType<T>,
  key: { readonly pattern: RegExp; readonly wrong: string } = { pattern: /^/, wrong: '' },
): z.ZodType<Record<string, T>> {
  return z.record(z.string().regex(key.pattern), value, {
    error: ({ code, input }) => (code === 'invalid_key' ? key.wrong : refusal(input, right)),
  });
}

/** Why a value has none of several forms, and where that shows. */
export interface NoForm {
  /** From the value on. */
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/**
 * One of several forms.
 * @param forms all of them, for editors
 * @param choose the one that a value is meant to be, so that only its problems are told
 */
export function variants<T>(
  forms: readonly z.ZodType<T>[],
  choose: (value: unknown) => z.ZodType<T> | NoForm,
): z.ZodType<T> {
  return z
    .unknown()
    .transform((value, context): T => {
      const form = choose(value);
      if ('text' in form) {
        context.addIssue({ code: 'custom', message: form.text, path: [...form.path] });
        return z.NEVER;
      }
      const parsed = form.safeParse(value);
      if (parsed.success) return parsed.data;
      for (const issue of parsed.error.issues)
        context.issues.push(
          issue.code === 'unrecognized_keys'
            ? { ...told(issue), code: issue.code, keys: issue.keys, input: {} }
            : { ...told(issue), code: 'custom', input: value },
        );
      return z.NEVER;
    })
    .meta({
      // Made only when the schema for editors is written: a command has no use for it.
      get anyOf() {
        return forms.map(jsonSchemaOf);
      },
    });
}

function told({ message, path }: z.core.$ZodIssue): { message: string; path: PropertyKey[] } {
  return { message, path: [...path] };
}

/** The JSON Schema of what is written in a file, as draft 7, which editors know. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return json;
}
