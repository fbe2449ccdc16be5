import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { toDate } from '../../../base/clock.ts';
import type { CloudWatchOperation } from '../context.ts';
import { invalidNextToken, validationError } from '../errors.ts';
import { MathEvaluation } from '../math/evaluate.ts';
import type { Series } from '../math/value.ts';
import { asValidationError, checkQueries, mathQueries, valuesIn } from '../metric-queries.ts';
import { nextTokenOf, placeOf } from '../page.ts';
import { checkTimeRange } from '../time-range.ts';
import { periodsBetween, type PeriodRange } from '../statistics/periods.ts';

/** AWS's limit for one answer, and its usual size. */
const MOST_POINTS = 100_800;

/** The values of metrics and of the math on them; answers come in pages of so many datapoints. */
export const getMetricData: CloudWatchOperation<GetMetricDataInput, GetMetricDataOutput> = (
  input,
  { store, clock, call },
) => {
  const most = input.MaxDatapoints ?? MOST_POINTS;
  if (most < 1 || most > MOST_POINTS)
    throw validationError(
      `The parameter MaxDatapoints must be from 1 to ${MOST_POINTS}, not ${most}.`,
    );
  const range = checkTimeRange(input, clock.now());
  const queries = checkQueries(call.region, input.MetricDataQueries ?? [], 'MetricDataQueries');
  const rangeOf = (period: number): PeriodRange => periodsBetween(range.start, range.end, period);
  const evaluation = new MathEvaluation(mathQueries(queries, valuesIn(store, rangeOf)), rangeOf);
  const ascending = input.ScanBy === 'TimestampAscending';
  const results = queries
    .filter(({ returnsData }) => returnsData)
    .flatMap(({ id }) =>
      asValidationError(() => evaluation.seriesOf(id)).map((series) => ({ id, series })),
    );
  const from = input.NextToken === undefined ? 0 : Number(placeOf(input.NextToken));
  if (!Number.isSafeInteger(from) || from < 0) throw invalidNextToken();
  let position = 0;
  const page = results.flatMap(({ id, series }) => {
    const begin = position;
    position += series.points.size;
    return pagedResult(id, series, begin, { from, most, ascending });
  });
  return {
    MetricDataResults: page,
    Messages: [],
    ...(position > from + most && { NextToken: nextTokenOf(String(from + most)) }),
  };
};

/** What of a series belongs to the page; `begin` is the place of its first datapoint among all of the answer. */
function pagedResult(
  id: string,
  series: Series,
  begin: number,
  {
    from,
    most,
    ascending,
  }: { readonly from: number; readonly most: number; readonly ascending: boolean },
): MetricDataResult[] {
  const end = begin + series.points.size;
  const isOnPage =
    series.points.size === 0
      ? begin >= from && begin <= from + most
      : begin < from + most && end > from;
  if (!isOnPage) return [];
  const all = [...series.points];
  const ordered = ascending ? all : all.reverse();
  const points = ordered.slice(Math.max(0, from - begin), Math.max(0, from + most - begin));
  return [
    {
      Id: id,
      Label: series.label,
      Timestamps: points.map(([at]) => toDate(at)),
      Values: points.map(([, value]) => value),
      StatusCode: end > from + most ? 'PartialData' : 'Complete',
    },
  ];
}
