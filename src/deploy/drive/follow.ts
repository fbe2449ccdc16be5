/** Follows a rollout to its verdict: look, tell, judge, wait. */
import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import type { RevisionReference } from '../../record/entries.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { causeLines } from '../verdict/cause.ts';
import { adviceFor, adviceForPause, type Ending } from '../verdict/ending.ts';
import { certainFailure } from '../verdict/fail-fast.ts';
import { judge, type Judgement } from '../verdict/judge.ts';
import { LogCollector } from '../watch/log-collector.ts';
import { shortDefinition, type Observation, type RolloutTarget } from '../watch/observation.ts';
import { Observer } from '../watch/observe.ts';
import { RolloutTeller } from '../watch/rollout-teller.ts';
import { describeServiceRevisions } from '../aws/service-reader.ts';
import type { Session } from '../session/session.ts';
import type { ContainerFacts } from '../definition/task-definition.ts';

/** What to follow, and what to do when it cannot succeed any more. */
export interface FollowPlan {
  readonly target: RolloutTarget;
  readonly to: RevisionReference;
  readonly targetGroups: readonly string[];
  /** Known when a rollout is joined that already runs. */
  readonly rolloutArn: string | undefined;
  /** Containers of the target's definition, for their logs. */
  readonly containers: readonly ContainerFacts[];
  /**
   * A certain failure is answered with a rollback (`roll-back`), ends the waiting (`report`), or is left to ECS (`ignore`).
   */
  readonly onCertainFailure: 'roll-back' | 'report' | 'ignore';
}

const DEFAULT_POLLING = { shortestMs: 1000, longestMs: 5000 };
const POLL_GROWTH = 1.5;

/**
 * Waits for the rollout's end.
 * @throws ApiError, UserError; the signal's reason when interrupted
 */
export async function follow(session: Session, plan: FollowPlan): Promise<Ending> {
  const { clock, signal, clients, polling = DEFAULT_POLLING } = session.dependencies;
  const { target } = plan;
  const observer = new Observer({
    api: session.api,
    clients,
    clock,
    name: session.name,
    target,
    targetGroups: plan.targetGroups,
    rolloutArn: plan.rolloutArn,
    onLost: (what) => session.say('warning', 'detail-lost', `cannot read ${what}`),
  });
  const teller = new RolloutTeller(session, plan);
  const logs = new LogCollector(session, plan.containers);
  const startedAt = clock.monotonic();
  let pause = polling.shortestMs;
  let certain: string | undefined;
  let last: Observation | undefined;

  for (;;) {
    const seen = await look(session, observer);
    if (seen !== undefined) {
      const changed = teller.tell(seen);
      await logs.collect(seen, target, false);
      const judgement = judge(seen, target);
      if (judgement !== undefined) return conclude(judgement, seen);
      if (certain === undefined && plan.onCertainFailure !== 'ignore') {
        certain = certainFailure(seen, target);
        const given = certain === undefined ? undefined : await giveUp(certain, seen);
        if (given !== undefined) return conclude(given, seen);
      }
      pause = changed ? polling.shortestMs : Math.min(polling.longestMs, pause * POLL_GROWTH);
      last = seen;
    } else if (clock.monotonic() - startedAt >= target.timeoutMs) {
      return conclude(
        { verdict: 'timed-out', reason: 'ECS could not be reached until the timeout passed' },
        last,
      );
    }
    const left = target.timeoutMs - (clock.monotonic() - startedAt);
    await clock.sleep(Math.max(1, Math.min(pause, left)), signal);
  }

  /** The verdict stands: an interruption now only costs log lines. */
  async function lastLogs(seen: Observation): Promise<void> {
    try {
      await logs.collect(seen, target, true);
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  }

  /** Ends a rollout that is certain to fail; undefined while its rollback is awaited. */
  async function giveUp(why: string, seen: Observation): Promise<Judgement | undefined> {
    const arn = seen.rollout?.arn;
    const mayStop = plan.onCertainFailure === 'roll-back' && target.goBackTo !== undefined;
    if (mayStop && arn === undefined) {
      // Without its ARN the rollout cannot be stopped yet; the next look tries again.
      certain = undefined;
      return undefined;
    }
    session.say('error', 'certain-failure', why);
    if (plan.onCertainFailure === 'report') {
      return {
        verdict: 'failed',
        reason: 'the rollout was left as it is, as asked; ECS goes on trying',
      };
    }
    if (target.goBackTo === undefined || arn === undefined) {
      return {
        verdict: 'failed',
        reason: 'there is no revision that completed before, so there is nothing to roll back to',
      };
    }
    session.say(
      'warning',
      'rolling-back',
      `stopping the rollout; the service goes back to ${shortDefinition(target.goBackTo)}`,
    );
    try {
      await stopRollout(session, arn);
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { message, hint } = describeApiError(error);
      return {
        verdict: 'failed',
        reason: `the rollout could not be stopped: ${message}${hint === undefined ? '' : `. ${hint}`}`,
      };
    }
  }

  async function conclude(judgement: Judgement, seen: Observation | undefined): Promise<Ending> {
    const proven =
      judgement.verdict === 'succeeded' ? await prove(session, plan, judgement) : judgement;
    const goBackTo = target.goBackTo === undefined ? undefined : shortDefinition(target.goBackTo);
    const paused = seen?.rollout?.waitingHooks[0];
    const next =
      proven.verdict === 'paused' && seen?.rollout !== undefined && paused !== undefined
        ? adviceForPause(session.name, seen.rollout.arn, paused)
        : adviceFor(proven.verdict, session.name, goBackTo);
    if (proven.verdict === 'succeeded') return { verdict: 'succeeded', cause: [], next };
    if (seen !== undefined) await lastLogs(seen);
    return {
      verdict: proven.verdict,
      next,
      cause: causeLines({
        observation: seen,
        target,
        reason: proven.reason,
        certain,
        logs: logs.tails(),
        lost: [...observer.lost(), ...logs.lost()],
      }),
    };
  }
}

/** One look; undefined when ECS cannot be reached for the moment, which does not end a rollout. */
async function look(session: Session, observer: Observer): Promise<Observation | undefined> {
  try {
    return await observer.look();
  } catch (error) {
    if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
    session.say(
      'warning',
      'unreachable',
      `${error.permission} keeps failing (${error.code}); the rollout goes on, trying again`,
    );
    return undefined;
  }
}

/** Asks ECS to roll back. That it has ended meanwhile is no error: the next look tells how. */
export async function stopRollout(session: Session, serviceDeploymentArn: string): Promise<void> {
  const { ecs } = session.dependencies.clients;
  try {
    await session.api.change('ecs', 'StopServiceDeployment', (options) =>
      ecs.send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }),
        options,
      ),
    );
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'ConflictException') throw error;
    session.say('info', 'already-ended', `the rollout had ended before: ${error.message}`);
  }
}

/** Reads the service revision that went live: its task definition must be ours, its image digests go into the record. */
async function prove(
  session: Session,
  { target, to }: FollowPlan,
  success: Judgement,
): Promise<Judgement> {
  const { clients, clock, signal } = session.dependencies;
  try {
    const revisions = await describeServiceRevisions(session.api, clients.ecs, [target.revision]);
    const revision = revisions.get(target.revision);
    if (revision === undefined) return success;
    if (
      revision.taskDefinition !== undefined &&
      revision.taskDefinition !== target.taskDefinition
    ) {
      return {
        verdict: 'error',
        reason: `service revision ${target.revision} has ${shortDefinition(revision.taskDefinition)}, not ${shortDefinition(target.taskDefinition)}`,
      };
    }
    const digests = new Map(
      (revision.containerImages ?? []).map((each) => [each.containerName, each.imageDigest]),
    );
    const proven: RevisionReference = {
      ...to,
      images: to.images.map((each) => {
        const digest = digests.get(each.container) ?? each.digest;
        return digest === undefined ? each : { ...each, digest };
      }),
    };
    session.advance({ to: proven });
    const { serviceDeployment } = session.progress;
    session.recorder.write({
      kind: 'target',
      at: clock.now(),
      to: proven,
      deploymentId: target.deploymentId,
      ...(serviceDeployment === undefined ? {} : { serviceDeployment }),
    });
  } catch (error) {
    // The service deployment has proven the success; only the digests stay unknown.
    if (signal?.aborted === true) return success;
    if (!(error instanceof ApiError)) throw error;
    session.say('info', 'detail-lost', `image digests: ${error.permission}: ${error.message}`);
  }
  return success;
}
