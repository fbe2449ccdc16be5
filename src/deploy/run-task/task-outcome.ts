/** How a one-off task ended. Pure. */
import type { InterruptSignal } from '../../record/verdict.ts';
import { describeEnd } from '../verdict/cause.ts';
import type { ObservedTask } from '../observed/observation.ts';

/**
 * - `exited`: the container's own exit code is known, 0 or not;
 * - `not-started`: the container never ran, so nothing was done;
 * - `lost`: it may have run, and what came of it is not known;
 * - `timed-out`, `interrupted`: it was stopped, or left running where `why` says so;
 * - `started`: its end was not awaited.
 */
export type TaskOutcome =
  | {
      readonly kind: 'exited';
      readonly taskArn: string;
      readonly exitCode: number;
      /** Such as `Essential container in task exited`; undefined where ECS gave none. */
      readonly stoppedReason: string | undefined;
      /** The end in one line; for an exit code that is not 0. */
      readonly why: readonly string[];
    }
  | {
      readonly kind: 'not-started';
      readonly taskArn: string | undefined;
      readonly why: readonly string[];
    }
  | { readonly kind: 'lost'; readonly taskArn: string | undefined; readonly why: readonly string[] }
  | { readonly kind: 'timed-out'; readonly taskArn: string; readonly why: readonly string[] }
  | {
      readonly kind: 'interrupted';
      readonly taskArn: string | undefined;
      readonly by: InterruptSignal;
      /** False: the task was not started, for certain. */
      readonly begun: boolean;
      /** It was left running, or could not be stopped. */
      readonly goesOn: boolean;
      readonly why: readonly string[];
    }
  | { readonly kind: 'started'; readonly taskArn: string };

/** What a look at the task tells; `leftovers`: our container has ended, and the task would run on without it. */
export type TaskJudgement =
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'leftovers' }
  | Extract<TaskOutcome, { kind: 'exited' | 'not-started' | 'lost' }>;

/**
 * Judges a look.
 * @param container the one whose exit code counts
 * @param essential false: ECS does not stop the task when that container ends
 */
export function judgeTask(
  task: ObservedTask,
  container: string,
  essential: boolean,
): TaskJudgement {
  const exitCode = task.containers.find((each) => each.name === container)?.exitCode;
  if (task.lastStatus !== 'STOPPED') {
    const left = exitCode !== undefined && !essential && task.desiredStatus === 'RUNNING';
    return { kind: left ? 'leftovers' : 'goes-on' };
  }
  const taskArn = task.arn;
  const end = describeEnd(task);
  if (exitCode !== undefined) return exited(task, exitCode);
  if (task.startedAt === undefined || task.stopCode === 'TaskFailedToStart') {
    return { kind: 'not-started', taskArn, why: [`the task did not start: ${end}`] };
  }
  return {
    kind: 'lost',
    taskArn,
    why: [`ECS has no exit code of container ${container}: ${end}`],
  };
}

/** The outcome of a container that is known to have ended, whatever its task still does. */
export function exited(
  task: ObservedTask,
  exitCode: number,
): Extract<TaskOutcome, { kind: 'exited' }> {
  return {
    kind: 'exited',
    taskArn: task.arn,
    exitCode,
    stoppedReason: task.stoppedReason,
    why: exitCode === 0 ? [] : [describeEnd(task)],
  };
}
