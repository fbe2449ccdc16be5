/**
 * When to look at a rollout again, and what to read then. Calls are spent where they tell something: while tasks start, one
 * call shows counts and trouble; when all of them are up, one call shows the end, often; a bake is looked at seldom. What costs
 * more, tasks and targets one by one, is read at once when something goes wrong, else as the budget allows.
 */
import { isTrouble } from '../verdict/cause.ts';
import { hasReached } from '../observed/lifecycle-stage.ts';
import { isHealthy } from '../observed/tasks.ts';
import { isRollingBack, ourDeployment } from '../observed/rollout.ts';
import type { Observation, ObservedService, RolloutTarget } from '../observed/observation.ts';

/** Milliseconds between two looks: the shortest and, while nothing happens, the longest. */
export interface Tempo {
  readonly shortestMs: number;
  readonly longestMs: number;
}

/** What was looked at so far. Times are milliseconds since the following began; undefined: never. */
export interface PaceHistory {
  /** The last look; undefined before the first. */
  readonly observation: Observation | undefined;
  readonly nowMs: number;
  /** Calls since the following began, whatever they were for. */
  readonly calls: number;
  /** When a look last showed something new. */
  readonly changedMs: number;
  readonly serviceMs: number | undefined;
  readonly rolloutMs: number | undefined;
  readonly detailsMs: number | undefined;
  /** The rollout shifts traffic: it has stages, and hooks may wait. */
  readonly shifts: boolean;
  /** Signs of trouble were seen before. */
  readonly troubled: boolean;
}

/**
 * - `unlisted`: ECS does not list it yet; `under-way`: tasks start, traffic moves;
 * - `resting`: a bake or a gate; `ending`: all is up, and old tasks go; `going-back`: ECS was told to stop it, or rolls it back.
 */
export type Phase = 'unlisted' | 'under-way' | 'resting' | 'ending' | 'going-back';

/** How far the rollout is. */
export function phaseOf(
  observation: Observation | undefined,
  target: RolloutTarget,
  shifts: boolean,
): Phase {
  const rollout = observation?.rollout;
  if (observation === undefined || rollout === undefined) return 'unlisted';
  if (isRollingBack(rollout.status) || rollout.status === 'STOP_REQUESTED') return 'going-back';
  if (!shifts) return isUp(observation, target) ? 'ending' : 'under-way';
  const { lifecycleStage: stage, productionWeight: weight = 0, stepBakeMinutes = 0 } = rollout;
  if (stage === 'CLEAN_UP') return 'ending';
  const bakes = stepBakeMinutes > 0 && weight > 0 && weight < 100;
  return rollout.waitingHooks.length > 0 ||
    stage === 'BAKE_TIME' ||
    (stage === 'PRODUCTION_TRAFFIC_SHIFT' && bakes)
    ? 'resting'
    : 'under-way';
}

/** True when all tasks of ours run and are healthy, or all others are gone: what is left is ECS's own. */
function isUp(observation: Observation, target: RolloutTarget): boolean {
  const { service } = observation;
  const ours = ourDeployment(observation, target);
  if (ours === undefined || ours.pending > 0 || ours.running < service.desired) return false;
  const others = service.deployments.filter((each) => each !== ours);
  return (
    others.every(({ running, pending }) => running + pending === 0) ||
    isSettled(observation, target)
  );
}

/** True when every task that runs is healthy: then only a change is worth a closer look. */
function isSettled(
  observation: Pick<Observation, 'service' | 'tasks' | 'targets'>,
  target: RolloutTarget,
): boolean {
  const { service, tasks } = observation;
  if (service.pending > 0 || tasks === undefined) return false;
  const live = tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED');
  const ours = live.filter(({ deploymentId }) => deploymentId === target.deploymentId);
  return (
    ours.length >= service.desired &&
    live.length > 0 &&
    live.every((task) => task.desiredStatus === 'STOPPED' || isHealthy(task, observation, target))
  );
}

/** Calls that a command makes before it follows: they are part of the budget. */
const OPENING_CALLS = 5;

/** Calls that may still be made at one call in twice the shortest pause; below zero when too many were. */
export function creditOf({ nowMs, calls }: PaceHistory, { shortestMs }: Tempo): number {
  return nowMs / (2 * shortestMs) - calls - OPENING_CALLS;
}

/** Milliseconds until the next look: never less than the shortest pause, never more than twice the longest. */
export function pauseBeforeLook(history: PaceHistory, target: RolloutTarget, tempo: Tempo): number {
  const { shortestMs } = tempo;
  const longestMs = Math.max(shortestMs, tempo.longestMs);
  const credit = creditOf(history, tempo);
  // As long again as half of the time without news: what has not happened for a while is not likely just now.
  const calm = Math.max(0, history.nowMs - history.changedMs) / 2;
  const between = (least: number, most: number): number =>
    Math.max(shortestMs, Math.min(Math.max(least, calm), most));
  switch (phaseOf(history.observation, target, history.shifts)) {
    case 'unlisted':
      return between(shortestMs, longestMs);
    case 'under-way':
      return between(credit < CLOSING_CALLS ? longestMs : 2 * shortestMs, longestMs);
    case 'resting':
      return between(2 * shortestMs, 2 * longestMs);
    case 'ending':
    case 'going-back':
      // Each look is one call: what the budget allows, and somewhat less where more was spent before.
      return Math.min((credit < 0 ? 3 : 2) * shortestMs, longestMs);
  }
}

/** Which of the two descriptions the next look reads. */
export interface Reading {
  /** DescribeServices: counts, events. */
  readonly service: boolean;
  /** DescribeServiceDeployments: the status that decides, stages, hooks. */
  readonly rollout: boolean;
}

/** What the next look reads first. What that shows may make it read more. */
export function readingOf(history: PaceHistory, target: RolloutTarget, tempo: Tempo): Reading {
  const { nowMs, serviceMs, rolloutMs, shifts } = history;
  const due = (lastMs: number | undefined, everyMs: number): boolean =>
    lastMs === undefined || nowMs - lastMs >= everyMs;
  const seldomMs = (creditOf(history, tempo) < 0 ? 6 : 2) * tempo.longestMs;
  switch (phaseOf(history.observation, target, shifts)) {
    case 'unlisted':
      return { service: true, rollout: true };
    case 'under-way':
      return { service: true, rollout: shifts || due(rolloutMs, 12 * tempo.longestMs) };
    case 'ending':
      // Both show the end; by turns, so that the counts go on too.
      if (!shifts && (rolloutMs ?? -1) > (serviceMs ?? -1))
        return { service: true, rollout: false };
      return { service: shifts && due(serviceMs, seldomMs), rollout: true };
    case 'resting':
    case 'going-back':
      return { service: due(serviceMs, seldomMs), rollout: true };
  }
}

/** True when the service shows that the rollout is no longer what it was: only its own description tells what it became. */
export function hasTurned(service: ObservedService, target: RolloutTarget): boolean {
  const ours = service.deployments.find((each) => each.id === target.deploymentId);
  return ours?.status !== 'PRIMARY' || ours.rolloutState !== 'IN_PROGRESS';
}

/**
 * What two looks at the service tell of failures: `trouble` when ECS says so, `doubt` when tasks may have come and gone in
 * between.
 */
export function signsOf(
  before: ObservedService | undefined,
  service: ObservedService,
  target: RolloutTarget,
): 'none' | 'doubt' | 'trouble' {
  const find = (from: ObservedService | undefined) =>
    from?.deployments.find(({ id }) => id === target.deploymentId);
  const [former, ours] = [find(before), find(service)];
  const count = (of: typeof ours): number => (of === undefined ? 0 : of.running + of.pending);
  const known = new Set(before?.events.map(({ id }) => id));
  const news = service.events.filter(({ id }) => !known.has(id) && !target.earlierEvents.has(id));
  if ((ours?.failed ?? 0) > (former?.failed ?? 0)) return 'trouble';
  if (news.some(({ message }) => isTrouble(message))) return 'trouble';
  const grew = former === undefined || count(ours) > count(former);
  const started = news.some(({ message }) => message.includes('has started'));
  return count(ours) < count(former) || (started && !grew) ? 'doubt' : 'none';
}

/** What is read of a service's tasks; `known` leaves their targets alone. */
export type Closeness = 'none' | 'known' | 'live' | 'all';

/**
 * How closely the tasks are looked at: not at all, only those that are known, all that live, or those that have stopped as well.
 * @param service as this look shows it, the history as it was before
 * @param options.ended how the rollout has ended, in this look
 * @param options.stage of the rollout, in this look
 */
export function closenessOf(
  history: PaceHistory,
  service: ObservedService,
  target: RolloutTarget,
  tempo: Tempo,
  options: {
    readonly ended: 'well' | 'badly' | undefined;
    readonly stage: string | undefined;
    readonly targetGroups: number;
  },
): Closeness {
  const { observation, nowMs, detailsMs } = history;
  const { tasks, targets } = observation ?? { tasks: undefined, targets: undefined };
  const settled = isSettled({ service, tasks, targets }, target);
  // Healthy tasks stay what they were; how the old ones ended is worth a call.
  if (options.ended === 'well') return settled ? 'known' : 'live';
  if (options.ended === 'badly') return 'all';
  const sinceMs = detailsMs === undefined ? Infinity : nowMs - detailsMs;
  const oftenMs = 8 * tempo.shortestMs;
  const signs = signsOf(observation?.service, service, target);
  const troubled = signs === 'trouble' || history.troubled;
  const pages = Math.ceil((service.running + service.pending + 1) / TASKS_A_CALL);
  // Each look at so many tasks costs a call for each hundred of them, twice.
  if (signs !== 'none' && (pages === 1 || sinceMs >= oftenMs)) return 'all';
  if (settled) return 'none';
  // ECS leaves SCALE_UP when all of the new tasks are healthy, and they shall not be shown as anything else through a bake.
  const moved = options.stage !== observation?.rollout?.lifecycleStage;
  if (moved && hasReached(options.stage, 'POST_SCALE_UP') && (pages === 1 || sinceMs >= oftenMs))
    return 'live';
  const cost = 2 * pages + options.targetGroups;
  const affordable = creditOf(history, tempo) >= cost + CLOSING_CALLS;
  const ours = service.deployments.find(({ id }) => id === target.deploymentId);
  const calmly = (ours?.running ?? 0) >= service.desired ? CALMLY.allRun : CALMLY.someStart;
  const everyMs =
    affordable || (troubled && pages === 1) ? oftenMs : calmly * cost * tempo.shortestMs;
  if (sinceMs < everyMs) return 'none';
  // Before one of ours is healthy, others may have come and gone; not before the first look, though.
  const proven =
    tasks === undefined ||
    tasks.some(
      (task) => task.deploymentId === target.deploymentId && isHealthy(task, { targets }, target),
    );
  return proven && !troubled ? 'live' : 'all';
}

/** ListTasks and DescribeTasks give so many at once. */
const TASKS_A_CALL = 100;
/** Kept for the end of the rollout: a last look at everything, and the proof. */
const CLOSING_CALLS = 6;
/**
 * Where there is no credit left, a close look comes after so many shortest pauses for each of its calls: sooner when all run and
 * only their health is waited for.
 */
const CALMLY = { someStart: 15, allRun: 7 };
