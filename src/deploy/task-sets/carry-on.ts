/** What deploy, resume and rollback of task sets have in common: going on with a rollout that was begun before. */
import type { Service } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { RevisionReference } from '../../record/entries.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { withChanges } from '../session/progress.ts';
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { shortDefinition } from '../observed/names.ts';
import { Driver } from './driver.ts';
import { describeWithTags } from './observe.ts';
import { describeUnfinished } from './others.ts';
import { continued, type Continuation } from './prepare.ts';
import type { DriveOptions, Rollout } from './rollout.ts';
import type { UnfinishedRollout } from './unfinished.ts';

/** How a command treats what runs already. */
export interface TaskSetOptions extends DriveOptions {
  /** False is refused: nobody else moves the traffic. */
  readonly wait: boolean;
  /** True: takes over a rollout that another client is at work on. */
  readonly supersede?: boolean | undefined;
  /** True: a new task set even though nothing changed. */
  readonly forceNewDeployment?: boolean | undefined;
}

/** @throws UserError NO_WAIT (exit code 2) for a command that would not wait */
export function requireWaiting({ wait }: TaskSetOptions): void {
  if (wait) return;
  throw new UserError(
    'NO_WAIT',
    '--no-wait: the traffic between task sets moves only while this command runs',
    {
      hint: 'Leave it out. If the command is interrupted, "fairlead resume" goes on with it.',
      exitCode: 2,
    },
  );
}

/** Says what was found. */
export function sayUnfinished(session: Session, found: UnfinishedRollout): void {
  session.say(
    'warning',
    'unfinished',
    `there is an unfinished rollout: ${describeUnfinished(found)}`,
  );
}

/**
 * Drives a rollout on from where it stands.
 * @throws ApiError
 */
export async function carryOn(
  session: Session,
  service: Service,
  found: UnfinishedRollout,
  how: Continuation,
): Promise<Ending> {
  const rollout = await continued(session, service, found, how);
  announce(session, rollout, found);
  return new Driver(session, rollout).run();
}

/** Says in the record what is brought: the new version forward, the old one back. */
function announce(session: Session, rollout: Rollout, { green, blue }: UnfinishedRollout): void {
  const forward = rollout.direction === 'forward';
  const reference = (
    definition: RegisteredDefinition | undefined,
  ): RevisionReference | undefined =>
    definition === undefined
      ? undefined
      : referenceOf(definition.arn, definition.definition, undefined);
  const [from, to] = forward
    ? [reference(rollout.blueDefinition), reference(rollout.definition)]
    : [reference(rollout.definition), reference(rollout.blueDefinition)];
  session.advance({ started: true, to, ...(from === undefined ? {} : { from }) });
  if (to === undefined) return;
  session.recorder.write({
    kind: 'target',
    at: session.dependencies.clock.now(),
    ...(from === undefined ? {} : { from }),
    to,
    deploymentId: (forward ? green.id : blue?.id) ?? '',
  });
}

/** Notes that a rollout was ended so that another one can begin, which has changed nothing yet. */
export function endedFirst(
  session: Session,
  { green, by }: UnfinishedRollout,
  how: 'finished' | 'rolled back',
): void {
  const sentence = `the rollout of ${shortDefinition(green.taskDefinition ?? '?')} by ${by} was ${how} first`;
  const { progress } = session;
  session.advance({
    started: false,
    // What was brought is what the service runs now; nothing, where its first task set was taken away.
    from: progress.to,
    to: undefined,
    ...withChanges(progress, sentence),
  });
}

/** The service as it is now. @throws UserError SERVICE_NOT_FOUND (exit code 2), ApiError */
export async function reread(session: Session): Promise<Service> {
  const service = await describeWithTags(session);
  if (service !== undefined) return service;
  throw new UserError('SERVICE_NOT_FOUND', `service "${session.name.service}" is gone`, {
    exitCode: 2,
  });
}
