/** One hook: a task on ECS, or a program on the machine that runs Fairlead. */
import type { Service } from '@aws-sdk/client-ecs';
import { unreachable, UserError } from '../../base/errors.ts';
import type { HookEntry } from '../../record/entries.ts';
import type { InterruptSignal, Verdict } from '../../record/verdict.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import type { Hook } from '../configuration/configuration.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { TaskOptions } from '../run-task/run-task.ts';
import { interruptedBy } from '../session/interruption.ts';
import { isInterruption, type Session } from '../session/session.ts';
import type { HookOutput } from './hook-output.ts';
import type { Programs } from '../session/programs.ts';
import { runProgram } from './run-program.ts';
import { runTaskHook } from './task-hook.ts';

/** What hooks run with. */
export interface HookContext {
  /** Whose network, launch type and platform version the tasks take. */
  readonly service: Service;
  /** What is deployed; registered. */
  readonly definition: RegisteredDefinition;
  readonly programs: Programs;
  /** For `after`. */
  readonly verdict?: Verdict;
  /** What an interruption does to a task that runs; by default it is stopped. Programs always are. */
  readonly onInterrupt?: TaskOptions['onInterrupt'];
}

/** How one hook ended; `begun`: it did something, or may have. */
export interface HookEnd {
  readonly state: 'succeeded' | 'failed' | 'interrupted';
  readonly by?: InterruptSignal;
  readonly begun: boolean;
  readonly exitCode?: number;
  readonly taskArn?: string;
  /** After an interruption: the task goes on, or may. */
  readonly goesOn?: boolean;
  readonly why: readonly string[];
}

/**
 * Runs it to its end.
 * @throws only for bugs
 */
export async function runHook(
  session: Session,
  when: HookEntry['when'],
  hook: Hook,
  context: HookContext,
  output: HookOutput,
): Promise<HookEnd> {
  try {
    return hook.kind === 'run_task'
      ? await runTaskKind(session, hook, context, output)
      : await runProgramKind(session, when, hook, context, output);
  } catch (error) {
    // Only what comes before a task is started is thrown.
    if (isInterruption(error, session)) {
      return { state: 'interrupted', begun: false, ...notBegun(session) };
    }
    if (error instanceof UserError) {
      const why = error.hint === undefined ? [error.message] : [error.message, error.hint];
      return { state: 'failed', begun: false, why };
    }
    if (!(error instanceof ApiError)) throw error;
    const { message, hint } = describeApiError(error);
    return { state: 'failed', begun: false, why: hint === undefined ? [message] : [message, hint] };
  }
}

/** An interruption that is answered before anything was started. */
export function notBegun(session: Session): {
  readonly by: InterruptSignal;
  readonly why: readonly string[];
} {
  const signal = session.signal();
  const by = signal === undefined ? 'SIGINT' : interruptedBy(signal);
  session.release();
  return { by, why: [`interrupted by ${by} before it was started`] };
}

async function runTaskKind(
  session: Session,
  hook: Extract<Hook, { kind: 'run_task' }>,
  context: HookContext,
  output: HookOutput,
): Promise<HookEnd> {
  const { onInterrupt = 'stop' } = context;
  const outcome = await runTaskHook(session, hook, context, onInterrupt, {
    started: (taskArn) => session.say('info', 'hook-task', `${hook.task}: task ${taskArn} started`),
    status: (lastStatus) => session.say('info', 'hook-task', `${hook.task}: ${lastStatus}`),
    lines: (lines) => output.add(lines),
    warning: (message) => session.say('warning', 'hook-task', `${hook.task}: ${message}`),
  });
  const { taskArn } = outcome;
  const named = taskArn === undefined ? {} : { taskArn };
  switch (outcome.kind) {
    case 'exited': {
      const { exitCode, why } = outcome;
      const state = exitCode === 0 ? 'succeeded' : 'failed';
      return { ...named, state, begun: true, exitCode, why };
    }
    case 'not-started':
      return { ...named, state: 'failed', begun: false, why: outcome.why };
    case 'lost':
    case 'timed-out':
      return { ...named, state: 'failed', begun: true, why: outcome.why };
    case 'interrupted': {
      const { by, begun, goesOn, why } = outcome;
      return { ...named, state: 'interrupted', by, begun, goesOn, why };
    }
    case 'started':
      throw new Error('a hook that is not awaited');
    default:
      return unreachable(outcome);
  }
}

async function runProgramKind(
  session: Session,
  when: HookEntry['when'],
  hook: Extract<Hook, { kind: 'command' }>,
  context: HookContext,
  output: HookOutput,
): Promise<HookEnd> {
  const end = await runProgram(
    session,
    context.programs,
    hook.command,
    environmentOf(session, when, context),
    hook.timeoutMs,
    (line) => output.add([line]),
  );
  switch (end.kind) {
    case 'exited': {
      const { exitCode } = end;
      return exitCode === 0
        ? { state: 'succeeded', begun: true, exitCode, why: [] }
        : { state: 'failed', begun: true, exitCode, why: [exitCodeText(exitCode)] };
    }
    case 'killed':
      return { state: 'failed', begun: true, why: [`killed by ${end.signal}`] };
    case 'not-started':
      return { state: 'failed', begun: false, why: [end.why] };
    case 'timed-out':
      return { state: 'failed', begun: true, why: [end.why] };
    case 'interrupted':
      return { state: 'interrupted', by: end.by, begun: true, why: [end.why] };
    default:
      return unreachable(end);
  }
}

/** As a reason. */
export function exitCodeText(exitCode: number | undefined): string {
  return `exit code ${exitCode ?? 'unknown'}`;
}

/** What a program is told of the rollout, beside its own environment. */
function environmentOf(
  session: Session,
  when: HookEntry['when'],
  { definition, verdict }: HookContext,
): Readonly<Record<string, string>> {
  const from = session.progress.from?.taskDefinition;
  return {
    FAIRLEAD_CLUSTER: session.name.cluster,
    FAIRLEAD_SERVICE: session.name.service,
    ...(from === undefined ? {} : { FAIRLEAD_FROM: from }),
    FAIRLEAD_TO: definition.arn,
    FAIRLEAD_WHEN: when,
    ...(verdict === undefined ? {} : { FAIRLEAD_VERDICT: verdict }),
  };
}
