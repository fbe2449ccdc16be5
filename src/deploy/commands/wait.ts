/** `fairlead wait`: follows the rollout that runs, or tells how the last one ended. Changes nothing. */
import { suggestion } from '../../base/configuration/suggestion.ts';
import { UserError } from '../../base/errors.ts';
import { defaultTimeoutMs } from '../strategy/default-timeout.ts';
import { LIFECYCLE_STAGES } from '../observed/lifecycle-stage.ts';
import type { Ending, RolloutResult } from '../verdict/ending.ts';
import { follow } from '../drive/follow.ts';
import { rolloutStatus } from '../observed/from-sdk.ts';
import { completedBefore, replacedRevision } from '../drive/history.ts';
import { isTerminal } from '../observed/rollout.ts';
import { openService } from '../drive/open-service.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { targetOf } from '../drive/rollout-target.ts';
import { describeDefinition } from '../definition/raw-definition.ts';
import { foundGate } from '../gates/place-gate.ts';
import type { GateMark } from '../observed/gate-mark.ts';
import { ApiError } from '../aws/api-failure.ts';
import {
  describeServiceRevisions,
  findService,
  listServiceDeployments,
  type ServiceName,
} from '../aws/service-reader.ts';
import {
  isInterruption,
  runCommand,
  type DeployDependencies,
  type Session,
} from '../session/session.ts';
import { containersOf } from '../definition/task-definition.ts';

export interface WaitRequest extends ServiceName {
  /** Milliseconds until the verdict `timed-out`; by default as long as the rollout's strategy may take. */
  readonly timeoutMs?: number;
  /** A lifecycle stage, or `paused`: waits no longer than until the rollout is there. */
  readonly until?: string;
}

/** What the checks of another client's gates may take, which is not known here: their usual deadline, in ms. */
const GATES_MS = 10 * 60_000;

/**
 * Waits. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function wait(
  request: WaitRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('wait', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, request: WaitRequest): Promise<Ending> {
  checkStage(request.until);
  const { live, service, facts, targetGroups, gate } = await openService(session, { mends: false });
  const { api, dependencies, name } = session;
  const { ecs } = dependencies.clients;
  const history = await listServiceDeployments(api, ecs, name, 20);
  const [newest] = history;
  const revision = newest?.targetServiceRevisionArn;
  if (newest?.serviceDeploymentArn === undefined || revision === undefined) {
    throw new UserError('NO_ROLLOUT', `service "${facts.name}" has no rollout on record`, {
      hint: 'Begin one: fairlead deploy',
      exitCode: 2,
    });
  }
  const revisions = await describeServiceRevisions(api, ecs, [revision]);
  const wanted = revisions.get(revision)?.taskDefinition ?? live.arn;
  const definition = wanted === live.arn ? live : await describeDefinition(api, ecs, wanted);
  const to = referenceOf(definition.arn, definition.definition, revision);
  const deploymentId = `ecs-svc/${revision.slice(revision.lastIndexOf('/') + 1)}`;
  const goBackTo = await completedBefore(session, service, history, revision);
  const from = await replacedRevision(session, goBackTo);
  session.advance({ from, to, started: !isTerminal(rolloutStatus(newest.status)) });
  session.recorder.write({
    ...{ kind: 'target', at: dependencies.clock.now(), to, deploymentId },
    ...(from === undefined ? {} : { from }),
  });
  const ending = await follow(session, {
    target: targetOf(service, deploymentId, [live, definition], {
      taskDefinition: definition.arn,
      timeoutMs:
        request.timeoutMs ?? defaultTimeoutMs(service.deploymentConfiguration ?? {}, GATES_MS),
      goBackTo,
      gate,
      until: request.until,
    }),
    to,
    targetGroups,
    rolloutArn: newest.serviceDeploymentArn,
    containers: containersOf(definition.definition),
    onCertainFailure: 'ignore',
  });
  if (gate !== undefined) await tellOfGate(session, gate);
  return ending;
}

/** Whoever keeps the gate may be gone: what is left of it then is told of, and left alone. */
async function tellOfGate(session: Session, { by }: GateMark): Promise<void> {
  const { api, dependencies, name } = session;
  const { ecs } = dependencies.clients;
  try {
    const service = await findService(api, ecs, name, { tags: true });
    const [newest] = await listServiceDeployments(api, ecs, name, 1);
    if (service === undefined || foundGate(service, newest)?.kind !== 'stale') return;
    session.say(
      'warning',
      'stale-gate',
      `the service still carries the pause hook of the rollout by ${by}: its fairlead deploy takes it out, or else the next command that changes the service`,
    );
  } catch (error) {
    // The verdict stands, and whoever looks next is told.
    if (!(error instanceof ApiError) && !isInterruption(error, session)) throw error;
  }
}

function checkStage(until: string | undefined): void {
  const known: readonly string[] = [...LIFECYCLE_STAGES, 'paused'];
  if (until === undefined || known.includes(until)) return;
  const meant = suggestion(until.toUpperCase(), known);
  throw new UserError('USAGE', `--until ${until} is no lifecycle stage`, {
    hint: meant === undefined ? `Stages are ${known.join(', ')}.` : `Did you mean ${meant}?`,
    exitCode: 2,
  });
}
