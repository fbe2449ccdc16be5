/** What is said and left when a rollout fails but nothing may be taken back. */
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { shortDefinition } from '../observed/names.ts';
import { waysOn, whereItStands } from './conclude.ts';
import type { Look } from './observe.ts';
import type { Rollout } from './rollout.ts';

/** Why nothing is taken back; undefined where it may be. */
export function keptBecause(session: Session, rollout: Rollout): string | undefined {
  if (session.progress.oneWay) {
    return 'left as it is: a one-way hook has run, and the old version cannot live with what it did';
  }
  return rollout.rollback ? undefined : 'left as it is, as asked';
}

/** The end of a rollout that failed, or was to be cancelled, and was left. */
export function keptEnding(
  session: Session,
  kept: string,
  cause: readonly string[],
  look: Look | undefined,
  cancelled: boolean,
): Ending {
  return {
    verdict: cancelled ? 'interrupted' : 'failed',
    cause: [...cause, kept, ...whereItStands(look)],
    next: waysOn(session.name),
  };
}

/** Says where it goes back to. */
export function sayTurningBack(session: Session, { marks }: Rollout): void {
  session.say(
    'warning',
    'rolling-back',
    marks.replacesDefinition === undefined
      ? 'taking the new task set away'
      : `going back to ${shortDefinition(marks.replacesDefinition)}`,
  );
}
