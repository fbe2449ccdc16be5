/** Writes what is seen of a rollout into its record: events, samples, task lives. */
import type { RevisionReference, SampleEntry, TaskEntry } from '../../record/entries.ts';
import { openPauses } from '../observed/open-gate.ts';
import { healthyOf, narrate } from './narrate.ts';
import { isHealthy } from '../observed/tasks.ts';
import type { Observation, ObservedTask, RolloutTarget } from '../observed/observation.ts';
import { trafficOf } from './traffic.ts';
import type { Session } from '../session/session.ts';

/** What is told of: the rollout that is followed, and what it brings. */
export interface ToldRollout {
  readonly target: RolloutTarget;
  readonly to: RevisionReference;
}

/** A sample is written on change, and so often at least. */
const SAMPLE_EVERY_MS = 10_000;

/** Tells each change once. */
export class RolloutTeller {
  readonly #session: Session;
  readonly #plan: ToldRollout;
  readonly #tasks = new Map<string, string>();
  #previous: Observation | undefined;
  #sample = '';
  #sampledAt = -Infinity;

  constructor(session: Session, plan: ToldRollout) {
    this.#session = session;
    this.#plan = plan;
  }

  tell(seen: Observation): void {
    const { recorder } = this.#session;
    this.#tellTarget(seen);
    this.#tellSample(seen);
    this.#tellTasks(seen);
    const events = narrate(this.#previous, seen, this.#plan.target);
    for (const event of events) recorder.write({ kind: 'event', at: seen.at, ...event });
    this.#previous = seen;
  }

  /** The service deployment is listed some seconds after the update. */
  #tellTarget(seen: Observation): void {
    const arn = seen.rollout?.arn;
    if (arn === undefined || arn === this.#session.progress.serviceDeployment) return;
    this.#session.advance({ serviceDeployment: arn });
    this.#session.recorder.write({
      kind: 'target',
      at: seen.at,
      to: this.#plan.to,
      deploymentId: this.#plan.target.deploymentId,
      serviceDeployment: arn,
    });
  }

  #tellSample(seen: Observation): void {
    const sample = sampleOf(seen, this.#plan);
    const content = JSON.stringify({ ...sample, at: 0 });
    if (content === this.#sample && seen.elapsedMs - this.#sampledAt < SAMPLE_EVERY_MS) return;
    this.#sample = content;
    this.#sampledAt = seen.elapsedMs;
    this.#session.recorder.write(sample);
  }

  #tellTasks(seen: Observation): void {
    for (const task of seen.tasks ?? []) {
      const entry = taskEntry(task, seen.at);
      const content = JSON.stringify({ ...entry, at: 0 });
      if (this.#tasks.get(task.arn) === content) continue;
      this.#tasks.set(task.arn, content);
      this.#session.recorder.write(entry);
    }
  }
}

function sampleOf(seen: Observation, { target }: ToldRollout): SampleEntry {
  const { service } = seen;
  const healthy = seen.tasks === undefined ? undefined : sumHealthy(seen, target);
  const pauses = openPauses(seen.rollout, target.gate, target.awaitsPauses === true);
  return {
    kind: 'sample',
    at: seen.at,
    desired: service.desired,
    pending: service.pending,
    running: service.running,
    ...(healthy === undefined ? {} : { healthy }),
    ...(seen.rollout?.lifecycleStage === undefined ? {} : { stage: seen.rollout.lifecycleStage }),
    ...(pauses.length === 0 ? {} : { pauses }),
    revisions: service.deployments.map((deployment) => {
      const own = healthyOf(seen, target, deployment);
      const { production, test } = trafficOf(deployment.id, seen.rollout);
      return {
        deploymentId: deployment.id,
        taskDefinition: deployment.taskDefinition,
        status: deployment.status,
        ...(deployment.rolloutState === undefined ? {} : { rolloutState: deployment.rolloutState }),
        desired: deployment.desired,
        pending: deployment.pending,
        running: deployment.running,
        ...(own === undefined ? {} : { healthy: own }),
        failed: deployment.failed,
        ...(production === undefined ? {} : { trafficWeight: production }),
        ...(test === undefined ? {} : { testWeight: test }),
      };
    }),
  };
}

/** Of the whole service, as of each revision, never more than run. */
function sumHealthy(seen: Observation, target: ToldRollout['target']): number {
  const healthy = (seen.tasks ?? []).filter(
    (task) => task.deploymentId !== undefined && isHealthy(task, seen, target),
  ).length;
  return Math.min(healthy, seen.service.running);
}

/** A task as the record tells of it. */
export function taskEntry(task: ObservedTask, at: number): TaskEntry {
  return {
    kind: 'task',
    at,
    taskArn: task.arn,
    ...(task.deploymentId === undefined ? {} : { deploymentId: task.deploymentId }),
    taskDefinition: task.taskDefinition,
    lastStatus: task.lastStatus,
    healthStatus: task.health,
    ...(task.createdAt === undefined ? {} : { createdAt: task.createdAt }),
    ...(task.startedAt === undefined ? {} : { startedAt: task.startedAt }),
    ...(task.stoppedAt === undefined ? {} : { stoppedAt: task.stoppedAt }),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    containers: task.containers.map((container) => ({
      name: container.name,
      ...(container.image === undefined ? {} : { image: container.image }),
      ...(container.exitCode === undefined ? {} : { exitCode: container.exitCode }),
      ...(container.reason === undefined ? {} : { reason: container.reason }),
    })),
  };
}
