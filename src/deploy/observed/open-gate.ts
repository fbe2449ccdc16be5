/** Which pause of a rollout is Fairlead's gate, and what it stands before. Nothing but what ECS tells: any machine can go on. */
import { defined } from '../../base/defined.ts';

import type { ObservedRollout, WaitingHook } from './observation.ts';
import type { PauseHook } from './pause-hook.ts';
import { looksLike, type GateMark } from './gate-mark.ts';

/** When a check is made: before production traffic comes (`test`), after it came (`production`), or both. */
export type CheckMoment = 'test' | 'production';

/** A gate that waits for its answer. */
export interface OpenGate {
  readonly hookId: string;
  readonly stage: string;
  /** Percent of production traffic on the new revision while it waits. */
  readonly weight: number;
  /** `test`: no production traffic has come yet. */
  readonly moment: CheckMoment;
  /** Epoch ms by the clock of ECS: since when the new revision has had this share; undefined where ECS says no time. */
  readonly since: number | undefined;
}

const MINUTE_MS = 60_000;

/**
 * The gate that waits, if one does.
 * @param openedAt epoch ms by ECS: when the rollout last changed as the pause was first seen; tells hooks apart that wait at once
 */
export function openGate(
  rollout: ObservedRollout,
  mark: GateMark,
  openedAt: number | undefined = rollout.updatedAt,
): OpenGate | undefined {
  const waiting = waitingGate(rollout, mark, openedAt);
  if (waiting === undefined) return undefined;
  const weight = rollout.productionWeight ?? 0;
  const moment = weight > 0 ? 'production' : 'test';
  const opened =
    waiting.expiresAt === undefined
      ? undefined
      : waiting.expiresAt - mark.timeoutMinutes * MINUTE_MS;
  // Before the gate of a later step the step before has baked.
  const baked = weight > 0 && weight < 100 ? (rollout.stepBakeMinutes ?? 0) * MINUTE_MS : 0;
  return {
    hookId: waiting.id,
    stage: rollout.lifecycleStage ?? mark.stages[0] ?? 'a pause hook',
    weight,
    moment,
    since: opened === undefined ? undefined : opened - baked,
  };
}

/** Pauses that wait for somebody else. */
export function otherPauses(
  rollout: ObservedRollout,
  mark: GateMark | undefined,
): readonly WaitingHook[] {
  const ours = mark === undefined ? undefined : waitingGate(rollout, mark, rollout.updatedAt);
  return rollout.waitingHooks.filter((hook) => hook.id !== ours?.id);
}

/** A pause that this command does not answer. */
export interface OpenPause {
  readonly hook: string;
  /** Epoch ms by the clock of ECS. */
  readonly until?: number;
  /** Who keeps it, where it is the gate of another Fairlead. */
  readonly keptBy?: string;
}

/**
 * The pauses that wait for somebody else.
 * @param keeps true where this command answers the gate
 */
export function openPauses(
  rollout: ObservedRollout | undefined,
  mark: GateMark | undefined,
  keeps: boolean,
): readonly OpenPause[] {
  if (rollout === undefined) return [];
  const gate = mark === undefined ? undefined : waitingGate(rollout, mark, rollout.updatedAt);
  return rollout.waitingHooks
    .filter(({ id }) => !keeps || id !== gate?.id)
    .map(({ id, expiresAt }) => ({
      hook: id,
      ...defined({ until: expiresAt, keptBy: id === gate?.id ? mark?.by : undefined }),
    }));
}

function waitingGate(
  rollout: ObservedRollout,
  mark: GateMark,
  openedAt: number | undefined,
): WaitingHook | undefined {
  const { waitingHooks, pauseHooks, lifecycleStage: stage } = rollout;
  const gate = pauseHooks.findIndex((hook) => looksLike(hook, mark));
  if (gate === -1) return undefined;
  const waitsHere = (hook: PauseHook): boolean =>
    stage === undefined || hook.stages.includes(stage);
  const rivals = pauseHooks.filter((hook, index) => index !== gate && waitsHere(hook));
  // ECS's list of stages lacks the one before a shift, so a stage at which nobody pauses may be the gate's.
  if (!waitsHere(mark) && rivals.length > 0) return undefined;
  if (rivals.length === 0) return waitingHooks[0];
  return nearest(waitingHooks, mark, rivals, openedAt);
}

/**
 * Of several hooks that may wait, the one whose time to live is the gate's: hooks of one stage open together, and no other has
 * the gate's timeout.
 */
function nearest(
  waiting: readonly WaitingHook[],
  mark: GateMark,
  rivals: readonly PauseHook[],
  openedAt: number | undefined,
): WaitingHook | undefined {
  const hooks = [mark, ...rivals];
  if (waiting.length === hooks.length) {
    const byTimeout = hooks.toSorted((a, b) => a.timeoutMinutes - b.timeoutMinutes);
    const byExpiry = waiting.toSorted((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0));
    return byExpiry[byTimeout.indexOf(mark)];
  }
  return waiting.find(({ expiresAt }) => {
    if (expiresAt === undefined || openedAt === undefined) return false;
    const error = (hook: PauseHook): number =>
      Math.abs(expiresAt - hook.timeoutMinutes * MINUTE_MS - openedAt);
    return rivals.every((rival) => error(mark) < error(rival));
  });
}
