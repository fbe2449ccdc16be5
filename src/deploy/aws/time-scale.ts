/** An ECS for tests and rehearsals may let time run faster than a watch; it says so in each answer, and the record says it too. */
import type { ECSClient } from '@aws-sdk/client-ecs';

const HEADER = 'x-fairlead-time-scale';
const seen = new WeakMap<ECSClient, number>();

/** Listens to the answers of a client. */
export function watchTimeScale(client: ECSClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Record<string, string> };
      const scale = Number(headers?.[HEADER]);
      if (scale > 0) seen.set(client, scale);
      return result;
    },
    // Before the answer is read, whether it is a result or an error.
    { step: 'deserialize', priority: 'low', name: 'watchTimeScale' },
  );
}

/** How many times as fast time runs where the client talks to; undefined: as everywhere. */
export function timeScaleOf(client: ECSClient): number | undefined {
  return seen.get(client);
}
