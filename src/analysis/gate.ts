/** What a gate does next, from one look of each of its checks. */
import { formatDuration } from '../base/duration.ts';
import { unreachable } from '../base/errors.ts';
import type { Assessment, GateDecision, OnNoData } from './measurement.ts';

/** A check and what its last look said. */
export interface GateCheck {
  /** As results and records name it. */
  readonly name: string;
  readonly assessment: Assessment;
  readonly onNoData: OnNoData;
  /** Milliseconds from the gate's opening until the check must have decided. */
  readonly deadlineMs: number;
}

/** How one check stands: with what to say of it, where there is something. */
interface Standing {
  readonly kind: 'good' | 'wait' | 'bad';
  readonly why: string | undefined;
}

/**
 * One failure rolls back at once, and so does a check with `on_no_data: fail` that finds nothing. Otherwise it waits while a check
 * is undecided and has time left. At its deadline an undecided check fails; with `on_no_data: pass` it passes and that is said,
 * unless what there is lies over the check's limit: the policy forgives what is missing, never what was seen. It never waits
 * beyond the last deadline.
 * @param elapsedMs milliseconds since the gate opened
 */
export function decideGate(checks: readonly GateCheck[], elapsedMs: number): GateDecision {
  const standings = checks.map((check) => standingOf(check, elapsedMs));
  const said = (kind: Standing['kind']): string =>
    standings
      .flatMap((one) => (one.kind === kind && one.why !== undefined ? [one.why] : []))
      .join('; ');

  if (standings.some(({ kind }) => kind === 'bad')) return { kind: 'roll-back', why: said('bad') };
  if (standings.some(({ kind }) => kind === 'wait')) return { kind: 'wait', why: said('wait') };
  const why = said('good');
  return why === '' ? { kind: 'continue' } : { kind: 'continue', why };
}

function standingOf(check: GateCheck, elapsedMs: number): Standing {
  const { assessment, name, onNoData } = check;
  const { outcome, text } = assessment;
  switch (outcome) {
    case 'pass':
      return { kind: 'good', why: undefined };
    case 'fail':
      return { kind: 'bad', why: `${name}: ${text}` };
    case 'no-data':
      if (onNoData === 'fail') return { kind: 'bad', why: `${name}: ${text} (on_no_data: fail)` };
      return undecided(check, elapsedMs);
    case 'inconclusive':
      return undecided(check, elapsedMs);
    default:
      return unreachable(outcome);
  }
}

function undecided(check: GateCheck, elapsedMs: number): Standing {
  const { assessment, deadlineMs, name, onNoData } = check;
  const { limit, text, value } = assessment;
  const deadline = formatDuration(deadlineMs);
  if (elapsedMs < deadlineMs)
    return { kind: 'wait', why: `${name}: ${text}; decides by ${deadline}` };
  const over = value !== undefined && limit !== undefined && value > limit;
  if (onNoData === 'pass' && !over)
    return { kind: 'good', why: `${name}: ${text}; passes undecided (on_no_data: pass)` };
  return { kind: 'bad', why: `${name}: ${text}; undecided after ${deadline}` };
}
