/** What each stage waits for, does, and ends with. */
import type { DeploymentSnapshot, ServiceSnapshot } from '../rolling/snapshot.ts';
import { stagesOf, type CourseStage } from './course.ts';
import { beginHooks, isOpen } from './hook.ts';
import type { ShiftProgress } from './progress.ts';
import { stageDeadline } from './interruption.ts';
import { canServe, isFull, type RevisionHealth } from './revision-health.ts';
import type { ShiftSnapshot } from './shift-snapshot.ts';
import { trafficSteps } from './strategy.ts';

/** What the decision is made from. */
export interface StageFacts {
  readonly snapshot: ServiceSnapshot;
  readonly shift: ShiftSnapshot;
  readonly green: RevisionHealth;
  /** All zero without a former revision. */
  readonly blue: RevisionHealth;
  /** Tasks of revisions that are neither. */
  readonly others: RevisionHealth;
  /** Epoch ms. */
  readonly now: number;
}

/** A progress without its place on the course. */
type Unplaced = Omit<ShiftProgress, 'stage' | 'position' | 'enteredAt' | 'begunAt' | 'hooks'>;

/** Where the deployment is on its course. */
function currentStage({ strategy, progress }: ShiftSnapshot): CourseStage {
  return placeOf(strategy, progress, progress.position);
}

/** The progress in the next stage; undefined when there is none. */
export function nextStage(
  { strategy, progress }: ShiftSnapshot,
  now: number,
): ShiftProgress | undefined {
  const position = progress.position + 1;
  const next = courseOf(strategy, progress)[position];
  return next === undefined ? undefined : entered(progress, next, position, now);
}

/** The progress at the beginning of a course. */
export function firstStage(
  progress: Unplaced,
  strategy: ShiftSnapshot['strategy'],
  now: number,
): ShiftProgress {
  return entered(progress, placeOf(strategy, progress, 0), 0, now);
}

/** True when what the stage does can be done now. */
export function mayBegin(facts: StageFacts): boolean {
  const { snapshot, shift, green, blue } = facts;
  const { desiredCount, rules } = snapshot;
  const { stage, course } = shift.progress;
  const forward = course.direction === 'forward';
  switch (stage) {
    case 'RECONCILE_SERVICE':
      return mayReconcile(facts);
    case 'PRODUCTION_TRAFFIC_SHIFT':
      return forward
        ? isFull(green, desiredCount)
        : canServe(blue, desiredCount, rules.minimumHealthyPercent);
    case 'CLEAN_UP':
      return forward ? isFull(green, desiredCount) : true;
    case 'PRE_SCALE_UP':
    case 'SCALE_UP':
    case 'POST_SCALE_UP':
    case 'TEST_TRAFFIC_SHIFT':
    case 'POST_TEST_TRAFFIC_SHIFT':
    case 'PRE_PRODUCTION_TRAFFIC_SHIFT':
    case 'POST_PRODUCTION_TRAFFIC_SHIFT':
    case 'BAKE_TIME':
      return true;
  }
}

/**
 * Blue takes back what others have once it can serve. It is not waited for where it has all traffic, or where nobody who has
 * some could answer: then the new revision is what helps.
 */
function mayReconcile({ snapshot, shift, blue, others, now }: StageFacts): boolean {
  const { desiredCount, rules } = snapshot;
  const { progress } = shift;
  return (
    progress.othersServe !== true ||
    canServe(blue, desiredCount, rules.minimumHealthyPercent) ||
    others.healthy === 0 ||
    now >= stageDeadline(progress)
  );
}

/** The progress with the stage begun: its traffic shifted and its hooks under way. */
export function begin({ shift, now }: StageFacts): ShiftProgress {
  const { hooks } = shift;
  const { stage, course } = shift.progress;
  const forward = course.direction === 'forward';
  const { step } = currentStage(shift);
  return {
    ...(takesBack(shift.progress) ? withoutOthers(shift.progress) : shift.progress),
    begunAt: now,
    hooks: beginHooks(hooks, stage, course.direction, now),
    ...(stage === 'TEST_TRAFFIC_SHIFT' ? { testPercent: forward ? 100 : 0 } : {}),
    ...(stage === 'PRODUCTION_TRAFFIC_SHIFT'
      ? // The way back has no steps: all of it returns.
        { productionPercent: step?.greenPercent ?? 0 }
      : {}),
  };
}

/** True where the stage leaves production traffic to green and blue alone; the way forward has done so before it shifts any. */
function takesBack({ stage }: ShiftProgress): boolean {
  return stage === 'RECONCILE_SERVICE' || stage === 'PRODUCTION_TRAFFIC_SHIFT';
}

function withoutOthers({ othersServe: _served, ...progress }: ShiftProgress): ShiftProgress {
  return progress;
}

/** True when a stage that has begun is over. */
export function isDone(facts: StageFacts): boolean {
  const { snapshot, shift, green, blue, others, now } = facts;
  const { desiredCount } = snapshot;
  const { stage, course, hooks } = shift.progress;
  // Those that failed have turned the deployment round by now, or, on the way back, change nothing any more.
  if (hooks.some(isOpen)) return false;
  switch (stage) {
    case 'RECONCILE_SERVICE':
      return others.present === 0;
    case 'SCALE_UP':
      return isFull(green, desiredCount);
    case 'PRODUCTION_TRAFFIC_SHIFT':
    case 'BAKE_TIME':
      return now >= bakedAt(shift);
    case 'CLEAN_UP':
      return course.direction === 'forward'
        ? blue.existing + others.existing === 0
        : green.existing + others.existing === 0 && isFull(blue, desiredCount);
    case 'PRE_SCALE_UP':
    case 'POST_SCALE_UP':
    case 'TEST_TRAFFIC_SHIFT':
    case 'POST_TEST_TRAFFIC_SHIFT':
    case 'PRE_PRODUCTION_TRAFFIC_SHIFT':
    case 'POST_PRODUCTION_TRAFFIC_SHIFT':
      return true;
  }
}

/** When the bake of the present stage is over (epoch ms); of one without, when it began; -Infinity until it has. */
export function bakedAt(shift: ShiftSnapshot): number {
  const { stage, begunAt = -Infinity } = shift.progress;
  if (stage === 'BAKE_TIME') return begunAt + shift.bakeMs;
  return stage === 'PRODUCTION_TRAFFIC_SHIFT'
    ? begunAt + (currentStage(shift).step?.bakeMs ?? 0)
    : begunAt;
}

/** How many tasks a deployment is to have; undefined: those that it has. */
export function wantedTasks(
  { id }: DeploymentSnapshot,
  { greenId, blueId, course, stage, begunAt, othersServe }: ShiftProgress,
  desiredCount: number,
): number | undefined {
  const cleaning = stage === 'CLEAN_UP' && begunAt !== undefined;
  const { direction } = course;
  if (id === greenId) {
    if (direction === 'rollback') return cleaning ? 0 : desiredCount;
    return stage === 'RECONCILE_SERVICE' || stage === 'PRE_SCALE_UP' ? 0 : desiredCount;
  }
  if (id === blueId) return direction === 'forward' && cleaning ? 0 : desiredCount;
  return othersServe === true ? undefined : 0;
}

function courseOf(
  strategy: ShiftSnapshot['strategy'],
  { course, blueId }: Pick<ShiftProgress, 'course' | 'blueId'>,
): readonly CourseStage[] {
  return stagesOf(course, trafficSteps(strategy, blueId !== undefined));
}

function placeOf(
  strategy: ShiftSnapshot['strategy'],
  progress: Unplaced,
  position: number,
): CourseStage {
  const place = courseOf(strategy, progress)[position];
  if (place === undefined) throw new Error(`the course has no place ${position}`);
  return place;
}

function entered(
  { begunAt: _begunAt, ...progress }: Unplaced & Pick<ShiftProgress, 'begunAt'>,
  { stage }: CourseStage,
  position: number,
  now: number,
): ShiftProgress {
  return { ...progress, stage, position, enteredAt: now, hooks: [] };
}
