import type {
  Datapoint,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import { toDate } from '../../../base/clock.ts';
import type { CloudWatchOperation } from '../context.ts';
import { invalidCombination, missingParameter } from '../errors.ts';
import { metricNamed } from '../metric-identity.ts';
import { checkPeriod, checkStatistic } from '../metric-queries.ts';
import { datapointsOf } from '../read-metric.ts';
import type { Aggregate } from '../statistics/aggregate.ts';
import { statisticValue } from '../statistics/evaluate.ts';
import { aggregatesByPeriod, periodsBetween } from '../statistics/periods.ts';
import { isStandardStatistic, type Statistic } from '../statistics/statistic.ts';
import { checkTimeRange } from '../time-range.ts';

/** AWS's limit for one answer. */
const MOST_POINTS = 1440;

/** Statistics of one metric, period by period and for each unit in which it was published. */
export const getMetricStatistics: CloudWatchOperation<
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput
> = (input, { store, clock, call }) => {
  const metric = metricNamed(call.region, input);
  if (input.Period === undefined) throw missingParameter('Period');
  const period = checkPeriod(input.Period, 'Period');
  const statistics = checkStatistics(input);
  const wanted = checkTimeRange(input, clock.now());
  const asked =
    ((input.EndTime?.getTime() ?? 0) - (input.StartTime?.getTime() ?? 0)) / (period * 1000);
  if (asked > MOST_POINTS)
    throw invalidCombination(
      `You have requested up to ${Math.ceil(asked).toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
  const range = periodsBetween(wanted.start, wanted.end, period);
  const points = datapointsOf(
    store,
    metric,
    { start: range.start, end: range.start + range.count * range.periodMs },
    input.Unit,
  );
  const units = [...new Set(points.map(({ unit = 'None' }) => unit))];
  return {
    Label: metric.metricName,
    Datapoints: units.flatMap((unit) => {
      const ofUnit = points.filter((point) => (point.unit ?? 'None') === unit);
      return [...aggregatesByPeriod(ofUnit, range)].map(([at, aggregate]) =>
        datapoint(at, unit, aggregate, statistics),
      );
    }),
  };
};

type Named = ReadonlyMap<string, Statistic>;

function checkStatistics(input: GetMetricStatisticsInput): Named {
  const { Statistics: standard = [], ExtendedStatistics: extended = [] } = input;
  if (standard.length > 0 && extended.length > 0)
    throw invalidCombination(
      'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.',
    );
  const names = [...standard, ...extended];
  if (names.length === 0) throw missingParameter('Statistics or ExtendedStatistics');
  return new Map(names.map((name) => [name, checkStatistic(name, 'ExtendedStatistics')]));
}

function datapoint(
  at: number,
  unit: StandardUnit,
  aggregate: Aggregate,
  statistics: Named,
): Datapoint {
  const values = [...statistics].flatMap(([name, statistic]) => {
    const value = statisticValue(statistic, aggregate);
    return value === undefined ? [] : [[name, value] as const];
  });
  const standard = values.filter(([name]) => isStandardStatistic(name));
  const extended = values.filter(([name]) => !isStandardStatistic(name));
  return {
    Timestamp: toDate(at),
    ...Object.fromEntries(standard),
    Unit: unit,
    ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
  };
}
