/** A hook that runs a task: a container of the definition that is deployed, or another definition. */
import type { Service } from '@aws-sdk/client-ecs';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';
import { hideSecrets } from '../definition/hide-secrets.ts';
import type { Hook } from '../configuration/configuration.ts';
import { chooseContainer } from '../run-task/choose-container.ts';
import { findDefinition } from '../run-task/find-definition.ts';
import { runTask, type TaskListener, type TaskOptions } from '../run-task/run-task.ts';
import { placementOf } from '../run-task/task-placement.ts';
import type { TaskOutcome } from '../run-task/task-outcome.ts';
import type { Session } from '../session/session.ts';
import { shortDefinition } from '../observed/names.ts';

/**
 * Runs it to its end.
 * @throws UserError when there is no such container or definition, ApiError
 */
export async function runTaskHook(
  session: Session,
  hook: Extract<Hook, { kind: 'run_task' }>,
  context: { readonly service: Service; readonly definition: RegisteredDefinition },
  onInterrupt: TaskOptions['onInterrupt'],
  listener: TaskListener,
): Promise<TaskOutcome> {
  const { definition, container } = await taskOf(session, hook.task, context.definition);
  return runTask(
    session,
    {
      cluster: session.name.cluster,
      definition,
      container,
      command: hook.command,
      placement: placementOf(context.service),
    },
    { timeoutMs: hook.timeoutMs, wait: true, onInterrupt },
    listener,
  );
}

async function taskOf(
  session: Session,
  task: string,
  deployed: RegisteredDefinition,
): Promise<{ readonly definition: RegisteredDefinition; readonly container: string }> {
  const own = containersOf(deployed.definition).some((each) => each.name === task);
  if (own) return { definition: deployed, container: task };
  const definition = await findDefinition(session, task);
  hideSecrets(session, definition.definition);
  const container = chooseContainer(
    containersOf(definition.definition),
    undefined,
    shortDefinition(definition.arn),
    'name a family with a single essential container',
  );
  return { definition, container };
}
