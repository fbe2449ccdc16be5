/**
 * Whether an alarm goes off, as CloudWatch decides it (CloudWatch User Guide, "Alarm evaluation" and "Configuring how
 * CloudWatch alarms treat missing data", whose two tables are this module's tests).
 */
import { unreachable } from '../../base/errors.ts';
import type {
  AlarmComparison,
  AlarmPeriod,
  AlarmRules,
  AlarmState,
  AlarmVerdict,
} from './snapshot.ts';

/** So many more periods than the evaluation periods are looked at, in case some of the newest have no data. */
const FURTHER_PERIODS = 2;

/** How many periods an evaluation looks at: the evaluation range. */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + FURTHER_PERIODS;
}

/**
 * The state of an alarm after an evaluation; undefined where it keeps the one that it has.
 * @param range the periods of the evaluation range, newest first
 */
export function evaluateAlarm(
  rules: AlarmRules,
  range: readonly AlarmPeriod[],
): AlarmVerdict | undefined {
  const { evaluationPeriods, leastSamples } = rules;
  const real = range.filter(({ value }) => value !== undefined);
  // Every real datapoint of the range counts before a missing one is made up for.
  const counted = real.slice(0, evaluationPeriods);
  if (counted.some(({ sampleCount = Infinity }) => sampleCount < leastSamples)) return undefined;
  const missing = Math.max(0, evaluationPeriods - counted.length);
  const state =
    missing === 0 ? byCount(rules, breaching(rules, counted)) : withMissing(rules, range, missing);
  if (state === undefined) return undefined;
  const filled = range.filter(({ value }) => value === undefined).slice(0, missing);
  const evaluated = [...counted, ...filled].sort((one, other) => other.at - one.at);
  return { state, evaluated, missing };
}

function withMissing(
  rules: AlarmRules,
  range: readonly AlarmPeriod[],
  missing: number,
): AlarmState | undefined {
  const real = range.filter(({ value }) => value !== undefined);
  const known = breaching(rules, real);
  switch (rules.treatMissingData) {
    case 'breaching':
      return byCount(rules, known + missing);
    case 'notBreaching':
      return byCount(rules, known);
    case 'ignore':
    case 'missing': {
      if (real.length === 0)
        return rules.treatMissingData === 'ignore' ? undefined : 'INSUFFICIENT_DATA';
      // Enough is known to go off, or something speaks against it.
      if (known >= neededToAlarm(rules) || known < real.length) return byCount(rules, known);
      return rules.treatMissingData === 'missing' && isOldEnough(rules, range)
        ? 'ALARM'
        : undefined;
    }
    default:
      return unreachable(rules.treatMissingData);
  }
}

/**
 * Only breaching datapoints, and too few of them: the next one may be within the threshold, so the alarm goes off only when
 * the oldest is as old as the datapoints to alarm.
 */
function isOldEnough(rules: AlarmRules, range: readonly AlarmPeriod[]): boolean {
  const age = range.findLastIndex(({ value }) => value !== undefined);
  return age + 1 >= neededToAlarm(rules);
}

function byCount(rules: AlarmRules, breachingCount: number): AlarmState {
  return breachingCount >= neededToAlarm(rules) ? 'ALARM' : 'OK';
}

/** M of "M out of N". */
export function neededToAlarm(
  rules: Pick<AlarmRules, 'datapointsToAlarm' | 'evaluationPeriods'>,
): number {
  return rules.datapointsToAlarm ?? rules.evaluationPeriods;
}

function breaching(rules: AlarmRules, periods: readonly AlarmPeriod[]): number {
  return periods.filter(({ value }) => value !== undefined && breaches(rules, value)).length;
}

/** Whether a value is on the alarming side of the threshold. */
export function breaches(
  { comparison, threshold }: Pick<AlarmRules, 'comparison' | 'threshold'>,
  value: number,
): boolean {
  return COMPARE[comparison](value, threshold);
}

const COMPARE: Readonly<Record<AlarmComparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The least number of values for which a percentile is significant (CloudWatch User Guide, "Percentile-based alarms and low
 * data samples").
 * @param share 0 to 1: 0.99 for p99
 */
export function significantSamples(share: number): number {
  const rest = share < 0.5 ? share : 1 - share;
  return rest <= 0 ? Infinity : Math.ceil(10 / rest - 1e-9);
}
