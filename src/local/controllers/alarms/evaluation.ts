/** One evaluation of an alarm: reads what it watches, and has the scheduler decide. */
import { evaluateAlarm, significantSamples } from '../../../scheduler/alarm/evaluate.ts';
import { stateReason, stateReasonData } from '../../../scheduler/alarm/reason.ts';
import { rangeStarts, type AlarmRhythm } from '../../../scheduler/alarm/schedule.ts';
import type {
  AlarmComparison,
  AlarmPeriod,
  AlarmRules,
} from '../../../scheduler/alarm/snapshot.ts';
import type { StateOfAlarm } from '../../cloudwatch/alarm-history.ts';
import { MathEvaluation } from '../../cloudwatch/math/evaluate.ts';
import type { MetricName } from '../../cloudwatch/metric-identity.ts';
import { checkQueries, mathQueries, valuesIn } from '../../cloudwatch/metric-queries.ts';
import { datapointsOf, readPeriods, type MetricState } from '../../cloudwatch/read-metric.ts';
import { statisticValue } from '../../cloudwatch/statistics/evaluate.ts';
import type { PeriodRange } from '../../cloudwatch/statistics/periods.ts';
import { parseStatistic, type Statistic } from '../../cloudwatch/statistics/statistic.ts';
import type { Alarm, AlarmSource } from '../../state/cloudwatch-entities.ts';

/** How often an alarm is evaluated, and over what. */
export function rhythmOf({ source, evaluationPeriods }: Alarm): AlarmRhythm {
  return { period: source.period, evaluationPeriods };
}

/** The state that an alarm should be in; undefined where it keeps the one that it has. */
export function stateAfterEvaluation(
  store: MetricState,
  alarm: Alarm,
  now: number,
): StateOfAlarm | undefined {
  const rules = rulesOf(alarm);
  const starts = rangeStarts(rhythmOf(alarm), now);
  const verdict = evaluateAlarm(rules, periodsOf(store, alarm, starts));
  if (verdict === undefined || verdict.state === alarm.stateValue) return undefined;
  const { source } = alarm;
  const ofMetric = source.kind === 'metric' ? source : undefined;
  return {
    stateValue: verdict.state,
    stateReason: stateReason(rules, verdict),
    stateReasonData: stateReasonData(rules, verdict, {
      now,
      period: source.period,
      ...(ofMetric !== undefined && { statistic: ofMetric.statistic }),
      ...(ofMetric?.unit !== undefined && { unit: ofMetric.unit }),
    }),
  };
}

/** Whether there is any data that this evaluation or a later one looks at: without any, nothing changes with time. */
export function hasData(store: MetricState, alarm: Alarm, now: number): boolean {
  const start = rangeStarts(rhythmOf(alarm), now).at(-1) ?? now;
  return metricsOf(alarm).some(
    (metric) => datapointsOf(store, metric, { start, end: now + AHEAD_MS }).length > 0,
  );
}

/** Data may be published for times that are two hours ahead. */
const AHEAD_MS = 3 * 3_600_000;

/** The metrics that an alarm watches or calculates with. */
export function metricsOf({ source, region }: Alarm): readonly MetricName[] {
  if (source.kind === 'metric') {
    const { namespace, metricName, dimensions } = source;
    return [{ region, namespace, metricName, dimensions }];
  }
  return checkQueries(region, source.metrics, 'Metrics').flatMap((query) =>
    query.kind === 'metric' ? query.metric : [],
  );
}

function rulesOf(alarm: Alarm): AlarmRules {
  const { source, comparisonOperator, evaluateLowSampleCountPercentile: lowSamples } = alarm;
  const statistic = source.kind === 'metric' ? statisticOf(source) : undefined;
  return {
    // PutMetricAlarm takes no other.
    comparison: comparisonOperator as AlarmComparison,
    threshold: alarm.threshold,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm,
    treatMissingData: alarm.treatMissingData ?? 'missing',
    leastSamples:
      lowSamples === 'ignore' && statistic?.kind === 'percentile'
        ? significantSamples(statistic.share)
        : 0,
  };
}

function statisticOf({ statistic }: Extract<AlarmSource, { kind: 'metric' }>): Statistic {
  const parsed = parseStatistic(statistic);
  if (parsed === undefined) throw new Error(`an alarm was stored with the statistic ${statistic}`);
  return parsed;
}

/** @param starts when the periods begin, newest first */
function periodsOf(
  store: MetricState,
  alarm: Alarm,
  starts: readonly number[],
): readonly AlarmPeriod[] {
  const { source } = alarm;
  const range: PeriodRange = {
    start: starts.at(-1) ?? 0,
    periodMs: source.period * 1000,
    count: starts.length,
  };
  if (source.kind === 'math') {
    const values = mathValues(store, alarm.region, source.metrics, range);
    return starts.map((at) => ({ at, value: values.get(at) }));
  }
  const [metric] = metricsOf(alarm);
  const statistic = statisticOf(source);
  const known = metric === undefined ? undefined : readPeriods(store, metric, range, source.unit);
  return starts.map((at) => {
    const aggregate = known?.get(at);
    if (aggregate === undefined) return { at, value: undefined };
    return { at, value: statisticValue(statistic, aggregate), sampleCount: aggregate.count };
  });
}

function mathValues(
  store: MetricState,
  region: string,
  metrics: Extract<AlarmSource, { kind: 'math' }>['metrics'],
  range: PeriodRange,
): ReadonlyMap<number, number> {
  const queries = checkQueries(region, metrics, 'Metrics');
  const rangeOf = (): PeriodRange => range;
  const evaluation = new MathEvaluation(mathQueries(queries, valuesIn(store, rangeOf)), rangeOf);
  const returned = queries.find(({ returnsData }) => returnsData);
  const [series] = returned === undefined ? [] : evaluation.seriesOf(returned.id);
  return series?.points ?? new Map();
}
