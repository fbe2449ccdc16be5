/** What simulated containers use, as their models say. */
import type { ContainerExit, ContainerUsage } from '../runtime.ts';
import type { SimulationModel } from './simulation-model.ts';

interface Running {
  readonly id: string;
  readonly model: SimulationModel;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly exit: ContainerExit | undefined;
}

/** By id; containers whose model says nothing of it are left out. */
export function modelledUsage(
  containers: Iterable<Running>,
  now: number,
): ReadonlyMap<string, ContainerUsage> {
  const usage = new Map<string, ContainerUsage>();
  for (const { id, model, startedAt, exit } of containers) {
    const { cpuUnits, memoryMiB } = model;
    if (exit !== undefined || (cpuUnits === undefined && memoryMiB === undefined)) continue;
    const elapsedMs = now - startedAt;
    usage.set(id, {
      elapsedMs,
      cpuMs: (elapsedMs * (cpuUnits ?? 0)) / 1024,
      memoryBytes: (memoryMiB ?? 0) * 2 ** 20,
    });
  }
  return usage;
}
