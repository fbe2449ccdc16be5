/** The hooks around a rollout: one after the other, and none after one that failed. */
import type { HookEntry } from '../../record/entries.ts';
import type { InterruptSignal } from '../../record/verdict.ts';
import type { Hook } from '../configuration/configuration.ts';
import type { Session } from '../session/session.ts';
import { HookOutput } from './hook-output.ts';
import { exitCodeText, notBegun, runHook, type HookContext } from './run-hook.ts';

/**
 * `oneWay`: a hook has run, or may have, that the old version cannot live with; the session's progress says so too. After
 * `interrupted` the session is released.
 */
export type HooksResult =
  | { readonly kind: 'ok'; readonly oneWay: boolean }
  | {
      readonly kind: 'failed';
      /** `migrate`, `./smoke.sh`: as the record names it. */
      readonly hook: string;
      /** In lines for people, the most important first. */
      readonly why: readonly string[];
      readonly oneWay: boolean;
    }
  | {
      readonly kind: 'interrupted';
      readonly hook: string;
      readonly by: InterruptSignal;
      /** ARN of a task that was left running, or could not be stopped. */
      readonly goesOn?: string;
      readonly why: readonly string[];
      readonly oneWay: boolean;
    };

/**
 * Runs them. That a hook fails is a result; the caller says what it means for the rollout.
 * @throws only for bugs
 */
export async function runHooks(
  session: Session,
  when: HookEntry['when'],
  hooks: readonly Hook[],
  context: HookContext,
): Promise<HooksResult> {
  let oneWay = false;
  for (const hook of hooks) {
    const name = hookName(hook);
    if (session.signal()?.aborted === true) {
      return { kind: 'interrupted', hook: name, ...notBegun(session), oneWay };
    }
    const output = new HookOutput(session, name);
    write(session, when, hook, { state: 'started' });
    const end = await runHook(session, when, hook, context, output);
    oneWay ||= hook.oneWay && end.begun;
    if (oneWay) session.advance({ oneWay });
    const { exitCode, taskArn, why } = end;
    const [reason] = why;
    write(session, when, hook, {
      state: end.state === 'succeeded' ? 'succeeded' : 'failed',
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(taskArn === undefined ? {} : { taskArn }),
      // The exit code is told already.
      ...(reason === undefined || reason === exitCodeText(exitCode) ? {} : { reason }),
    });
    if (end.state === 'succeeded') {
      if (when === 'before') {
        session.advance({ hooksRun: [...session.progress.hooksRun, name] });
      }
      continue;
    }
    if (end.by !== undefined) {
      const goesOn = end.goesOn === true && taskArn !== undefined ? { goesOn: taskArn } : {};
      return { kind: 'interrupted', hook: name, by: end.by, ...goesOn, why, oneWay };
    }
    return { kind: 'failed', hook: name, why: [...why, ...output.tail()], oneWay };
  }
  return { kind: 'ok', oneWay };
}

/** How people know the hook. */
function hookName(hook: Hook): string {
  if (hook.kind === 'run_task') return hook.task;
  const [shell, option, line] = hook.command;
  return shell === 'sh' && option === '-c' && line !== undefined ? line : hook.command.join(' ');
}

function write(
  { recorder, dependencies }: Session,
  when: HookEntry['when'],
  hook: Hook,
  entry: Omit<HookEntry, 'kind' | 'at' | 'when' | 'what' | 'oneWay'>,
): void {
  recorder.write({
    kind: 'hook',
    at: dependencies.clock.now(),
    when,
    what: hookName(hook),
    ...(hook.oneWay ? { oneWay: true } : {}),
    ...entry,
  });
}
