/** What an alarm is decided on, and what is decided. Pure data; times are epoch milliseconds. */

/** The states of an alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** How the value of a period is compared with the threshold. */
export type AlarmComparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

/** How an alarm is evaluated, by the names of PutMetricAlarm. */
export interface AlarmRules {
  readonly comparison: AlarmComparison;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  /** M of "M out of N"; all N unless given. */
  readonly datapointsToAlarm: number | undefined;
  readonly treatMissingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
  /** A percentile of fewer values than that says too little: the alarm then keeps its state. 0: every one counts. */
  readonly leastSamples: number;
}

/** One period of the evaluation range. */
export interface AlarmPeriod {
  /** When it begins. */
  readonly at: number;
  /** Undefined: nothing was published. */
  readonly value: number | undefined;
  /** How many values were published; unknown for metric math. */
  readonly sampleCount?: number;
}

/** What an evaluation comes to. */
export interface AlarmVerdict {
  readonly state: AlarmState;
  /** What was evaluated, newest first: the real datapoints, and the missing ones that were filled in. */
  readonly evaluated: readonly AlarmPeriod[];
  /** How many of them were missing. */
  readonly missing: number;
}
