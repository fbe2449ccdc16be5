/** Alarms as answers have them. */
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { toDate } from '../../base/clock.ts';
import type { Alarm, AlarmSource } from '../state/cloudwatch-entities.ts';
import { describeDimensions } from './metric-identity.ts';
import { isStandardStatistic } from './statistics/statistic.ts';

/** The alarm with everything that is known of it. */
export function describeAlarm(alarm: Alarm): MetricAlarm {
  return {
    AlarmName: alarm.alarmName,
    AlarmArn: alarm.alarmArn,
    ...(alarm.description !== undefined && { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: toDate(alarm.configurationUpdatedAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.okActions],
    AlarmActions: [...alarm.alarmActions],
    InsufficientDataActions: [...alarm.insufficientDataActions],
    StateValue: alarm.stateValue,
    StateReason: alarm.stateReason,
    ...(alarm.stateReasonData !== undefined && { StateReasonData: alarm.stateReasonData }),
    StateUpdatedTimestamp: toDate(alarm.stateUpdatedAt),
    ...describeSource(alarm.source),
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(alarm.datapointsToAlarm !== undefined && { DatapointsToAlarm: alarm.datapointsToAlarm }),
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparisonOperator,
    ...(alarm.treatMissingData !== undefined && { TreatMissingData: alarm.treatMissingData }),
    ...(alarm.evaluateLowSampleCountPercentile !== undefined && {
      EvaluateLowSampleCountPercentile: alarm.evaluateLowSampleCountPercentile,
    }),
    StateTransitionedTimestamp: toDate(alarm.stateTransitionedAt),
    ...(alarm.actionConfiguration !== undefined && {
      ActionConfiguration: alarm.actionConfiguration,
    }),
  };
}

function describeSource(source: AlarmSource): MetricAlarm {
  // AWS has an empty list of dimensions there.
  if (source.kind === 'math') return { Dimensions: [], Metrics: [...source.metrics] };
  const { namespace, metricName, dimensions, statistic, period, unit } = source;
  return {
    MetricName: metricName,
    Namespace: namespace,
    ...(isStandardStatistic(statistic)
      ? { Statistic: statistic }
      : { ExtendedStatistic: statistic }),
    Dimensions: describeDimensions(dimensions),
    Period: period,
    ...(unit !== undefined && { Unit: unit }),
  };
}
