/** Begins a rollout and follows it: what deploy and rollback have in common. */
import type { UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { RevisionReference } from '../../record/entries.ts';
import { adviceFor, type Ending } from '../verdict/ending.ts';
import { follow } from './follow.ts';
import { revisionArn } from '../watch/from-sdk.ts';
import { shortDefinition } from '../watch/observation.ts';
import { referenceOf, targetOf, type OpenService } from './open-service.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import type { Session } from '../session/session.ts';
import { primaryOf, updateService } from './start-deployment.ts';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';

/** How a rollout is begun and followed. What is undefined is left alone. */
export interface RolloutOptions extends ServiceName {
  /** Replaces every task even though nothing changed. */
  readonly forceNewDeployment?: boolean;
  readonly desiredCount?: number;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly enableExecuteCommand?: boolean;
  /** Milliseconds until the verdict `timed-out`. */
  readonly timeoutMs: number;
  /** False: begin the rollout and answer `started`. */
  readonly wait: boolean;
  /** False: a certain failure is only reported. */
  readonly rollback: boolean;
}

/** The settings that were asked for, and nothing else of the service. */
export function settingsOf(
  options: RolloutOptions,
): Omit<UpdateServiceCommandInput, 'cluster' | 'service'> {
  const { desiredCount, healthCheckGracePeriodSeconds, enableExecuteCommand } = options;
  return {
    ...(desiredCount === undefined ? {} : { desiredCount }),
    ...(healthCheckGracePeriodSeconds === undefined ? {} : { healthCheckGracePeriodSeconds }),
    ...(enableExecuteCommand === undefined ? {} : { enableExecuteCommand }),
  };
}

/** A rollout of a registered definition. */
export interface RolloutPlan {
  readonly options: RolloutOptions;
  readonly open: OpenService;
  readonly definition: RegisteredDefinition;
  /** ARN of the task definition that ECS would roll back to; undefined when nothing completed before. */
  readonly goBackTo: string | undefined;
}

/** Begins a deployment and follows it. */
export async function rollOut(session: Session, plan: RolloutPlan): Promise<Ending> {
  const { options, open, definition } = plan;
  const { cluster, service } = session.name;
  const before = primaryOf(open.service)?.id;
  const updated = await updateService(
    session,
    {
      cluster,
      service,
      ...settingsOf(options),
      taskDefinition: definition.arn,
      ...(options.forceNewDeployment === true ? { forceNewDeployment: true } : {}),
    },
    before,
  );
  const primary = primaryOf(updated);
  if (primary?.id === undefined || primary.id === before) {
    session.say('info', 'no-change', 'ECS found nothing to change; no deployment was started');
    return { verdict: 'no-change', cause: [], next: [] };
  }
  session.say(
    'info',
    'started',
    `deployment ${primary.id} of ${shortDefinition(definition.arn)} started`,
  );
  return joinRollout(session, plan, primary.id);
}

/**
 * Follows a rollout that runs.
 * @param joined of one that was begun before: its service deployment, where ECS lists it already, and what it replaces
 */
export async function joinRollout(
  session: Session,
  { options, open, definition, goBackTo }: RolloutPlan,
  deploymentId: string,
  joined: {
    readonly rolloutArn?: string | undefined;
    readonly from?: RevisionReference | undefined;
  } = {},
): Promise<Ending> {
  const { live, service, targetGroups } = open;
  const to = referenceOf(definition.arn, definition.definition, revisionArn(service, deploymentId));
  session.advance({ started: true, to });
  session.recorder.write({
    kind: 'target',
    at: session.dependencies.clock.now(),
    ...(joined.from === undefined ? {} : { from: joined.from }),
    to,
    deploymentId,
  });
  if (!options.wait) {
    return { verdict: 'started', cause: [], next: adviceFor('started', session.name, undefined) };
  }
  return follow(session, {
    target: targetOf(service, deploymentId, [live, definition], {
      taskDefinition: definition.arn,
      timeoutMs: options.timeoutMs,
      goBackTo,
    }),
    to,
    targetGroups,
    rolloutArn: joined.rolloutArn,
    containers: containersOf(definition.definition),
    onCertainFailure: options.rollback ? 'roll-back' : 'report',
  });
}
