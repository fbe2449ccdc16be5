/**
 * `fairlead abort`: stops the rollout that runs where it is, and leaves it there. AWS documents ROLLBACK as the only way to stop; ABORT
 * is in its API, and where it is refused the refusal is told with what can be done instead (reference: ECS semantics 6.5).
 */
import { StopServiceDeploymentCommand, type ServiceDeployment } from '@aws-sdk/client-ecs';
import { unreachable, UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/duration.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { describeServiceDeployment, type ServiceName } from '../aws/service-reader.ts';
import { completedBefore } from '../drive/history.ts';
import { interruptedBy } from '../session/interruption.ts';
import {
  isInterruption,
  runCommand,
  type DeployDependencies,
  type Session,
} from '../session/session.ts';
import {
  rollbackCommand,
  waitCommand,
  type Ending,
  type RolloutResult,
} from '../verdict/ending.ts';
import { rolloutStatus } from '../observed/from-sdk.ts';
import { isRollingBack } from '../observed/rollout.ts';
import { shortDefinition } from '../observed/names.ts';
import type { ObservedRollout } from '../observed/observation.ts';
import { rolloutState, rolloutUnderWay, type UnderWay } from './under-way.ts';

export interface AbortRequest extends ServiceName {
  /** Milliseconds to wait for the end; by default a quarter of an hour. */
  readonly timeoutMs?: number;
  /** False: answers `started` as soon as ECS has heard it. */
  readonly wait: boolean;
}

const DEFAULT_TIMEOUT_MS = 15 * 60_000;
const DEFAULT_POLLING = { shortestMs: 1000, longestMs: 5000 };
const POLL_GROWTH = 1.5;

/**
 * Stops. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function abort(
  request: AbortRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('abort', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, request: AbortRequest): Promise<Ending> {
  const underWay = await rolloutUnderWay(session);
  const { rollout } = underWay;
  if (isRollingBack(rollout.status)) {
    throw new UserError('ROLLBACK_IN_PROGRESS', 'the rollout goes back already', {
      hint: `Wait for its end: ${waitCommand(session.name)}`,
      exitCode: 2,
    });
  }
  await stop(session, underWay);
  session.advance({ started: true });
  session.say('warning', 'aborting', 'ECS stops the rollout where it is');
  if (!request.wait) {
    return { verdict: 'started', cause: [], next: [`Follow it: ${waitCommand(session.name)}`] };
  }
  try {
    return await awaitEnd(session, rollout, request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  } catch (error) {
    const signal = session.signal();
    if (signal === undefined || !isInterruption(error, session)) throw error;
    return {
      verdict: 'interrupted',
      cause: [
        `interrupted by ${interruptedBy(signal)}; ECS was asked to stop the rollout, and its end was not awaited`,
      ],
      next: [`Follow it: ${waitCommand(session.name)}`],
    };
  }
}

/** @throws UserError (exit code 2) where ECS does not stop it; ApiError */
async function stop(session: Session, underWay: UnderWay): Promise<void> {
  const { api, dependencies } = session;
  const { arn } = underWay.rollout;
  try {
    await api.change('ecs', 'StopServiceDeployment', (options) =>
      dependencies.clients.ecs.send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType: 'ABORT' }),
        options,
      ),
    );
  } catch (error) {
    // Nobody knows whether it arrived.
    if (error instanceof ApiError && mayRetry(error.kind)) session.advance({ started: true });
    if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
    // It has ended: maybe by our own request, whose answer was lost.
    if (error.code === 'ConflictException') return;
    throw await refused(session, underWay, error);
  }
}

async function refused(
  session: Session,
  { open, rollout, history }: UnderWay,
  error: ApiError,
): Promise<UserError> {
  const { name } = session;
  const former = await completedBefore(session, open.service, history, rollout.targetRevision);
  const instead = [`Go back instead: ${rollbackCommand(name)}`];
  if (former !== undefined && open.facts.strategy === 'ROLLING') {
    // A newer deployment takes the place of the one that runs, and that works without StopServiceDeployment.
    instead.push(
      `or put the former version in its place: aws ecs update-service --cluster ${name.cluster} --service ${name.service} --task-definition ${shortDefinition(former)}`,
    );
  }
  return new UserError(
    'ABORT_REFUSED',
    `ECS does not stop this rollout (${rolloutState(rollout)}) where it is: ${error.message}`,
    { hint: instead.join(', '), exitCode: 2, cause: error },
  );
}

/** Waits until it has ended, and says how: ECS may have had its own way. */
async function awaitEnd(
  session: Session,
  rollout: ObservedRollout,
  timeoutMs: number,
): Promise<Ending> {
  const { clock, polling = DEFAULT_POLLING } = session.dependencies;
  const startedAt = clock.monotonic();
  let pause = polling.shortestMs;
  let told: string | undefined;
  for (;;) {
    const now = await look(session, rollout.arn);
    const ending = now === undefined ? undefined : endingOf(session, now);
    if (ending !== undefined) return ending;
    const status = now?.status;
    if (status !== undefined && status !== told) {
      told = status;
      session.say('info', 'rollout-status', `the rollout is ${status}`);
    }
    const left = timeoutMs - (clock.monotonic() - startedAt);
    if (left <= 0) {
      return {
        verdict: 'timed-out',
        cause: [
          `the rollout is still ${told ?? rollout.status} after ${formatDuration(timeoutMs)}`,
        ],
        next: [`Follow it: ${waitCommand(session.name)}`],
      };
    }
    await clock.sleep(Math.max(1, Math.min(pause, left)), session.signal());
    pause = Math.min(polling.longestMs, pause * POLL_GROWTH);
  }
}

/** Undefined where ECS cannot be reached for the moment. */
async function look(session: Session, arn: string): Promise<ServiceDeployment | undefined> {
  try {
    return await describeServiceDeployment(session.api, session.dependencies.clients.ecs, arn);
  } catch (error) {
    if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
    session.say('warning', 'unreachable', `${error.permission} keeps failing; trying again`);
    return undefined;
  }
}

/** Undefined while it goes on. */
function endingOf({ name }: Session, deployment: ServiceDeployment): Ending | undefined {
  const status = rolloutStatus(deployment.status);
  const why = deployment.statusReason === undefined ? [] : [deployment.statusReason];
  switch (status) {
    case 'PENDING':
    case 'IN_PROGRESS':
    case 'STOP_REQUESTED':
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return undefined;
    case 'STOPPED':
      return {
        verdict: 'succeeded',
        cause: [],
        next: [
          `Both versions may go on running as they are: fairlead status --cluster ${name.cluster} --service ${name.service}`,
          `Go back: ${rollbackCommand(name)}`,
          'Or go on: fairlead deploy with --force-new-deployment',
        ],
      };
    case 'ROLLBACK_SUCCESSFUL':
      return {
        verdict: 'rolled-back',
        cause: ['ECS rolled the service back instead of leaving it where it was', ...why],
        next: [],
      };
    case 'ROLLBACK_FAILED':
      return {
        verdict: 'failed',
        cause: ['ECS began to roll the service back, and that failed', ...why],
        next: [`Go back: ${rollbackCommand(name)}`],
      };
    case 'SUCCESSFUL':
      return {
        verdict: 'failed',
        cause: ['the rollout completed before it could be stopped'],
        next: [`Go back: ${rollbackCommand(name)}`],
      };
    default:
      return unreachable(status);
  }
}
