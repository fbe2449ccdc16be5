/** What containers use: all processes of their groups, without their keepers. */
import type { ContainerUsage } from '../runtime.ts';
import type { ProcessContainer } from './process-container.ts';
import type { ProcessTable } from './process-table.ts';

/** What each container uses that has a live process, by its id. */
export async function containerUsage(
  containers: Iterable<ProcessContainer>,
  table: ProcessTable,
): Promise<ReadonlyMap<string, ContainerUsage>> {
  const byGroup = new Map(Array.from(containers, (each) => [each.started.keeper.pid, each.id]));
  if (byGroup.size === 0) return new Map();
  const usage = new Map<string, ContainerUsage>();
  for (const used of await table.usage(new Set(byGroup.keys()))) {
    const id = byGroup.get(used.groupId);
    // The keeper leads the group.
    if (id === undefined || used.pid === used.groupId) continue;
    const known = usage.get(id) ?? { cpuMs: 0, elapsedMs: 0, memoryBytes: 0 };
    usage.set(id, {
      cpuMs: known.cpuMs + used.cpuMs,
      elapsedMs: Math.max(known.elapsedMs, used.elapsedMs),
      memoryBytes: known.memoryBytes + used.memoryBytes,
    });
  }
  return usage;
}
