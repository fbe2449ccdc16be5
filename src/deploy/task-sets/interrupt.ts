/** What Ctrl-C and SIGTERM do to a rollout by task sets. It moves only while a client drives, so `detach` leaves it where it is. */
import type { InterruptSignal } from '../../record/verdict.ts';
import type { CancelPolicy } from '../configuration/configuration.ts';
import { interruptedBy } from '../session/interruption.ts';
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { waysOn, whereItStands } from './conclude.ts';
import type { Look } from './observe.ts';

/** A cancellation that is being carried out. */
export interface Cancelled {
  readonly by: InterruptSignal;
}

/** What an interruption meets. */
export interface Interrupted {
  readonly policy: CancelPolicy;
  /** It is the second one. */
  readonly again: boolean;
  /** The rollout is on its way back already. */
  readonly back: boolean;
  /** Blue is being stopped: there is no way back any more. */
  readonly tooLate: boolean;
  readonly look: Look | undefined;
  /** Tells other clients that nobody is at work. */
  readonly leave: () => Promise<void>;
}

/**
 * Answers it.
 * @returns how the command ends, or the cancellation that the driver carries on with
 */
export async function answerInterruption(
  session: Session,
  { policy, again, back, tooLate, look, leave }: Interrupted,
): Promise<Ending | Cancelled> {
  const signal = session.signal();
  const by = signal === undefined ? 'SIGINT' : interruptedBy(signal);
  if (again || policy === 'detach') return left(session, by, look);
  session.release();
  if (policy === 'stop') {
    session.say('warning', 'cancelling', `${by}: the rollout stays where it is, as on_cancel says`);
    await leave();
    return left(session, by, look);
  }
  const doing = tooLate
    ? 'it is too late to go back: the old task set is being stopped; finishing'
    : back
      ? 'the rollout goes back already'
      : 'rolling back, as on_cancel says';
  session.say(
    'warning',
    'cancelling',
    `${by}: ${doing}; a second signal leaves everything where it is`,
  );
  return { by };
}

function left(session: Session, by: InterruptSignal, look: Look | undefined): Ending {
  return {
    verdict: 'interrupted',
    cause: [
      `interrupted by ${by}; the rollout stays where it is until somebody goes on with it`,
      ...whereItStands(look),
    ],
    next: waysOn(session.name),
  };
}
