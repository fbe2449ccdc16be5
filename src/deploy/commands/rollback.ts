/**
 * `fairlead rollback`: ends the rollout that runs, or brings back the whole last service revision that succeeded, or a named one.
 * What was asked for and done is a success: exit code 0.
 */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { waitCommand, type Ending, type RolloutResult } from '../verdict/ending.ts';
import { follow } from '../drive/follow.ts';
import { stopRollout } from '../drive/stop-rollout.ts';
import { rolloutStatus } from '../observed/from-sdk.ts';
import { completedBefore, runningRollout } from '../drive/history.ts';
import { isRollingBack } from '../observed/rollout.ts';
import { shortDefinition } from '../observed/names.ts';
import { hideSecrets } from '../definition/hide-secrets.ts';
import { report } from '../session/findings.ts';
import { openPresent, type OpenExternalService, type OpenService } from '../drive/open-service.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { targetGroupsOf, targetOf } from '../drive/rollout-target.ts';
import { checkRollout } from '../drive/preflight.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import { rollOut } from '../drive/roll-out.ts';
import { tidyUp } from '../gates/tidy-up.ts';
import { defaultTimeoutMs } from '../strategy/default-timeout.ts';
import { rollbackTaskSets } from '../task-sets/rollback.ts';
import {
  describeServiceRevisions,
  listServiceDeployments,
  type ServiceName,
} from '../aws/service-reader.ts';
import { restoredMembers } from '../revision/revision-change.ts';
import {
  namedDefinition,
  nothingCompleted,
  wantedRevision,
  type WantedRevision,
} from '../revision/wanted-revision.ts';
import { runCommand, type DeployDependencies, type Session } from '../session/session.ts';
import { containersOf } from '../definition/task-definition.ts';

export interface RollbackRequest extends ServiceName {
  /**
   * A task definition, which is then all that changes: revision number of the service's family, FAMILY:REVISION or ARN; or the ARN
   * of a service revision. By default the last service revision that succeeded.
   */
  readonly to?: string;
  /** Milliseconds until the verdict `timed-out`; by default as long as the service's strategy may take. */
  readonly timeoutMs?: number;
  /** False: begin the rollback and answer `started`. */
  readonly wait: boolean;
}

/**
 * Goes back. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function rollback(
  request: RollbackRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('rollback', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, asked: RollbackRequest): Promise<Ending> {
  const open = await openPresent(session);
  if (open.kind === 'external') return rollbackExternal(session, asked, open);
  const configuration = open.service.deploymentConfiguration ?? {};
  const request = { ...asked, timeoutMs: asked.timeoutMs ?? defaultTimeoutMs(configuration, 0) };
  const { ecs } = session.dependencies.clients;
  const history = await listServiceDeployments(session.api, ecs, session.name);
  const running = runningRollout(history);
  if (running?.serviceDeploymentArn !== undefined && request.to === undefined) {
    return endRunning(session, request, open, history, running);
  }
  const wanted = await wantedRevision(session, open, history, request.to);
  const { definition, change } = wanted;
  const name = shortDefinition(definition.arn);
  if (Object.keys(change).length === 0 && running === undefined) {
    session.advance({ to: session.progress.from });
    session.say('info', 'no-change', `the service already runs ${name}`);
    return { verdict: 'no-change', cause: [], next: [] };
  }
  hideSecrets(session, definition.definition);
  const { loadBalancers = open.facts.loadBalancers } = change;
  report(
    session,
    checkRollout(
      { ...open.facts, loadBalancers },
      {
        desiredCount: undefined,
        healthCheckGracePeriodSeconds: undefined,
        containers: containersOf(definition.definition),
        definitionStatus: definition.status,
        definitionName: name,
      },
    ),
  );
  sayWhatChanges(session, open, wanted);
  return rollOut(session, {
    // Undoing a rollback that fails would bring back what was fled from.
    options: { ...request, rollback: false },
    open: withLoadBalancers(open, loadBalancers),
    definition,
    goBackTo: undefined,
    change,
  });
}

/** Task sets: what was begun is taken back, or what the last rollout replaced comes again. */
async function rollbackExternal(
  session: Session,
  { to, timeoutMs, wait }: RollbackRequest,
  { service, live }: OpenExternalService,
): Promise<Ending> {
  return rollbackTaskSets(session, {
    service,
    ...(to === undefined ? {} : { to: await namedDefinition(session, live?.arn ?? '', to) }),
    options: { wait, supersede: true, timeoutMs },
  });
}

function sayWhatChanges(session: Session, { live }: OpenService, wanted: WantedRevision): void {
  const from = shortDefinition(live.arn);
  const to = shortDefinition(wanted.definition.arn);
  const restored = listed(restoredMembers(wanted.change));
  const also = restored === '' ? '' : `, with the ${restored} it had`;
  session.say(
    'info',
    'going-back',
    from === to && restored !== ''
      ? `going back to the ${restored} that ${to} had before`
      : `going back from ${from} to ${to}${also}`,
  );
  for (const each of wanted.notRestored) session.say('warning', 'not-restored', each);
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** The service as it will be followed: its tasks go into the target groups of the revision. */
function withLoadBalancers(
  open: OpenService,
  loadBalancers: OpenService['facts']['loadBalancers'],
): OpenService {
  return {
    ...open,
    service: { ...open.service, loadBalancers: [...loadBalancers] },
    facts: { ...open.facts, loadBalancers },
    targetGroups: targetGroupsOf({ loadBalancers: [...loadBalancers] }),
  };
}

/** Stops the rollout that runs; ECS itself goes back. */
async function endRunning(
  session: Session,
  request: RollbackRequest & { readonly timeoutMs: number },
  open: OpenService,
  history: readonly ServiceDeploymentBrief[],
  running: ServiceDeploymentBrief,
): Promise<Ending> {
  const { live, service, targetGroups } = open;
  const arn = running.serviceDeploymentArn ?? '';
  const revision = running.targetServiceRevisionArn ?? '';
  const goBackTo = await completedBefore(session, service, history, revision);
  if (goBackTo === undefined) throw nothingCompleted(open);
  const id = `ecs-svc/${revision.slice(revision.lastIndexOf('/') + 1)}`;
  const { ecs } = session.dependencies.clients;
  if (isRollingBack(rolloutStatus(running.status))) {
    session.say('info', 'already-rolling-back', 'a rollback is in progress: following it');
  } else {
    session.say(
      'warning',
      'rolling-back',
      `stopping the rollout; the service goes back to ${shortDefinition(goBackTo)}`,
    );
    await stopRollout(session, arn);
  }
  const old = await describeDefinition(session.api, ecs, goBackTo);
  const to = referenceOf(old.arn, old.definition, undefined);
  session.advance({ started: true, serviceDeployment: arn, to });
  session.recorder.write({
    kind: 'target',
    at: session.dependencies.clock.now(),
    to,
    deploymentId: id,
    serviceDeployment: arn,
  });
  if (!request.wait) {
    const follow = `Follow it: ${waitCommand(session.name)} (it ends with rolled-back, exit code 3)`;
    return { verdict: 'started', cause: [], next: [follow] };
  }
  const revisions = await describeServiceRevisions(session.api, ecs, [revision]);
  const ending = await follow(session, {
    target: targetOf(service, id, [live, old], {
      taskDefinition: revisions.get(revision)?.taskDefinition ?? live.arn,
      timeoutMs: request.timeoutMs,
      goBackTo,
    }),
    to,
    targetGroups,
    rolloutArn: arn,
    containers: containersOf(live.definition),
    onCertainFailure: 'ignore',
  });
  // Whoever kept the gate may be gone; it has done its work.
  if (open.gate !== undefined) await tidyUp(session, ending);
  return asAsked(ending);
}

/** A rollout that was rolled back is what a rollback is for; one that completed before it could be stopped is not. */
function asAsked(ending: Ending): Ending {
  if (ending.verdict === 'rolled-back') return { verdict: 'succeeded', cause: [], next: [] };
  if (ending.verdict !== 'succeeded') return ending;
  return {
    verdict: 'failed',
    cause: ['the rollout completed before it could be stopped'],
    next: ['Roll back again to leave the new version.'],
  };
}
