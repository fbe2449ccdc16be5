/** What a plain scalar is in YAML's core schema (YAML 1.2.2, section 10.3): null, a boolean, a number or a text. */
import { isScalar, Schema } from 'yaml';

/** A scalar's value, or why JSON cannot have it. */
export type CoreScalar =
  | { readonly ok: true; readonly value: null | boolean | number | string }
  | { readonly ok: false; readonly problem: string };

const CORE_TAGS = new Schema({ schema: 'core' }).tags;

/** Resolves the text of a plain scalar. Numbers that a program could not keep exactly are refused. */
export function coreScalar(text: string): CoreScalar {
  const value = resolve(text);
  if (typeof value !== 'number') return { ok: true, value };
  if (!Number.isFinite(value)) return { ok: false, problem: `${text} is no number that JSON has` };
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && !/[.eE]/.test(text))
    return {
      ok: false,
      problem: `${text} is too large a number to be kept exactly; write "${text}" if it is a text`,
    };
  return { ok: true, value };
}

function resolve(text: string): null | boolean | number | string {
  const tag = CORE_TAGS.filter((each) => each.collection === undefined).find(
    ({ test }) => test?.test(text) ?? false,
  );
  if (tag === undefined) return text;
  const resolved: unknown = tag.resolve(text, () => undefined, {});
  const value = isScalar(resolved) ? resolved.value : resolved;
  return value === null || typeof value === 'boolean' || typeof value === 'number' ? value : text;
}
