import type {
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
} from '@aws-sdk/client-cloudwatch';
import { metricKey, type Alarm } from '../../state/cloudwatch-entities.ts';
import type { CloudWatchOperation } from '../context.ts';
import { describeAlarm } from '../describe-alarm.ts';
import { metricNamed } from '../metric-identity.ts';

/** The alarms that watch exactly this metric; not those that calculate with it. */
export const describeAlarmsForMetric: CloudWatchOperation<
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput
> = (input, { store, call }) => {
  const wanted = metricKey(metricNamed(call.region, input));
  const statistic = input.Statistic ?? input.ExtendedStatistic;
  const watches = ({ source }: Alarm): boolean =>
    source.kind === 'metric' &&
    metricKey({ region: call.region, ...source }) === wanted &&
    source.statistic === (statistic ?? source.statistic) &&
    source.period === (input.Period ?? source.period) &&
    source.unit === (input.Unit ?? source.unit);
  return {
    MetricAlarms: store.alarms.by('region', call.region).filter(watches).map(describeAlarm),
  };
};
