/** What looking at a new version needs from outside. */
import type { Clock } from '../../base/clock.ts';
import type { Api } from '../aws/api.ts';
import type { AwsClients } from '../aws/aws-clients.ts';

/** Of all providers. */
export interface MeasureDependencies {
  readonly api: Api;
  readonly clients: Pick<AwsClients, 'cloudwatch'>;
  /** Node's own, or one that stands for it. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Ends a look: it rejects with the signal's reason. */
  readonly signal: AbortSignal | undefined;
}
