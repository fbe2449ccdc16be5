/** Ends what containers left behind. */
import type { Clock } from '../../../base/clock.ts';
import { systemCode } from '../../../base/errors.ts';
import type { ListedProcess, ProcessTable } from './process-table.ts';

/** SIGKILL takes effect within milliseconds; a process that outlives this hangs in the kernel. */
const GIVE_UP_MS = 10_000;
const LOOK_MS = 5;

/**
 * Sends SIGKILL to all processes that are chosen, and again to those that they started meanwhile, until none is left.
 * @param choose which of the machine's live processes
 * @throws Error naming the processes that did not end
 */
export async function endProcesses(input: {
  readonly table: ProcessTable;
  readonly root: string;
  readonly clock: Clock;
  readonly choose: (processes: readonly ListedProcess[]) => readonly ListedProcess[];
}): Promise<void> {
  const { table, root, clock, choose } = input;
  const deadline = clock.monotonic() + GIVE_UP_MS;
  for (;;) {
    const chosen = choose(await table.list(root)).map(({ pid }) => pid);
    if (chosen.length === 0) return;
    if (clock.monotonic() > deadline)
      throw new Error(`processes ${chosen.join(', ')} do not end after SIGKILL`);
    for (const pid of chosen) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if (systemCode(error) !== 'ESRCH') throw error;
      }
    }
    await clock.sleep(LOOK_MS);
  }
}

/**
 * What is left of one container after its end: the rest of its process group, and whoever left the group but carries its mark.
 * @param groupId undefined when it is not known, or of an earlier boot
 */
export function leftoversOf(
  containerId: string,
  groupId: number | undefined,
): (processes: readonly ListedProcess[]) => readonly ListedProcess[] {
  return (processes) => {
    // A group keeps its id from being given out; if its leader is a process without the mark, it is a stranger's group.
    const leader = processes.find(({ pid }) => pid === groupId);
    const ours = leader === undefined || leader.containerId === containerId;
    return processes.filter(
      (candidate) =>
        candidate.containerId === containerId || (ours && candidate.groupId === groupId),
    );
  };
}
