/** Texts made of what protocols trip over: quotes, escapes, separators, control characters, lone surrogates. */
import * as fc from 'fast-check';

const WELL_FORMED = [
  ...['a', 'Z', '0', '9', ' ', '\t', '\r', '\n', '"', "'", '\\', '/', '<', '>', '&', '=', '+', '%'],
  ...['.', ',', ';', '#', '{', '}', '[', ']', '(', ')', '\u0000', '\u001f', '\u007f'],
  ...['é', '€', '\u2028', '\ufeff', '\uffff', '😀'],
];

/** Any text that UTF-8 can hold. */
export const awkwardText = fc.string({ unit: fc.constantFrom(...WELL_FORMED), maxLength: 8 });

/** Any JavaScript string. */
export const brokenText = fc.string({
  unit: fc.constantFrom(...WELL_FORMED, '\ud800', '\udfff', '\ufffe'),
  maxLength: 8,
});
