/** Ends containers that a killed control plane left running, without starting a new one. */
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { noImages } from './runtime/images.ts';
import { ProcessRuntime } from './runtime/process/process-runtime.ts';

/** Resolves when no container of the state folder runs any more. */
export async function endLeftovers(stateDir: string, clock: Clock, random: Random): Promise<void> {
  const runtime = new ProcessRuntime({
    stateDir,
    images: noImages,
    clock,
    random,
    hostEnvironment: {},
  });
  // No container is recorded: every one that is found is ended.
  await runtime.adopt([]);
  await runtime.close({ kind: 'stop', graceMs: 0 });
}
