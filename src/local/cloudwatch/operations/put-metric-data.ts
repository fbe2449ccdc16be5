import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchContext, CloudWatchOperation } from '../context.ts';
import { invalidCombination, invalidValue, limitExceeded, missingParameter } from '../errors.ts';
import { metricNamed } from '../metric-identity.ts';
import { recordDatapoints, type Published } from '../record-datapoints.ts';
import { MOST_DATAPOINTS } from '../retention.ts';
import { aggregateOf, aggregateOfSet, type Aggregate } from '../statistics/aggregate.ts';

const MOST_DATA = 1000;
const MOST_VALUES = 150;
const LARGEST_VALUE = 2 ** 360;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;

/** Publishes values of metrics, all or none. Entities are not kept; the metrics that belong to them are. */
export const putMetricData: CloudWatchOperation<PutMetricDataInput, object> = (input, context) => {
  const { store, clock } = context;
  const { Namespace: namespace } = input;
  if (namespace?.startsWith('AWS/') === true)
    throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
  const published = dataOf(input).map(([datum, at]) => publishedBy(datum, at, namespace, context));
  if (store.metricDatapoints.size + published.length > MOST_DATAPOINTS)
    throw limitExceeded(
      `This local CloudWatch keeps at most ${MOST_DATAPOINTS} datapoints, and has ${store.metricDatapoints.size}. Publish fewer metrics, or begin anew with an empty state.`,
    );
  store.transaction(() => recordDatapoints(context, published, clock.now()));
  return {};
};

/** Every datum of the request with its place in it. */
function dataOf(input: PutMetricDataInput): readonly (readonly [MetricDatum, string])[] {
  const { MetricData: plain = [], EntityMetricData: entities = [] } = input;
  const data = [
    ...plain.map((datum, index) => [datum, `MetricData.member.${index + 1}.`] as const),
    ...entities.flatMap(({ MetricData: ofEntity = [] }, entity) =>
      ofEntity.map((datum, index) => {
        const place = `EntityMetricData.member.${entity + 1}.MetricData.member.${index + 1}.`;
        return [datum, place] as const;
      }),
    ),
  ];
  if (data.length === 0) throw missingParameter('MetricData');
  if (data.length > MOST_DATA)
    throw invalidValue(
      `The collection MetricData must not have a size greater than ${MOST_DATA}, not ${data.length}.`,
    );
  return data;
}

function publishedBy(
  datum: MetricDatum,
  at: string,
  namespace: string | undefined,
  { call, clock }: CloudWatchContext,
): Published {
  const { StorageResolution: resolution = 60 } = datum;
  if (resolution !== 1 && resolution !== 60)
    throw invalidValue(
      `The value ${resolution} for parameter ${at}StorageResolution is invalid: it is 1 or 60.`,
    );
  return {
    metric: metricNamed(call.region, { ...datum, Namespace: namespace }, at, ''),
    at: timeOf(datum, at, clock.now()),
    unit: datum.Unit,
    resolution,
    aggregate: aggregateBy(datum, at),
  };
}

function timeOf({ Timestamp: timestamp }: MetricDatum, at: string, now: number): number {
  if (timestamp === undefined) return now;
  const time = timestamp.getTime();
  if (time < now - OLDEST_MS)
    throw invalidValue(
      `The parameter ${at}Timestamp must specify a time within the past two weeks.`,
    );
  if (time > now + NEWEST_MS)
    throw invalidValue(
      `The parameter ${at}Timestamp must specify a time no more than two hours in the future.`,
    );
  return time;
}

function aggregateBy(datum: MetricDatum, at: string): Aggregate {
  const { Value: value, Values: values, StatisticValues: set } = datum;
  const given = [
    ...(value === undefined ? [] : [`${at}Value`]),
    ...(values === undefined ? [] : [`${at}Values`]),
    ...(set === undefined ? [] : [`${at}StatisticValues`]),
  ];
  if (given.length === 0) throw missingParameter(`${at}Value, ${at}Values or ${at}StatisticValues`);
  if (given.length > 1)
    throw invalidCombination(
      `The parameters ${given.slice(0, 2).join(' and ')} are mutually exclusive and you have specified both.`,
    );
  if (set !== undefined) return statisticSet(set, at);
  if (value !== undefined) return aggregateOf([checkValue(value, `${at}Value`)]);
  return countedValues(values ?? [], datum.Counts, at);
}

function statisticSet(set: NonNullable<MetricDatum['StatisticValues']>, at: string): Aggregate {
  const member = (name: 'SampleCount' | 'Sum' | 'Minimum' | 'Maximum'): number => {
    const value = set[name];
    if (value === undefined) throw missingParameter(`${at}StatisticValues.${name}`);
    return checkValue(value, `${at}StatisticValues.${name}`);
  };
  const count = member('SampleCount');
  const [min, max] = [member('Minimum'), member('Maximum')];
  if (count <= 0)
    throw invalidValue(`The parameter ${at}StatisticValues.SampleCount must be greater than 0.`);
  if (max < min)
    throw invalidValue(
      `The parameter ${at}StatisticValues.Maximum must be greater than ${at}StatisticValues.Minimum.`,
    );
  return aggregateOfSet({ count, sum: member('Sum'), min, max });
}

function countedValues(
  values: readonly number[],
  counts: readonly number[] | undefined,
  at: string,
): Aggregate {
  if (values.length === 0) throw missingParameter(`${at}Values`);
  if (values.length > MOST_VALUES)
    throw invalidValue(
      `The collection ${at}Values must not have a size greater than ${MOST_VALUES}.`,
    );
  if (counts !== undefined && counts.length !== values.length)
    throw invalidValue(`The parameters ${at}Values and ${at}Counts must be of the same size.`);
  if (counts?.some((count) => count <= 0) === true)
    throw invalidValue(`The values of ${at}Counts must be greater than 0.`);
  const checked = values.map((value, index) =>
    checkValue(value, `${at}Values.member.${index + 1}`),
  );
  return aggregateOf(checked, counts);
}

function checkValue(value: number, parameter: string): number {
  if (Math.abs(value) <= LARGEST_VALUE) return value;
  throw invalidValue(
    `The value ${value} for parameter ${parameter} is invalid: it lies outside of -2^360 to 2^360.`,
  );
}
