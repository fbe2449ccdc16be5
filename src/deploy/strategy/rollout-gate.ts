/** Where a rollout's gate stands and how long it holds. */
import type { AnalysisCheck, StrategyWish } from '../configuration/configuration.ts';
import type { PauseHook } from '../observed/pause-hook.ts';

/** A gate as it is wanted, before one is chosen that no hook of the user's looks like. */
export interface WantedGate {
  readonly stages: readonly string[];
  /** How long it holds before ECS acts by itself. */
  readonly minutes: number;
  readonly timeoutAction: PauseHook['timeoutAction'];
}

const MINUTE_MS = 60_000;
/** For polling, retries and a slow client. */
const MARGIN_MINUTES = 5;

/**
 * The gate of a traffic shift; undefined for a rolling update, which ECS does not pause. It stands before every step, so that a
 * client that dies never lets more traffic through; blue/green has one step, which can only be measured once it was taken.
 * @param oneWay a step was taken that the old version cannot live with: ECS then goes on by itself, not back
 */
export function wantedGate(
  strategy: StrategyWish['type'],
  options: {
    readonly analysis: readonly AnalysisCheck[];
    readonly stepBakeMs: number | undefined;
    readonly timeoutMs: number;
    readonly oneWay: boolean;
  },
): WantedGate | undefined {
  if (strategy === 'rolling') return undefined;
  const { analysis, stepBakeMs = 0, timeoutMs, oneWay } = options;
  const measured = analysis.some((check) => check.moments.includes('production'));
  const deadline = Math.max(0, ...analysis.map((check) => check.deadlineMs));
  const minutes = Math.ceil((deadline + stepBakeMs) / MINUTE_MS) + MARGIN_MINUTES;
  return {
    stages: [
      'PRE_PRODUCTION_TRAFFIC_SHIFT',
      ...(strategy === 'blue_green' && measured ? ['POST_PRODUCTION_TRAFFIC_SHIFT'] : []),
    ],
    minutes: Math.max(1, Math.min(minutes, Math.floor(timeoutMs / MINUTE_MS))),
    timeoutAction: oneWay ? 'CONTINUE' : 'ROLLBACK',
  };
}
