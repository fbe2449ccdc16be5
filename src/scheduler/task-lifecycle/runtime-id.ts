/**
 * The ids under which a task's containers are started: `<task id>-<place of the container>-<number of the start>`, so that
 * each start has its own and all former ones of a container are known.
 */

/**
 * The id of a container's next start.
 * @param place index of the container in the task
 * @param previous the id of the start before
 */
export function nextRuntimeId(taskId: string, place: number, previous?: string): string {
  return `${taskId}-${place}-${startNumber(previous) + 1}`;
}

/** The ids of every start of a container, up to and including the given one. */
export function runtimeIdsUpTo(runtimeId: string): readonly string[] {
  const stem = runtimeId.slice(0, runtimeId.lastIndexOf('-'));
  return Array.from({ length: startNumber(runtimeId) }, (_, index) => `${stem}-${index + 1}`);
}

function startNumber(runtimeId: string | undefined): number {
  return runtimeId === undefined ? 0 : Number(runtimeId.slice(runtimeId.lastIndexOf('-') + 1));
}
