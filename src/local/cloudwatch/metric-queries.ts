/** MetricDataQuery structures, checked, and made into what metric math evaluates; for GetMetricData and for alarms. */
import type { MetricDataQuery, StandardUnit } from '@aws-sdk/client-cloudwatch';
import { validationError } from './errors.ts';
import { MathError } from './math/expression.ts';
import type { ExpressionQuery, MathQuery } from './math/evaluate.ts';
import { parseExpression } from './math/parse.ts';
import { metricNamed, type MetricName } from './metric-identity.ts';
import { readPeriods, type MetricState } from './read-metric.ts';
import { statisticValue } from './statistics/evaluate.ts';
import type { PeriodRange } from './statistics/periods.ts';
import { parseStatistic, STATISTIC_FORMS, type Statistic } from './statistics/statistic.ts';

/** A checked query. Periods are in seconds. */
export type CheckedQuery = MetricQuery | (ExpressionQuery & { readonly returnsData: boolean });

/** A query that reads a metric. */
export interface MetricQuery {
  readonly kind: 'metric';
  readonly id: string;
  readonly returnsData: boolean;
  readonly label: string;
  readonly metric: MetricName;
  readonly statistic: Statistic;
  readonly period: number;
  readonly unit: StandardUnit | undefined;
}

const ID = /^[a-z][A-Za-z0-9_]*$/;
const MOST_QUERIES = 500;
const LONGEST_EXPRESSION = 2048;

/**
 * Checks the queries of a request.
 * @param member what the request calls them: `MetricDataQueries`
 * @throws AwsError ValidationError
 */
export function checkQueries(
  region: string,
  queries: readonly MetricDataQuery[],
  member: string,
): readonly CheckedQuery[] {
  if (queries.length === 0 || queries.length > MOST_QUERIES)
    throw validationError(
      `The collection ${member} must have from 1 to ${MOST_QUERIES} members, not ${queries.length}.`,
    );
  const ids = new Set<string>();
  return queries.map((query, index) => {
    const checked = checkQuery(region, query, `${member}.member.${index + 1}`);
    if (ids.has(checked.id))
      throw validationError(`The values for parameter id in ${member} are not unique.`);
    ids.add(checked.id);
    return checked;
  });
}

function checkQuery(region: string, query: MetricDataQuery, at: string): CheckedQuery {
  const { Id: id = '', MetricStat: stat, Expression: text, Label: label } = query;
  if (!ID.test(id))
    throw validationError(
      `The value ${id} for parameter ${at}.Id is not matching the expected pattern ${ID.source}.`,
    );
  if (query.AccountId !== undefined && stat === undefined)
    throw validationError(`${at}.AccountId goes with MetricStat only.`);
  if ((stat === undefined) === (text === undefined))
    throw stat === undefined
      ? validationError(`Either ${at}.Expression or ${at}.MetricStat must be specified.`)
      : validationError(
          `The parameters ${at}.Expression and ${at}.MetricStat are mutually exclusive and you have specified both.`,
        );
  const common = { id, returnsData: query.ReturnData ?? true };
  if (text !== undefined) {
    checkExpression(text, at);
    const period =
      query.Period === undefined ? undefined : checkPeriod(query.Period, `${at}.Period`);
    return { ...common, kind: 'expression', label: label ?? id, text, period };
  }
  if (query.Period !== undefined)
    throw validationError(
      `The parameters ${at}.Period and ${at}.MetricStat are mutually exclusive and you have specified both.`,
    );
  const metric = metricNamed(region, stat?.Metric ?? {}, `${at}.MetricStat.Metric.`);
  return {
    ...common,
    kind: 'metric',
    label: label ?? metric.metricName,
    metric,
    statistic: checkStatistic(stat?.Stat ?? '', `${at}.MetricStat.Stat`),
    period: checkPeriod(stat?.Period ?? 0, `${at}.MetricStat.Period`),
    unit: stat?.Unit,
  };
}

function checkExpression(text: string, at: string): void {
  if (text.length > LONGEST_EXPRESSION)
    throw validationError(`${at}.Expression must have at most ${LONGEST_EXPRESSION} characters.`);
  if (/^\s*SELECT\s/i.test(text))
    throw validationError(
      `${at}.Expression is a Metrics Insights query, which Fairlead's local CloudWatch does not evaluate. Name the metrics in MetricStat instead.`,
    );
  asValidationError(() => parseExpression(text));
}

/** @throws AwsError ValidationError */
export function checkStatistic(text: string, parameter: string): Statistic {
  const statistic = parseStatistic(text);
  if (statistic !== undefined) return statistic;
  throw validationError(
    `The value ${text} for parameter ${parameter} is not supported. Use ${STATISTIC_FORMS}.`,
  );
}

/** Seconds. @throws AwsError ValidationError */
export function checkPeriod(period: number, parameter: string): number {
  if ((period > 0 && period % 60 === 0) || [1, 5, 10, 20, 30].includes(period)) return period;
  throw validationError(
    `The parameter ${parameter} must be 1, 5, 10, 20, 30, or a multiple of 60, not ${period}.`,
  );
}

/** Lets what is wrong with an expression be the request's error. @throws AwsError ValidationError */
export function asValidationError<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof MathError) throw validationError(error.message);
    throw error;
  }
}

/** Values of a metric by the epoch milliseconds at which their period begins, ascending. */
export type ReadValues = (query: MetricQuery) => ReadonlyMap<number, number>;

/** The queries as metric math evaluates them; a metric is read when it is asked for. */
export function mathQueries(
  queries: readonly CheckedQuery[],
  readValues: ReadValues,
): readonly MathQuery[] {
  return queries.map((query) => {
    if (query.kind === 'expression') return query;
    const { id, label, period } = query;
    const read = () => ({ kind: 'series', id, label, period, points: readValues(query) }) as const;
    return { kind: 'metric', id, read };
  });
}

/** Reads the values of metrics from the state. */
export function valuesIn(
  store: MetricState,
  rangeOf: (periodSeconds: number) => PeriodRange,
): ReadValues {
  return ({ metric, statistic, period, unit }) => {
    const values = new Map<number, number>();
    for (const [at, aggregate] of readPeriods(store, metric, rangeOf(period), unit)) {
      const value = statisticValue(statistic, aggregate);
      if (value !== undefined) values.set(at, value);
    }
    return values;
  };
}
