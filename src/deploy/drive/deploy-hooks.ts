/** What hooks before and after a rollout mean for it. */
import type { Service } from '@aws-sdk/client-ecs';
import { lastPart } from '../../base/arn.ts';
import type { CancelPolicy, Hook } from '../configuration/configuration.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { HookContext } from '../hooks/run-hook.ts';
import { runHooks } from '../hooks/run-hooks.ts';
import { systemPrograms } from '../hooks/system-programs.ts';
import { serviceUnchanged } from '../session/progress.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand, type Ending } from '../verdict/ending.ts';

/** The hooks of a deploy. */
export interface Hooks {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** None. */
export const NO_HOOKS: Hooks = { before: [], after: [] };

/** What the hooks are about. */
export interface HookSubject {
  readonly service: Service;
  /** Registered. */
  readonly definition: RegisteredDefinition;
  /** With `detach`, which is the default, an interruption leaves the task of a hook to itself; else it is stopped. */
  readonly onCancel: CancelPolicy | undefined;
}

/** Runs the hooks before, the rollout, and after a success the hooks after. */
export async function withHooks(
  session: Session,
  hooks: Hooks,
  subject: HookSubject,
  rollout: () => Promise<Ending>,
): Promise<Ending> {
  const before = await runHooks(session, 'before', hooks.before, contextOf(session, subject));
  switch (before.kind) {
    case 'ok':
      break;
    case 'failed':
      return {
        verdict: 'error',
        error: {
          code: 'HOOK_FAILED',
          message: `the hook "${before.hook}" before the rollout failed, so that it was not begun`,
          hint: before.oneWay
            ? 'It may have taken its one-way step: see what it did before the old version goes on for long.'
            : 'Mend the hook or what it checks, then deploy again.',
        },
        cause: [...before.why, serviceUnchanged(session.progress)],
        next: [],
      };
    case 'interrupted':
      return {
        verdict: 'interrupted',
        cause: [
          `interrupted by ${before.by} while the hook "${before.hook}" ran; ${serviceUnchanged(session.progress)}`,
          ...before.why,
        ],
        next:
          before.goesOn === undefined
            ? []
            : [
                ...adviceForTask(session, before.goesOn),
                'The next deploy runs the hook again: wait for the end of this task first.',
              ],
      };
  }
  return afterwards(session, hooks, subject, await rollout());
}

/** The hooks after a rollout that succeeded. */
export async function afterwards(
  session: Session,
  { after }: Hooks,
  subject: HookSubject,
  ending: Ending,
): Promise<Ending> {
  if (ending.verdict !== 'succeeded' || after.length === 0) return ending;
  const { verdict } = ending;
  const context = { ...contextOf(session, subject), verdict };
  const result = await runHooks(session, 'after', after, context);
  switch (result.kind) {
    case 'ok':
      return ending;
    case 'failed':
      return {
        verdict: 'failed',
        cause: [
          `the rollout succeeded and the service runs the new version, but the hook "${result.hook}" after it failed`,
          ...result.why,
        ],
        next: [`Go back: ${rollbackCommand(session.name)}`, 'Or mend what the hook found.'],
      };
    case 'interrupted':
      return {
        verdict: 'interrupted',
        cause: [
          `interrupted by ${result.by} while the hook "${result.hook}" ran; the rollout had succeeded before`,
          ...result.why,
        ],
        next: result.goesOn === undefined ? [] : adviceForTask(session, result.goesOn),
      };
  }
}

function contextOf(
  { dependencies }: Session,
  { service, definition, onCancel = 'detach' }: HookSubject,
): HookContext {
  const { programs = systemPrograms(process.env) } = dependencies;
  return { service, definition, programs, onInterrupt: onCancel === 'detach' ? 'leave' : 'stop' };
}

/** What can be done about a task that goes on without us. */
function adviceForTask({ name }: Session, taskArn: string): readonly string[] {
  const [cluster, id] = [name.cluster, lastPart(taskArn)];
  return [
    `See how it ends: aws ecs describe-tasks --cluster ${cluster} --tasks ${id}`,
    `Or stop it: aws ecs stop-task --cluster ${cluster} --task ${id}`,
  ];
}
