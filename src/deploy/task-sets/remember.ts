/** What a client remembers, look by look. Pure. */
import { samePercent, type Memory, type World } from './world.ts';

/** The memory after a look. */
export function afterLook(memory: Memory, { green, production }: World): Memory {
  const { written } = memory;
  const share = production?.green;
  return {
    ...memory,
    created: memory.created || green !== undefined,
    seen: memory.seen || green !== undefined,
    shifted: memory.shifted || (share !== undefined && share > 0),
    written:
      written !== undefined && share !== undefined && samePercent(share, written.green)
        ? { ...written, readBack: true }
        : written,
  };
}

/** New weights are read back within seconds; after so long (ms) they are written again. */
const READ_BACK_MS = 30_000;
/** ECS lists what it created within seconds; what it has not listed after so long is not there. */
const LISTED_MS = 60_000;
/** On the way back, blue is waited for so long to be whole; then one healthy task is enough. */
const PATIENCE_MS = 120_000;

/** For how long (ms) something has been waited for; asking begins the wait. */
export interface Waits {
  /** Until new weights are read back. */
  readonly readBack: () => number;
  /** Until ECS lists green. */
  readonly listed: () => number;
  /** Until blue is whole. */
  readonly blue: () => number;
}

/** The memory, without what was waited for in vain. */
export function afterWaiting(memory: Memory, waits: Waits): Memory {
  const { written, created, seen, direction } = memory;
  const unread = written !== undefined && !written.readBack && waits.readBack() >= READ_BACK_MS;
  return {
    ...memory,
    written: unread ? undefined : written,
    seen: seen || (created && waits.listed() >= LISTED_MS),
    patienceOver: memory.patienceOver || (direction === 'back' && waits.blue() >= PATIENCE_MS),
  };
}

/** The memory after this client wrote weights. */
export function afterWeights(memory: Memory, green: number, { production }: World): Memory {
  return {
    ...memory,
    shifted: memory.shifted || green > 0,
    written: { green, before: production?.green, readBack: false },
  };
}

/** The memory once a bake or gate is over. */
export function afterPassing(memory: Memory, name: string): Memory {
  return { ...memory, passed: new Set([...memory.passed, name]) };
}

/** The memory once the rollout turns back. */
export function turnedBack(memory: Memory): Memory {
  return { ...memory, direction: 'back' };
}
