/** How the task set that lost is taken away: no tasks first, then gone. */
import type { Step } from './step.ts';
import { isAlive, samePercent, type Colour, type Memory, type SetState } from './world.ts';

/** Name of the gate behind the last bake; once it is passed, blue goes. */
export const FINAL_GATE = 'final';

/** The next step of its end; undefined when it is gone, or going. */
export function retire(
  colour: Colour,
  set: SetState | undefined,
  memory: Memory,
): Step | undefined {
  if (!isAlive(set)) return undefined;
  if (set.scale > 0) return { kind: 'scale', set: colour, percent: 0 };
  if (memory.emptyFirst.has(colour) && set.running + set.pending > 0) {
    return { kind: 'wait', why: `the last tasks of ${set.id} stop` };
  }
  return { kind: 'delete', set: colour };
}

/** Where the weights that this client wrote stand. */
export type ReadBack = 'none' | 'pending' | 'seen' | 'changed-by-others';

/**
 * Compares what was written with what is read. An answer of an older state is no hand on the weights; any other value is.
 * @param share percent on green as it is read
 */
export function readBackOf(share: number, written: Memory['written']): ReadBack {
  if (written === undefined) return 'none';
  if (samePercent(share, written.green)) return 'seen';
  if (written.readBack) return 'changed-by-others';
  return written.before === undefined || samePercent(share, written.before)
    ? 'pending'
    : 'changed-by-others';
}
