/** What PutMetricAlarm asks an alarm to watch: one metric, or math on several. */
import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { AlarmSource } from '../state/cloudwatch-entities.ts';
import { invalidCombination, missingParameter, validationError } from './errors.ts';
import { MathEvaluation } from './math/evaluate.ts';
import { metricNamed } from './metric-identity.ts';
import {
  asValidationError,
  checkQueries,
  checkStatistic,
  mathQueries,
  type CheckedQuery,
} from './metric-queries.ts';

/** Members that only go with a single metric. */
const OF_ONE_METRIC = [
  'MetricName',
  'Namespace',
  'Dimensions',
  'Period',
  'Unit',
  'Statistic',
  'ExtendedStatistic',
] as const;

/** Ways to watch that are not evaluated here. */
const NOT_EVALUATED = [
  'EvaluationCriteria',
  'EvaluationInterval',
  'EvaluationWindow',
  'WarmUpConfiguration',
  'ThresholdMetricId',
] as const;

/** @throws AwsError for what does not go together, and for what is not evaluated here */
export function checkSource(region: string, input: PutMetricAlarmInput): AlarmSource {
  for (const member of NOT_EVALUATED)
    if (input[member] !== undefined)
      throw validationError(
        `${member} is not evaluated by Fairlead's local CloudWatch. Set a Threshold for a metric, or for math on metrics, instead.`,
      );
  if (input.Metrics === undefined || input.Metrics.length === 0) return metricSource(region, input);
  const present = OF_ONE_METRIC.filter((member) => !isEmpty(input[member]));
  if (present.length > 0)
    throw validationError(`Metrics list should not be specified along with ${present.join(', ')}.`);
  return mathSource(region, input.Metrics);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function metricSource(region: string, input: PutMetricAlarmInput): AlarmSource {
  if (input.MetricName === undefined)
    throw validationError('Exactly one of MetricName and Metrics must be specified.');
  const { namespace, metricName, dimensions } = metricNamed(region, input);
  const { Statistic: standard, ExtendedStatistic: extended, Period: period, Unit: unit } = input;
  if (standard !== undefined && extended !== undefined)
    throw invalidCombination(
      'The parameters Statistic and ExtendedStatistic are mutually exclusive and you have specified both.',
    );
  const statistic = standard ?? extended;
  if (statistic === undefined) throw missingParameter('Statistic or ExtendedStatistic');
  if (period === undefined) throw missingParameter('Period');
  checkStatistic(statistic, 'ExtendedStatistic');
  return {
    ...{ kind: 'metric', namespace, metricName, dimensions, statistic },
    period: checkAlarmPeriod(period),
    ...(unit !== undefined && { unit }),
  };
}

function mathSource(
  region: string,
  metrics: NonNullable<PutMetricAlarmInput['Metrics']>,
): AlarmSource {
  const queries = checkQueries(region, metrics, 'Metrics');
  const [returned, ...others] = queries.filter(({ returnsData }) => returnsData);
  if (returned === undefined || others.length > 0)
    throw validationError('Exactly one element of the metrics list should return data.');
  const periods = new Set(queries.flatMap(({ period }) => period ?? []));
  const [period, ...more] = periods;
  if (period === undefined || more.length > 0)
    throw validationError(
      `The metrics of an alarm must all have one Period, not ${period === undefined ? 'none' : [...periods].join(', ')}.`,
    );
  checkSingleSeries(queries, returned.id);
  return { kind: 'math', metrics, period: checkAlarmPeriod(period) };
}

/** Evaluates it without data: whether there is one time series does not depend on what is in it. */
function checkSingleSeries(queries: readonly CheckedQuery[], id: string): void {
  const rangeOf = (periodSeconds: number) => ({
    start: 0,
    periodMs: periodSeconds * 1000,
    count: 0,
  });
  const evaluation = new MathEvaluation(
    mathQueries(queries, () => new Map()),
    rangeOf,
  );
  const series = asValidationError(() => evaluation.seriesOf(id));
  if (series.length !== 1)
    throw validationError(
      `The expression of '${id}' gives ${series.length} time series; an alarm watches exactly one. Put them together, for example by MAX([m1, m2]).`,
    );
}

/** Seconds. @throws AwsError ValidationError */
function checkAlarmPeriod(period: number): number {
  if ([10, 20, 30].includes(period) || (period > 0 && period % 60 === 0)) return period;
  throw validationError(`Period must be 10, 20, 30 or a multiple of 60, not ${period}.`);
}
