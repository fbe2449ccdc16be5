/** Reads for the commands that only look: nothing is recorded, expected failures are UserErrors. */
import { UserError } from '../../base/errors.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { ApiError } from '../aws/api-failure.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import { createSession, type DeployDependencies, type Session } from './session.ts';

/** What a look needs. */
export type QueryDependencies = Pick<DeployDependencies, 'clients' | 'clock' | 'random' | 'signal'>;

/**
 * Runs a look.
 * @throws UserError for whatever the user can mend; the signal's reason when interrupted
 */
export async function query<T>(
  name: ServiceName,
  dependencies: QueryDependencies,
  body: (session: Session) => Promise<T>,
): Promise<T> {
  const session = createSession('wait', name, {
    ...dependencies,
    sinks: [],
    tool: { name: 'fairlead', version: '' },
  });
  try {
    return await body(session);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message, hint } = describeApiError(error);
    throw new UserError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
}
