/** Operators of metric math: on numbers, on a series and a number, on two series point by point. */
import { MathError, type Operator } from './expression.ts';
import { mapSeries, scalar, withPoints, type MathValue, type Series } from './value.ts';

/** Comparisons and logic give 1 or 0. */
const CALCULATE: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/**
 * Two series give a point where both have one; a list of series gives a list.
 * @throws MathError where an operand is a text, or both are lists
 */
export function operate(operator: Operator, left: MathValue, right: MathValue): MathValue {
  const calculate = CALCULATE[operator];
  if (left.kind === 'text' || right.kind === 'text')
    throw new MathError(`The operator ${operator} does not take a text`);
  if (left.kind === 'list') {
    if (right.kind === 'list')
      throw new MathError(`The operator ${operator} does not take two arrays of time series`);
    return { kind: 'list', series: left.series.map((each) => onSeries(calculate, each, right)) };
  }
  if (right.kind === 'list')
    return {
      kind: 'list',
      series: right.series.map((each) =>
        onSeries((one, other) => calculate(other, one), each, left),
      ),
    };
  if (left.kind === 'series') return onSeries(calculate, left, right);
  if (right.kind === 'series') return mapSeries(right, (value) => calculate(left.value, value));
  return scalar(calculate(left.value, right.value));
}

function onSeries(
  calculate: (left: number, right: number) => number,
  left: Series,
  right: Extract<MathValue, { kind: 'scalar' | 'series' }>,
): Series {
  if (right.kind === 'scalar') return mapSeries(left, (value) => calculate(value, right.value));
  const points = [...left.points].flatMap(([at, value]) => {
    const other = right.points.get(at);
    return other === undefined ? [] : [[at, calculate(value, other)] as const];
  });
  return withPoints({ ...left, period: Math.max(left.period, right.period) }, points);
}
