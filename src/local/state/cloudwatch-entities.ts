/** What the local ECS knows of CloudWatch. Plain readonly data; times are epoch milliseconds. */
import type {
  ActionConfiguration,
  ComparisonOperator,
  HistoryItemType,
  MetricDataQuery,
  StandardUnit,
  StateValue,
  Tag,
} from '@aws-sdk/client-cloudwatch';

/** A name and a value that belong to a metric's identity. */
export interface MetricDimension {
  readonly name: string;
  readonly value: string;
}

/** A metric that has data. Key: see metricKey. */
export interface Metric {
  /** Short and unique: the datapoints' keys begin with it. */
  readonly id: string;
  readonly region: string;
  readonly namespace: string;
  readonly metricName: string;
  /** By name. */
  readonly dimensions: readonly MetricDimension[];
}

/** Everything that was published of a metric within one stretch of time, in one unit. Key: see datapointKey. */
export interface MetricDatapoint {
  readonly metricId: string;
  /** Absent where it was published without one, which AWS calls `None`. */
  readonly unit?: StandardUnit;
  /** Length of the stretch in seconds. */
  readonly resolution: MetricResolution;
  /** When the stretch begins; a multiple of its length. */
  readonly at: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /**
   * The values, ascending, and how often each was published. Absent where statistics were published instead of values: then
   * nothing is known of their distribution.
   */
  readonly values?: readonly number[];
  readonly counts?: readonly number[];
}

/** Seconds: high resolution, standard resolution, and what is kept for longer. */
export type MetricResolution = 1 | 60 | 3600;

/** What an alarm watches. */
export type AlarmSource =
  | {
      readonly kind: 'metric';
      readonly namespace: string;
      readonly metricName: string;
      /** By name. */
      readonly dimensions: readonly MetricDimension[];
      /** `Average`, `p99`, `PR(0:1)`, ... */
      readonly statistic: string;
      /** Seconds. */
      readonly period: number;
      readonly unit?: StandardUnit;
    }
  /** Metrics and the math on them; one of the queries returns data, and its period is the alarm's. */
  | {
      readonly kind: 'math';
      readonly metrics: readonly MetricDataQuery[];
      /** Seconds. */
      readonly period: number;
    };

/** A metric alarm. Key: `REGION/ALARM_NAME`. */
export interface Alarm {
  readonly alarmArn: string;
  readonly alarmName: string;
  readonly region: string;
  readonly description?: string;
  readonly source: AlarmSource;
  readonly evaluationPeriods: number;
  /** Absent: all of the evaluation periods. */
  readonly datapointsToAlarm?: number;
  readonly threshold: number;
  readonly comparisonOperator: ComparisonOperator;
  /** Absent: missing. */
  readonly treatMissingData?: TreatMissingData;
  readonly evaluateLowSampleCountPercentile?: 'evaluate' | 'ignore';
  readonly actionsEnabled: boolean;
  /** ARNs. They are kept and shown; nothing is sent to them. */
  readonly okActions: readonly string[];
  readonly alarmActions: readonly string[];
  readonly insufficientDataActions: readonly string[];
  readonly actionConfiguration?: ActionConfiguration;
  readonly stateValue: StateValue;
  readonly stateReason: string;
  /** JSON. */
  readonly stateReasonData?: string;
  /** When the state was last written, even as it was. */
  readonly stateUpdatedAt: number;
  /** When `stateValue` last changed. */
  readonly stateTransitionedAt: number;
  readonly configurationUpdatedAt: number;
  readonly tags: readonly Tag[];
}

/** How an alarm takes periods without data. */
export type TreatMissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** One thing that happened to an alarm; it outlives the alarm. Key: `REGION/ALARM_NAME|ID`. */
export interface AlarmHistoryEntry {
  readonly id: string;
  readonly region: string;
  readonly alarmName: string;
  readonly at: number;
  readonly type: Extract<HistoryItemType, 'ConfigurationUpdate' | 'StateUpdate'>;
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

/** The key of an alarm in its table, and what its history is found by. */
export function alarmKey(region: string, alarmName: string): string {
  return `${region}/${alarmName}`;
}

/** The key of a metric in its table. Its dimensions are sorted by name. */
export function metricKey(metric: Omit<Metric, 'id'>): string {
  const dimensions = metric.dimensions.flatMap(({ name, value }) => [name, value]);
  return JSON.stringify([metric.region, metric.namespace, metric.metricName, ...dimensions]);
}

/** The key of a datapoint in its table. */
export function datapointKey(
  point: Pick<MetricDatapoint, 'metricId' | 'resolution' | 'at' | 'unit'>,
): string {
  return `${point.metricId}|${point.resolution}|${point.at}|${point.unit ?? ''}`;
}

const HOUR_MS = 3_600_000;

/** What the datapoints of a metric are found by: the metric and the hour that a time lies in. */
export function datapointHour(metricId: string, at: number): string {
  return `${metricId}|${Math.floor(at / HOUR_MS)}`;
}
