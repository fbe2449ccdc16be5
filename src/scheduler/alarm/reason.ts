/** Why an alarm is in its state, in CloudWatch's words and in its JSON. */
import { isoTime } from '../../base/clock.ts';
import { breaches, neededToAlarm } from './evaluate.ts';
import type { AlarmComparison, AlarmPeriod, AlarmRules, AlarmVerdict } from './snapshot.ts';

/** The state of an alarm that has just been made. */
export const INITIAL_REASON = 'Unchecked: Initial alarm creation';

const WORDS: Readonly<Record<AlarmComparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** `Threshold Crossed: 1 datapoint [3.0 (21/01/26 20:17:00)] was greater than the threshold (1.0).` */
export function stateReason(rules: AlarmRules, verdict: AlarmVerdict): string {
  const { state, evaluated, missing } = verdict;
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${missing} ${missing === 1 ? 'datapoint was' : 'datapoints were'} unknown.`;
  const real = evaluated.filter(({ value }) => value !== undefined);
  // The datapoints that made the state: where there are none, the missing ones did.
  const told = real.filter(({ value = 0 }) => breaches(rules, value) === (state === 'ALARM'));
  const parts = [
    ...(real.length === 0 ? [nothing(missing)] : []),
    ...(told.length === 0 ? [] : [crossing(rules, verdict, told)]),
    ...filling(rules, missing),
  ];
  return `Threshold Crossed: ${parts.join(' and ')}.`;
}

function filling({ treatMissingData }: AlarmRules, missing: number): readonly string[] {
  // Where missing data counts as missing, or is ignored, it was treated as nothing.
  const treated = { breaching: 'Breaching', notBreaching: 'NonBreaching', ignore: '', missing: '' };
  const as = treated[treatMissingData];
  if (missing === 0 || as === '') return [];
  return [
    `${missing} missing ${missing === 1 ? 'datapoint was' : 'datapoints were'} treated as [${as}]`,
  ];
}

function nothing(missing: number): string {
  return `no datapoints were received for ${missing} ${missing === 1 ? 'period' : 'periods'}`;
}

function crossing(
  rules: AlarmRules,
  { state, missing }: AlarmVerdict,
  shown: readonly AlarmPeriod[],
): string {
  const { evaluationPeriods: all, datapointsToAlarm } = rules;
  const list = shown.map(({ at, value = 0 }) => `${double(value)} (${shortTime(at)})`).join(', ');
  const verb = `${shown.length === 1 ? 'was' : 'were'}${state === 'ALARM' ? '' : ' not'}`;
  const compared = `${verb} ${WORDS[rules.comparison]} the threshold (${double(rules.threshold)})`;
  if (datapointsToAlarm === undefined)
    return `${shown.length} ${shown.length === 1 ? 'datapoint' : 'datapoints'} [${list}] ${compared}`;
  // CloudWatch names these two transitions whatever state the alarm was in.
  const least = state === 'ALARM' ? neededToAlarm(rules) : all - neededToAlarm(rules) + 1;
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  const minimum = `(minimum ${least} ${least === 1 ? 'datapoint' : 'datapoints'} for ${transition} transition)`;
  return `${shown.length} out of the last ${all - missing} datapoints [${list}] ${compared} ${minimum}`;
}

/** `DD/MM/YY HH:MM:SS`, in UTC. */
function shortTime(at: number): string {
  const iso = isoTime(at);
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`;
}

/** A number as CloudWatch prints it: `3.0`, `0.25`, `1.5E10`. */
export function double(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0.0';
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** What StateReasonData says besides the datapoints. */
export interface ReasonContext {
  /** When the evaluation took place. */
  readonly now: number;
  /** Seconds. */
  readonly period: number;
  /** Absent for metric math. */
  readonly statistic?: string;
  readonly unit?: string;
}

/** StateReasonData: the evaluation as JSON. */
export function stateReasonData(
  rules: AlarmRules,
  { evaluated }: AlarmVerdict,
  { now, period, statistic, unit }: ReasonContext,
): string {
  const real = evaluated.filter(({ value }) => value !== undefined);
  const oldest = real.at(-1);
  const recent = real.toReversed().map(({ value = 0 }) => double(value));
  const members = [
    '"version":"1.0"',
    `"queryDate":"${longTime(now)}"`,
    ...(oldest === undefined ? [] : [`"startDate":"${longTime(oldest.at)}"`]),
    ...(unit === undefined ? [] : [`"unit":${JSON.stringify(unit)}`]),
    ...(statistic === undefined ? [] : [`"statistic":${JSON.stringify(statistic)}`]),
    `"period":${period}`,
    `"recentDatapoints":[${recent.join(',')}]`,
    `"threshold":${double(rules.threshold)}`,
    `"evaluatedDatapoints":[${evaluated.map(datapointJson).join(',')}]`,
  ];
  return `{${members.join(',')}}`;
}

function datapointJson({ at, value, sampleCount }: AlarmPeriod): string {
  const members = [
    `"timestamp":"${longTime(at)}"`,
    ...(sampleCount === undefined ? [] : [`"sampleCount":${double(sampleCount)}`]),
    ...(value === undefined ? [] : [`"value":${double(value)}`]),
  ];
  return `{${members.join(',')}}`;
}

/** `2026-01-21T20:22:54.408+0000` */
function longTime(at: number): string {
  return isoTime(at).replace('Z', '+0000');
}
