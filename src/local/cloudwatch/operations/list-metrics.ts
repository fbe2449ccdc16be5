import type { ListMetricsInput, ListMetricsOutput } from '@aws-sdk/client-cloudwatch';
import { metricKey, type Metric } from '../../state/cloudwatch-entities.ts';
import type { CloudWatchContext, CloudWatchOperation } from '../context.ts';
import { invalidValue } from '../errors.ts';
import { describeDimensions } from '../metric-identity.ts';
import { pageOf } from '../page.ts';
import { datapointsOf } from '../read-metric.ts';

const PAGE_SIZE = 500;
const MOST_FILTERS = 30;
const RECENT_MS = 3 * 3_600_000;

/** The metrics of which there is data, by namespace and name. */
export const listMetrics: CloudWatchOperation<ListMetricsInput, ListMetricsOutput> = (
  input,
  context,
) => {
  const { store, call } = context;
  if ((input.Dimensions?.length ?? 0) > MOST_FILTERS)
    throw invalidValue(
      `The collection Dimensions must not have a size greater than ${MOST_FILTERS}.`,
    );
  const found = store.metrics.by('region', call.region).filter((metric) => matches(metric, input));
  const active =
    input.RecentlyActive === undefined
      ? found
      : found.filter((metric) => isActive(metric, context));
  const { items, ...next } = pageOf(active, metricKey, PAGE_SIZE, input.NextToken);
  return {
    Metrics: items.map(({ namespace, metricName, dimensions }) => ({
      Namespace: namespace,
      MetricName: metricName,
      Dimensions: describeDimensions(dimensions),
    })),
    ...next,
  };
};

function matches({ namespace, metricName, dimensions }: Metric, input: ListMetricsInput): boolean {
  return (
    namespace === (input.Namespace ?? namespace) &&
    metricName === (input.MetricName ?? metricName) &&
    (input.Dimensions ?? []).every(({ Name, Value }) =>
      dimensions.some(({ name, value }) => name === Name && value === (Value ?? value)),
    )
  );
}

function isActive(metric: Metric, { store, clock }: CloudWatchContext): boolean {
  const now = clock.now();
  return datapointsOf(store, metric, { start: now - RECENT_MS, end: now + RECENT_MS }).length > 0;
}
