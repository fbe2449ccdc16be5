/** The list of a service's events: newest first, bounded, without repetition (reference: ECS semantics 5.7). */
import type { IdSource } from '../../../base/ids.ts';
import type { ServiceEvent } from '../../state/entities.ts';

const MOST_EVENTS = 100;
/** The same message again within this time says nothing new. */
const SUPPRESSION_MS = 6 * 3_600_000;

/** The list after the messages (oldest first) were said at `now` (epoch ms); the same list when nothing is new. */
export function appendEvents(
  events: readonly ServiceEvent[],
  messages: readonly string[],
  now: number,
  ids: IdSource,
): readonly ServiceEvent[] {
  let list = events;
  for (const message of messages) {
    const [latest] = list;
    if (latest?.message === message && now - latest.createdAt < SUPPRESSION_MS) continue;
    list = [{ id: ids.uuid(), createdAt: now, message }, ...list].slice(0, MOST_EVENTS);
  }
  return list;
}
