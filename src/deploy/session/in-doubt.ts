/** Changes of the service whose answer may be lost on the way. */
import { classifyFailure } from '../aws/api-failure.ts';
import type { Session } from './session.ts';

/**
 * Sends one request of a change: from a lost answer on until one arrives the session says `inDoubt`, whatever ends the command.
 * @throws what `send` throws
 */
export async function sendChange<Output>(
  session: Pick<Session, 'advance'>,
  send: () => Promise<Output>,
): Promise<Output> {
  try {
    const output = await send();
    session.advance({ inDoubt: false });
    return output;
  } catch (error) {
    if (classifyFailure(error) === 'transient') session.advance({ inDoubt: true });
    throw error;
  }
}
