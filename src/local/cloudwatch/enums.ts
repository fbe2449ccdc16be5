/** Legal values and fractions of the members of CloudWatch requests, which the SDK's schemas do not carry. */
import * as sdk from '@aws-sdk/client-cloudwatch';
import { enumValues } from '../wire/enums.ts';

/** By `StructName.memberName`: every enum member that a request can hold. */
export const cloudWatchEnums = enumValues({
  AnomalyDetectorConfiguration: {
    AdaptationSpeed: sdk.AnomalyDetectorAdaptationSpeed,
    OutlierFilteringStrength: sdk.AnomalyDetectorOutlierFilteringStrength,
  },
  DescribeAlarmHistoryInput: {
    AlarmTypes: sdk.AlarmType,
    HistoryItemType: sdk.HistoryItemType,
    ScanBy: sdk.ScanBy,
  },
  DescribeAlarmsForMetricInput: { Statistic: sdk.Statistic, Unit: sdk.StandardUnit },
  DescribeAlarmsInput: { AlarmTypes: sdk.AlarmType, StateValue: sdk.StateValue },
  DescribeAnomalyDetectorsInput: { AnomalyDetectorTypes: sdk.AnomalyDetectorType },
  GetMetricDataInput: { ScanBy: sdk.ScanBy },
  GetMetricStatisticsInput: { Statistics: sdk.Statistic, Unit: sdk.StandardUnit },
  ListAlarmMuteRulesInput: { Statuses: sdk.AlarmMuteRuleStatus },
  ListMetricsInput: { RecentlyActive: sdk.RecentlyActive },
  MetricDatum: { Unit: sdk.StandardUnit },
  MetricStat: { Unit: sdk.StandardUnit },
  PutLogAlarmInput: { ComparisonOperator: sdk.ComparisonOperator },
  PutMetricAlarmInput: {
    Statistic: sdk.Statistic,
    Unit: sdk.StandardUnit,
    ComparisonOperator: sdk.ComparisonOperator,
  },
  PutMetricStreamInput: { OutputFormat: sdk.MetricStreamOutputFormat },
  SetAlarmStateInput: { StateValue: sdk.StateValue },
});

/** The numbers that may have a fraction: those that the AWS model types as `double`. */
export const cloudWatchFractions: ReadonlySet<string> = new Set([
  'MetricDatum.Counts',
  'MetricDatum.Value',
  'MetricDatum.Values',
  'PutLogAlarmInput.Threshold',
  'PutMetricAlarmInput.Threshold',
  'StatisticSet.Maximum',
  'StatisticSet.Minimum',
  'StatisticSet.SampleCount',
  'StatisticSet.Sum',
]);
