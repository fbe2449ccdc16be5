/** The values of the queries of one request: metrics as they are read, expressions as they are calculated. */
import type { PeriodRange } from '../statistics/periods.ts';
import { MathError, type Expression } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import { operate } from './operators.ts';
import { parseExpression } from './parse.ts';
import { scalar, type MathValue, type Series } from './value.ts';

/** A query of the request. */
export type MathQuery =
  { readonly kind: 'metric'; readonly id: string; readonly read: () => Series } | ExpressionQuery;

/** A query that calculates. */
export interface ExpressionQuery {
  readonly kind: 'expression';
  readonly id: string;
  readonly label: string;
  readonly text: string;
  /** Seconds; the longest of the metrics unless given. */
  readonly period: number | undefined;
}

/** Functions of AWS that look beyond the request's own metrics. */
const NOT_EVALUATED: ReadonlySet<string> = new Set([
  'SEARCH',
  'ANOMALY_DETECTION_BAND',
  'INSIGHT_RULE_METRIC',
  'SERVICE_QUOTA',
  'DB_PERF_INSIGHTS',
  'LAMBDA',
]);

/** Words that stand for themselves as a parameter of FILL. */
const WORDS: ReadonlySet<string> = new Set(['REPEAT', 'LINEAR']);

/** Evaluates the queries of one request, each once. */
export class MathEvaluation {
  readonly #queries: ReadonlyMap<string, MathQuery>;
  readonly #rangeOf: (periodSeconds: number) => PeriodRange;
  readonly #known = new Map<string, MathValue>();
  readonly #underWay = new Set<string>();

  /** @param rangeOf the periods that the request asks for, when they are of so many seconds: what fills gaps needs them */
  constructor(queries: readonly MathQuery[], rangeOf: (periodSeconds: number) => PeriodRange) {
    this.#queries = new Map(queries.map((query) => [query.id, query]));
    this.#rangeOf = rangeOf;
  }

  /**
   * The series of a query: one of a metric, one or more of an expression.
   * @throws MathError when an expression cannot be read, refers to what is not there or to itself, or is no time series
   */
  seriesOf(id: string): readonly Series[] {
    const value = this.#valueOf(id);
    if (value.kind === 'series') return [value];
    if (value.kind === 'list') return value.series;
    throw new MathError(
      `The expression of '${id}' gives ${value.kind === 'scalar' ? 'a single number' : 'a text'}; it must give a time series`,
    );
  }

  #valueOf(id: string): MathValue {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const query = this.#queries.get(id);
    if (query === undefined)
      throw new MathError(
        `The id '${id}' is used in an expression and is not in the list of metrics`,
      );
    if (this.#underWay.has(id))
      throw new MathError(`The expression of '${id}' refers to itself, directly or through others`);
    this.#underWay.add(id);
    const value = query.kind === 'metric' ? query.read() : this.#calculate(query);
    this.#underWay.delete(id);
    this.#known.set(id, value);
    return value;
  }

  #calculate(query: ExpressionQuery): MathValue {
    const value = this.#evaluate(parseExpression(query.text), query);
    // A list keeps the labels of what it is made of.
    return value.kind === 'series' ? { ...value, label: query.label } : value;
  }

  #evaluate(expression: Expression, query: ExpressionQuery): MathValue {
    switch (expression.kind) {
      case 'number':
        return scalar(expression.value);
      case 'text':
        return expression;
      case 'reference':
        return WORDS.has(expression.id)
          ? { kind: 'text', value: expression.id }
          : this.#valueOf(expression.id);
      case 'negation':
        return operate('*', this.#evaluate(expression.operand, query), scalar(-1));
      case 'operation':
        return operate(
          expression.operator,
          this.#evaluate(expression.left, query),
          this.#evaluate(expression.right, query),
        );
      case 'array':
        return {
          kind: 'list',
          series: expression.elements.flatMap((each) => this.#series(each, query)),
        };
      case 'call':
        return this.#call(expression, query);
    }
  }

  #series(expression: Expression, query: ExpressionQuery): readonly Series[] {
    const value = this.#evaluate(expression, query);
    if (value.kind === 'series') return [value];
    if (value.kind === 'list') return value.series;
    throw new MathError(`An array in the expression '${query.text}' may hold time series only`);
  }

  #call(
    { name, parameters }: Extract<Expression, { kind: 'call' }>,
    query: ExpressionQuery,
  ): MathValue {
    const run = FUNCTIONS.get(name);
    if (run === undefined)
      throw new MathError(
        NOT_EVALUATED.has(name)
          ? `The function ${name} is not evaluated by Fairlead's local CloudWatch. Name the metrics in the request instead`
          : `The function ${name} is not known here. Known are ${[...FUNCTIONS.keys()].join(', ')}`,
      );
    const metrics = (): readonly Series[] =>
      [...this.#queries.values()].flatMap(({ id, kind }) =>
        kind === 'metric' ? this.seriesOf(id) : [],
      );
    const values = parameters.map((each) => this.#evaluate(each, query));
    const period = query.period ?? Math.max(60, ...metrics().map((series) => series.period));
    return run(values, { rangeOf: this.#rangeOf, period, metrics });
  }
}
