/** What hooks before and after a rollout mean for it. */
import type { Service } from '@aws-sdk/client-ecs';
import type { Hook } from '../configuration/configuration.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { HookContext } from '../hooks/run-hook.ts';
import { runHooks } from '../hooks/run-hooks.ts';
import { systemPrograms } from '../hooks/system-programs.ts';
import type { Session } from '../session/session.ts';
import { rollbackCommand, type Ending } from '../verdict/ending.ts';

/** The hooks of a deploy. */
export interface Hooks {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** None. */
export const NO_HOOKS: Hooks = { before: [], after: [] };

/**
 * Runs the hooks before, the rollout, and after a success the hooks after.
 * @param definition registered
 */
export async function withHooks(
  session: Session,
  hooks: Hooks,
  subject: { readonly service: Service; readonly definition: RegisteredDefinition },
  rollout: () => Promise<Ending>,
): Promise<Ending> {
  const { programs = systemPrograms(process.env) } = session.dependencies;
  const context: HookContext = { ...subject, programs };
  const before = await runHooks(session, 'before', hooks.before, context);
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
        cause: [...before.why, 'the service was not changed'],
        next: [],
      };
    case 'interrupted':
      return {
        verdict: 'interrupted',
        cause: [
          `interrupted by ${before.by} while the hook "${before.hook}" ran; the service was not changed`,
          ...before.why,
        ],
        next: [],
      };
  }
  return afterwards(session, hooks, context, await rollout());
}

/** The hooks after a rollout that succeeded. */
export async function afterwards(
  session: Session,
  { after }: Hooks,
  context: Omit<HookContext, 'programs'> & Partial<Pick<HookContext, 'programs'>>,
  ending: Ending,
): Promise<Ending> {
  if (ending.verdict !== 'succeeded' || after.length === 0) return ending;
  const { programs = session.dependencies.programs ?? systemPrograms(process.env) } = context;
  const { verdict } = ending;
  const result = await runHooks(session, 'after', after, { ...context, programs, verdict });
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
        next: [],
      };
  }
}
