/** The end of every container, when the local ECS stops. */
import type { Clock } from '../../../base/clock.ts';
import type { ProcessContainer } from './process-container.ts';

/**
 * SIGTERM to every container, SIGKILL to those that are left after `graceMs`.
 * @param running those that run, as they end taken out by somebody else; empty when this resolves
 */
export async function stopAll(
  running: ReadonlyMap<string, ProcessContainer>,
  graceMs: number,
  clock: Clock,
): Promise<void> {
  for (const container of running.values()) container.over.abort();
  await Promise.all(Array.from(running.values(), (container) => container.terminate()));
  if (await allGone(running, graceMs, clock)) return;
  await Promise.all(Array.from(running.values(), (container) => container.kill()));
  await allGone(running, Infinity, clock);
}

/** Waits until no container runs; false when the time has passed first. */
async function allGone(
  running: ReadonlyMap<string, ProcessContainer>,
  withinMs: number,
  clock: Clock,
): Promise<boolean> {
  const deadline = clock.monotonic() + withinMs;
  while (running.size > 0) {
    if (clock.monotonic() >= deadline) return false;
    await clock.sleep(5);
  }
  return true;
}
