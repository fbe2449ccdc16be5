/** Writes what is seen of a rollout by task sets into its record: events, samples with the traffic's shares, task lives. */
import { defined } from '../../base/defined.ts';
import type { RevisionSample, SampleEntry } from '../../record/entries.ts';
import type { Session } from '../session/session.ts';
import { healthyOf, narrate } from '../watch/narrate.ts';
import { shortDefinition } from '../observed/names.ts';
import type { Observation, ObservedDeployment, RolloutTarget } from '../observed/observation.ts';
import { taskEntry } from '../watch/rollout-teller.ts';
import type { Look } from './observe.ts';
import { groupOf } from './unfinished.ts';
import type { Split } from './world.ts';

/** A sample is written on change, and so often at least. */
const SAMPLE_EVERY_MS = 10_000;
/** Sentences that hold for deployments of ECS's own, or are said better here. */
const NOT_FOR_TASK_SETS: ReadonlySet<string> = new Set(['capacity', 'unchecked']);

/** Tells each change once. */
export class TaskSetTeller {
  readonly #session: Session;
  readonly #tasks = new Map<string, string>();
  #previous: Observation | undefined;
  #sample = '';
  #sampledAt = -Infinity;
  #capacity = '';

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Tells what is new.
   * @param target undefined before green was created
   * @returns whether anything had changed
   */
  tell(look: Look, target: RolloutTarget | undefined, stage: string): boolean {
    const { recorder } = this.#session;
    const { observation } = look;
    const sampled = this.#tellSample(look, target, stage);
    const lives = this.#tellTasks(observation);
    const events =
      target === undefined
        ? []
        : narrate(this.#previous, observation, target).filter(
            (event) => !NOT_FOR_TASK_SETS.has(event.code),
          );
    for (const event of events) recorder.write({ kind: 'event', at: observation.at, ...event });
    this.#previous = observation;
    const line = capacityLine(look, target);
    const moved = line !== this.#capacity;
    if (moved) {
      this.#capacity = line;
      recorder.write({
        kind: 'event',
        at: observation.at,
        level: 'info',
        source: 'rollout',
        code: 'capacity',
        message: line,
      });
    }
    return sampled || lives || moved || events.length > 0;
  }

  #tellSample(look: Look, target: RolloutTarget | undefined, stage: string): boolean {
    const sample = sampleOf(look, target, stage);
    const content = JSON.stringify({ ...sample, at: 0 });
    const changed = content !== this.#sample;
    const { elapsedMs } = look.observation;
    if (!changed && elapsedMs - this.#sampledAt < SAMPLE_EVERY_MS) return false;
    this.#sample = content;
    this.#sampledAt = elapsedMs;
    this.#session.recorder.write(sample);
    return changed;
  }

  #tellTasks({ tasks = [], at }: Observation): boolean {
    let changed = false;
    for (const task of tasks) {
      const entry = taskEntry(task, at);
      const content = JSON.stringify({ ...entry, at: 0 });
      if (this.#tasks.get(task.arn) === content) continue;
      this.#tasks.set(task.arn, content);
      this.#session.recorder.write(entry);
      changed = true;
    }
    return changed;
  }
}

function sampleOf(look: Look, target: RolloutTarget | undefined, stage: string): SampleEntry {
  const { observation } = look;
  const { service } = observation;
  // Newest first; ECS lists task sets as they were created.
  const revisions = service.deployments
    .toReversed()
    .map((set) => revisionSample(look, set, target));
  const counted = revisions.flatMap(({ healthy }) => healthy ?? []);
  return {
    kind: 'sample',
    at: observation.at,
    desired: service.desired,
    pending: service.pending,
    running: service.running,
    stage,
    revisions,
    ...(counted.length < revisions.length || revisions.length === 0
      ? {}
      : { healthy: counted.reduce((sum, count) => sum + count, 0) }),
  };
}

function revisionSample(
  look: Look,
  set: ObservedDeployment,
  target: RolloutTarget | undefined,
): RevisionSample {
  const { world } = look;
  return {
    deploymentId: set.id,
    taskDefinition: set.taskDefinition,
    status: set.status,
    desired: set.desired,
    pending: set.pending,
    running: set.running,
    failed: set.failed,
    ...defined({
      healthy: healthyIn(look, set, target),
      trafficWeight: shareOf(look, set, world.production),
      testWeight: shareOf(look, set, world.test),
    }),
  };
}

function shareOf(
  look: Look,
  set: ObservedDeployment,
  split: Split | undefined,
): number | undefined {
  if (split === undefined) return undefined;
  if (set.id === look.green?.id) return round(split.green);
  return set.id === look.blue?.id ? round(split.blue) : undefined;
}

/** Healthy tasks of a task set, by the target group that is its own. */
function healthyIn(
  look: Look,
  set: ObservedDeployment,
  target: RolloutTarget | undefined,
): number | undefined {
  return healthyOf(
    ofGroup(look, set.id),
    { healthChecked: target?.healthChecked ?? new Set() },
    set,
  );
}

/** The observation with the targets of one task set's group alone: its tasks are in no other. */
export function ofGroup(look: Look, setId: string | undefined): Observation {
  const { observation } = look;
  const set = look.service.taskSets?.find((each) => each.id === setId);
  const group = set === undefined ? undefined : groupOf(set);
  if (group === undefined || observation.targets === undefined) {
    return { ...observation, targets: undefined };
  }
  return {
    ...observation,
    targets: observation.targets.filter((each) => each.targetGroup === group),
  };
}

/** `web:2 2/4 running, 1 healthy, 10 % of the traffic · web:1 4/4 running, 90 %`. */
function capacityLine(look: Look, target: RolloutTarget | undefined): string {
  const sets = look.observation.service.deployments.toReversed();
  if (sets.length === 0) return 'the service has no task set';
  return sets
    .map((set) => {
      const healthy = healthyIn(look, set, target);
      const share = shareOf(look, set, look.world.production);
      const facts = [
        `${set.running}/${set.desired} running`,
        ...(healthy === undefined || healthy === set.running ? [] : [`${healthy} healthy`]),
        ...(set.pending > 0 ? [`${set.pending} pending`] : []),
        ...(share === undefined ? [] : [`${share} % of the traffic`]),
        ...(set.status === 'PRIMARY' ? ['primary'] : []),
        ...(set.status === 'DRAINING' ? ['draining'] : []),
      ];
      return `${shortDefinition(set.taskDefinition)} ${facts.join(', ')}`;
    })
    .join(' · ');
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
