/**
 * Which tasks to start and which to stop now. The scheduler prefers to start before it stops; it takes healthy capacity
 * away, down to the lower bound, only where the upper bound leaves no room for the new tasks (reference: ECS semantics 5.1).
 */
import type { Bounds } from './bounds.ts';
import type { JudgedTask, TaskStanding } from './task-health.ts';

/** What is wanted of a service's tasks. */
export interface CapacityRequest {
  readonly desiredCount: number;
  readonly bounds: Bounds;
  /** The deployment that the service is to end up with. */
  readonly primaryId: string;
  /** False once the PRIMARY has failed: it starts no more tasks, and nothing is taken away for its sake. */
  readonly primaryMayStart: boolean;
  /** False while the PRIMARY's restart throttle holds: its tasks start later. */
  readonly primaryMayStartNow: boolean;
  /** True once nothing is gained by keeping tasks of former deployments: they go as fast as the lower bound allows. */
  readonly formerObsolete: boolean;
  /** The former deployment that is known to be good and may replace its own dying tasks; its throttle is not holding. */
  readonly replaceableId?: string;
  /** Every task that exists, from oldest to newest. */
  readonly tasks: readonly JudgedTask[];
}

/** The answer. */
export interface CapacityPlan {
  readonly start: readonly { readonly deploymentId: string; readonly count: number }[];
  readonly stop: readonly JudgedTask[];
  /** True when tasks are missing and the percentages allow neither to start nor to stop one, now or later. */
  readonly blocked: boolean;
}

/** Decides one step. It looks at counts only, so the same step comes out however often it is asked. */
export function planCapacity(request: CapacityRequest): CapacityPlan {
  const { desiredCount, bounds, primaryId, primaryMayStart } = request;
  const existing = request.tasks.filter(({ standing }) => standing.kind !== 'stopped');
  const present = existing.filter(({ standing }) => standing.kind !== 'leaving');
  const leavingCount = existing.length - present.length;
  const primary = present.filter(({ task }) => task.deploymentId === primaryId);
  const former = present.filter(({ task }) => task.deploymentId !== primaryId);

  const stops = new StopList(countOf(present, 'healthy'), bounds.lower);
  stops.takeLeastUseful(former, former.length - formerWanted(request, primary));
  stopSurplusOfPrimary(primary, desiredCount, primaryMayStart, stops);

  const unhealthyPrimary = countOf(primary, 'unhealthy');
  const missing = primaryMayStart
    ? Math.max(0, desiredCount - (primary.length - unhealthyPrimary))
    : 0;
  const room = Math.max(0, bounds.upper - existing.length);
  const formerMissing = missingOfFormer(request, primary, former);
  // What keeps the service above its lower bound comes before what moves it forward.
  const urgent = Math.min(room, formerMissing.urgent);
  const startPrimary = request.primaryMayStartNow ? Math.min(missing, room - urgent) : 0;
  const startFormer = Math.max(urgent, Math.min(formerMissing.count, room - missing));

  // Room that the leaving tasks will give back counts as on its way.
  const roomToCome = room + leavingCount;
  if (request.primaryMayStartNow && missing > roomToCome + stops.size) {
    makeRoom(request, former, primary, roomToCome, stops);
  }
  const start = [{ deploymentId: primaryId, count: startPrimary }];
  if (request.replaceableId !== undefined) {
    start.push({ deploymentId: request.replaceableId, count: startFormer });
  }
  return {
    start: start.filter(({ count }) => count > 0),
    stop: stops.list,
    blocked:
      request.primaryMayStartNow &&
      missing > 0 &&
      roomToCome + stops.size === 0 &&
      present.every(({ standing }) => standing.kind === 'healthy'),
  };
}

/** How many tasks of former deployments are still wanted: as many as the PRIMARY lacks. */
function formerWanted(
  { desiredCount, primaryMayStart, formerObsolete }: CapacityRequest,
  primary: readonly JudgedTask[],
): number {
  if (formerObsolete) return 0;
  if (!primaryMayStart) return desiredCount;
  return Math.max(0, desiredCount - countOf(primary, 'healthy'));
}

/** How many tasks the known good former deployment lacks, and how many of them the lower bound needs. */
function missingOfFormer(
  { replaceableId, desiredCount, bounds }: CapacityRequest,
  primary: readonly JudgedTask[],
  former: readonly JudgedTask[],
): { readonly count: number; readonly urgent: number } {
  if (replaceableId === undefined) return { count: 0, urgent: 0 };
  const healthyPrimary = countOf(primary, 'healthy');
  const usable = former.length - countOf(former, 'unhealthy');
  const count = Math.max(0, desiredCount - healthyPrimary - usable);
  return { count, urgent: Math.max(0, Math.min(count, bounds.lower - healthyPrimary - usable)) };
}

/** Takes away what the PRIMARY has too much, unhealthy tasks only once as many replacements are healthy, or unhealthy too. */
function stopSurplusOfPrimary(
  primary: readonly JudgedTask[],
  desiredCount: number,
  mayStart: boolean,
  stops: StopList,
): void {
  const unhealthy = primary.filter(({ standing }) => standing.kind === 'unhealthy');
  const usable = primary.filter(({ standing }) => standing.kind !== 'unhealthy');
  const judged = countOf(usable, 'healthy') + unhealthy.length;
  stops.take(unhealthy, mayStart ? judged - desiredCount : unhealthy.length);
  stops.takeLeastUseful(usable, usable.length - desiredCount);
}

/** Frees places for missing tasks of the PRIMARY, whatever costs least first. */
function makeRoom(
  request: CapacityRequest,
  former: readonly JudgedTask[],
  primary: readonly JudgedTask[],
  roomToCome: number,
  stops: StopList,
): void {
  const staying = former.filter((task) => !stops.has(task));
  const unhealthy = staying.filter(({ standing }) => standing.kind === 'unhealthy');
  const usable = staying.filter(({ standing }) => standing.kind !== 'unhealthy');
  const structural = request.desiredCount - primary.length - roomToCome;
  stops.take(unhealthy, structural - stops.size);
  // What would be started again at once, for the sake of the lower bound, is not stopped.
  const spare =
    request.replaceableId === undefined
      ? usable.length
      : usable.length + countOf(primary, 'healthy') - request.bounds.lower;
  stops.takeLeastUseful(usable, Math.min(spare, structural - stops.size));
  // Unhealthy tasks that could not be replaced first go one by one.
  if (stops.size === 0 && roomToCome === 0) {
    stops.take(
      primary.filter(({ standing }) => standing.kind === 'unhealthy'),
      1,
    );
  }
}

/** Collects tasks to stop and never lets the healthy ones fall under the lower bound. */
class StopList {
  readonly #tasks = new Set<JudgedTask>();
  readonly #lower: number;
  #healthy: number;

  constructor(healthy: number, lower: number) {
    this.#healthy = healthy;
    this.#lower = lower;
  }

  get size(): number {
    return this.#tasks.size;
  }

  has(task: JudgedTask): boolean {
    return this.#tasks.has(task);
  }

  get list(): readonly JudgedTask[] {
    return [...this.#tasks];
  }

  /** Stops up to `count` of the candidates: those that serve nothing first, among equals the oldest. */
  takeLeastUseful(candidates: readonly JudgedTask[], count: number): void {
    if (count > 0) this.take(candidates.toSorted(byUsefulness), count);
  }

  /** Stops up to `count` of the candidates, in their order. */
  take(candidates: readonly JudgedTask[], count: number): void {
    let left = count;
    for (const task of candidates) {
      if (left <= 0) return;
      if (this.#tasks.has(task)) continue;
      if (task.standing.kind === 'healthy') {
        if (this.#healthy <= this.#lower) continue;
        this.#healthy--;
      }
      this.#tasks.add(task);
      left--;
    }
  }
}

const USEFULNESS: Readonly<Record<TaskStanding['kind'], number>> = {
  stopped: 0,
  leaving: 0,
  unhealthy: 1,
  pending: 2,
  starting: 3,
  healthy: 4,
};

/** Those that serve nothing come first, among equals the oldest. */
export function byUsefulness(a: JudgedTask, b: JudgedTask): number {
  return (
    USEFULNESS[a.standing.kind] - USEFULNESS[b.standing.kind] || a.task.createdAt - b.task.createdAt
  );
}

function countOf(tasks: readonly JudgedTask[], kind: TaskStanding['kind']): number {
  return tasks.reduce((count, { standing }) => (standing.kind === kind ? count + 1 : count), 0);
}
