/** Gates, measurements and hooks of a record as sentences. */
import type { GateEntry, HookEntry, MeasurementEntry, SampleEntry } from '../record/entries.ts';
import { timeText } from './status-lines.ts';

/** `gate at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic: continued`. */
export function gateText({ stage, weight, state, reason }: GateEntry): string {
  const traffic = weight === undefined ? '' : `, ${weight} % of production traffic`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `gate at ${stage}${traffic}: ${state}${why}`;
}

/** `gate open at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic` while one waits; undefined otherwise. */
export function openGateText(gate: GateEntry | undefined): string | undefined {
  if (gate?.state !== 'opened') return undefined;
  const traffic = gate.weight === undefined ? '' : `, ${gate.weight} % of production traffic`;
  return `gate open at ${gate.stage}${traffic}`;
}

/** `pause 1a2b open until 2026-11-29 05:43:16`, or `gate of ann@build-7 open`. */
export function pauseText({ hook, until, keptBy }: Pause): string {
  const what = keptBy === undefined ? `pause ${hook}` : `gate of ${keptBy}`;
  return `${what} open${until === undefined ? '' : ` until ${timeText(until)}`}`;
}

type Pause = NonNullable<SampleEntry['pauses']>[number];

/** `check errors: pass: 5XX 0.1 % (2 of 2,000), at most 1 %`. */
export function measurementText({ check, outcome, text }: MeasurementEntry): string {
  return `check ${check}: ${outcome}: ${text}`;
}

/** `hook before: migrate: succeeded`. */
export function hookText({ when, what, state, exitCode, reason }: HookEntry): string {
  const code = exitCode === undefined ? '' : `, exit code ${exitCode}`;
  return `hook ${when}: ${what}: ${state}${code}${reason === undefined ? '' : `: ${reason}`}`;
}
