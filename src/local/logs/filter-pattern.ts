/** Filter patterns of FilterLogEvents, as far as they are made of terms. */
import { invalidParameter } from './errors.ts';

/**
 * Compiles a pattern: `ERROR timeout` (both), `ERROR -health` (not the second), `?ERROR ?WARN` (any), `"two words"`. Terms are
 * compared with regard to case. An empty pattern takes everything.
 * @throws AwsError InvalidParameterException for JSON, space-delimited and regular expression patterns
 */
export function filterPattern(pattern: string | undefined): (message: string) => boolean {
  const text = (pattern ?? '').trim();
  if (/^[{[%]/.test(text))
    throw invalidParameter(
      `The filter pattern '${text}' is not evaluated locally. Use terms, such as ERROR "connection refused" -health or ?ERROR ?WARN.`,
    );
  const terms = Array.from(
    text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g),
    ([, sign, quoted, plain]) => ({
      sign,
      value: quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
    }),
  );
  const valuesOf = (sign: string): readonly string[] =>
    terms.filter((term) => term.sign === sign).map((term) => term.value);
  const [all, any, none] = [valuesOf(''), valuesOf('?'), valuesOf('-')];
  return (message) =>
    all.every((value) => message.includes(value)) &&
    !none.some((value) => message.includes(value)) &&
    // Beside terms that must be there, optional ones decide nothing.
    (all.length > 0 || any.length === 0 || any.some((value) => message.includes(value)));
}
