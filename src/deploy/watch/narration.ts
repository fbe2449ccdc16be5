/** What is told of a rollout. */
import type { EventEntry } from '../../record/entries.ts';

/** An event without its time. */
export type Narration = Omit<EventEntry, 'kind' | 'at'>;
