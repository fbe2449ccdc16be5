/** IF(condition, then, else), at each point of the condition. */
import { wrong } from './parameters.ts';
import { withPoints, type MathValue } from './value.ts';

/** A number other than 0 chooses `then`. Without `else` there is no point where it does not. */
export function choose(parameters: readonly MathValue[]): MathValue {
  const [condition, chosen, other] = parameters;
  if (condition === undefined || chosen === undefined || parameters.length > 3)
    throw wrong('IF', 'a condition, what it gives, and what it gives otherwise');
  if (condition.kind === 'scalar') {
    if (condition.value !== 0) return chosen;
    if (other === undefined)
      throw wrong('IF', 'a time series as its condition, or a third parameter');
    return other;
  }
  if (condition.kind !== 'series') throw wrong('IF', 'a time series or a number as its condition');
  const points = [...condition.points].flatMap(([at, value]) => {
    const result = valueAt(value !== 0 ? chosen : other, at);
    return result === undefined ? [] : [[at, result] as const];
  });
  return withPoints(condition, points);
}

function valueAt(value: MathValue | undefined, at: number): number | undefined {
  switch (value?.kind) {
    case 'scalar':
      return value.value;
    case 'series':
      return value.points.get(at);
    case undefined:
      return undefined;
    case 'list':
    case 'text':
      throw wrong('IF', 'a time series or a number to choose from');
  }
}
