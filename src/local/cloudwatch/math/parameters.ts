/** What functions of metric math say of parameters that they do not take. */
import { MathError } from './expression.ts';
import type { MathValue } from './value.ts';

/** The parameters, when there are so many. @throws MathError */
export function exactly(
  name: string,
  parameters: readonly MathValue[],
  count: number,
): readonly MathValue[] {
  if (parameters.length === count) return parameters;
  throw new MathError(
    `The function ${name} takes ${count} ${count === 1 ? 'parameter' : 'parameters'}, not ${parameters.length}`,
  );
}

/** The function takes something else; `takes` completes the sentence. */
export function wrong(name: string, takes: string): MathError {
  return new MathError(`The function ${name} takes ${takes}`);
}
