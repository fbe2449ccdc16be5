/** What comes of a failed call or an interruption in the middle of a rollout. */
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { interruptedBy } from '../session/interruption.ts';
import { serviceUnchanged } from '../session/progress.ts';
import { isInterruption, type Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { failedCall } from './failures.ts';
import { answerInterruption, type Cancelled, type Interrupted } from './interrupt.ts';

/** How the driver goes on. */
export type Recovery =
  | { readonly kind: 'end'; readonly ending: Ending }
  | { readonly kind: 'turn-back'; readonly why: string; readonly cancelled?: Cancelled }
  /** The cancellation changes nothing any more but what the end is called. */
  | { readonly kind: 'go-on'; readonly cancelled?: Cancelled };

/** Where the driver stands. */
export interface Standing extends Omit<Interrupted, 'again' | 'tooLate'> {
  /** Something was changed, or may have been. */
  readonly begun: boolean;
  readonly cancelled: boolean;
  readonly mayTurnBack: boolean;
  /** The time is over in which AWS might answer again. */
  readonly late: boolean;
  /** Takes the mark away: nothing was begun. */
  readonly unmark: () => Promise<void>;
}

/**
 * Decides.
 * @throws the error where nothing was begun, or where it is a bug
 */
export async function recover(
  session: Session,
  error: unknown,
  standing: Standing,
): Promise<Recovery> {
  const { begun, look, mayTurnBack } = standing;
  if (isInterruption(error, session)) {
    return begun ? cancel(session, standing) : leaveUnchanged(session, standing);
  }
  if (!(error instanceof ApiError)) throw error;
  if (!begun) {
    if (!mayRetry(error.kind)) await standing.unmark();
    throw error;
  }
  if (mayRetry(error.kind)) {
    session.say(
      'warning',
      'unreachable',
      `${error.permission} keeps failing (${error.code}); trying again`,
    );
    if (!standing.late) return { kind: 'go-on' };
  } else if (mayTurnBack && error.kind !== 'credentials') {
    return { kind: 'turn-back', why: describeApiError(error).message };
  }
  return { kind: 'end', ending: failedCall(error, session.name, look) };
}

async function cancel(session: Session, standing: Standing): Promise<Recovery> {
  const answer = await answerInterruption(session, {
    ...standing,
    again: standing.cancelled,
    tooLate: !standing.mayTurnBack && !standing.back,
  });
  if ('verdict' in answer) return { kind: 'end', ending: answer };
  return standing.mayTurnBack
    ? { kind: 'turn-back', why: `interrupted by ${answer.by}`, cancelled: answer }
    : { kind: 'go-on', cancelled: answer };
}

async function leaveUnchanged(session: Session, { unmark }: Standing): Promise<Recovery> {
  const signal = session.signal();
  const by = signal === undefined ? 'SIGINT' : interruptedBy(signal);
  session.release();
  await unmark();
  const ending = {
    verdict: 'interrupted',
    cause: [`interrupted by ${by}; ${serviceUnchanged(session.progress)}`],
    next: [],
  } as const;
  return { kind: 'end', ending };
}
