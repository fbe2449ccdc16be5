/** When alarms are evaluated, and over which periods (CloudWatch User Guide, "Alarm evaluation"). Milliseconds. */
import { evaluationRange } from './evaluate.ts';

const MINUTE_MS = 60_000;
const SHORT_STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What the rhythm of an alarm depends on. */
export interface AlarmRhythm {
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
}

/** Every minute; every ten seconds for shorter periods; every hour where more than a day is evaluated. */
export function evaluationStep({ period, evaluationPeriods }: AlarmRhythm): number {
  if (period < 60) return SHORT_STEP_MS;
  return period * 1000 * evaluationPeriods > DAY_MS ? HOUR_MS : MINUTE_MS;
}

/** When the range ends that an evaluation looks at now: at the last whole step. */
export function rangeEnd(rhythm: AlarmRhythm, now: number): number {
  const step = evaluationStep(rhythm);
  return Math.floor(now / step) * step;
}

/** When the periods of the evaluation range begin, newest first; they slide along with the evaluations. */
export function rangeStarts(rhythm: AlarmRhythm, now: number): readonly number[] {
  const end = rangeEnd(rhythm, now);
  const periodMs = rhythm.period * 1000;
  return Array.from(
    { length: evaluationRange(rhythm.evaluationPeriods) },
    (_, age) => end - (age + 1) * periodMs,
  );
}

/** When the alarm is evaluated next, after `now`. */
export function nextEvaluation(rhythm: AlarmRhythm, now: number): number {
  return rangeEnd(rhythm, now) + evaluationStep(rhythm);
}
