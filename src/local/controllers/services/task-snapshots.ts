/** Reads what the scheduler needs to know of the tasks of services from the state. */
import { endedByItself } from '../../../scheduler/rolling/failures.ts';
import type {
  TargetSnapshot,
  TaskNote,
  TaskSnapshot,
} from '../../../scheduler/rolling/snapshot.ts';
import type { Target } from '../../state/elbv2-entities.ts';
import type { Service, ServiceRevision, Task, TaskDefinition } from '../../state/entities.ts';
import { targetKey, type Store } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import { taskSetArn } from '../../state/task-set-entity.ts';

/** What a service revision says about all of its tasks. */
interface RevisionFacts {
  /** How many target groups a task must be healthy in. */
  readonly expectedTargets: number;
  /** False while no task has pulled its images, so that their digests are not known yet. */
  readonly resolved: boolean;
}

/** Tasks of a deployment that is gone are on their way out: nothing is expected of them. */
const UNKNOWN_REVISION: RevisionFacts = { expectedTargets: 0, resolved: true };

function revisionFacts(store: Store, revision: ServiceRevision): RevisionFacts {
  const containers =
    store.taskDefinitions.get(revision.taskDefinition)?.definition.containerDefinitions ?? [];
  return {
    expectedTargets: revision.loadBalancers.filter(
      ({ targetGroupArn }) => targetGroupArn !== undefined,
    ).length,
    resolved: revision.containerImages.every(
      ({ containerName, imageDigest }) =>
        imageDigest !== undefined ||
        containers.find(({ name }) => name === containerName)?.versionConsistency === 'disabled',
    ),
  };
}

/** The tasks of one service that can still decide something, by ARN in the order of their creation. */
type ServiceTasks = Map<string, TaskSnapshot | undefined>;

/**
 * The snapshots of tasks, kept up to date with the state and made anew only for tasks that changed: a service looks at all
 * of its tasks whenever one of them does.
 */
export class TaskSnapshots {
  readonly #store: Store;
  /** By service ARN; what is undefined is made when it is next asked for. */
  readonly #services = new Map<string, ServiceTasks>();
  readonly #facts = new WeakMap<ServiceRevision, RevisionFacts>();

  /** Begins to follow the state. */
  constructor(store: Store) {
    this.#store = store;
    store.onChange((changes) => {
      for (const change of changes) this.#follow(change);
    });
  }

  /** Those of a service. */
  of(service: Service): readonly TaskSnapshot[] {
    const tasks = this.#tasksOf(service.serviceArn);
    const snapshots: TaskSnapshot[] = [];
    for (const [arn, known] of tasks) {
      if (known !== undefined) {
        snapshots.push(known);
        continue;
      }
      const task = this.#store.tasks.get(arn);
      if (task === undefined) throw new Error(`there is no task ${arn}`);
      const snapshot = taskSnapshot(task, this.#factsOf(service, task.deploymentId), this.#store);
      tasks.set(arn, snapshot);
      snapshots.push(snapshot);
    }
    return snapshots;
  }

  #factsOf({ serviceArn, deployments }: Service, deploymentId = ''): RevisionFacts {
    const owner =
      deployments.find(({ id }) => id === deploymentId) ??
      this.#store.taskSets.get(taskSetArn(serviceArn, deploymentId));
    const revision = this.#store.serviceRevisions.get(owner?.serviceRevisionArn ?? '');
    if (revision === undefined) return UNKNOWN_REVISION;
    let facts = this.#facts.get(revision);
    if (facts === undefined) {
      facts = revisionFacts(this.#store, revision);
      this.#facts.set(revision, facts);
    }
    return facts;
  }

  #tasksOf(serviceArn: string): ServiceTasks {
    let tasks = this.#services.get(serviceArn);
    if (tasks === undefined) {
      tasks = new Map();
      for (const task of this.#store.tasks.by('service', serviceArn))
        if (!isHistory(task)) tasks.set(task.taskArn, undefined);
      this.#services.set(serviceArn, tasks);
    }
    return tasks;
  }

  /** The table of a change says which type its entities have. */
  #follow({ table, key, entity, former }: Change): void {
    switch (table) {
      case 'tasks': {
        const task = entity as Task | undefined;
        const tasks = this.#services.get((task ?? (former as Task)).serviceArn ?? '');
        if (task === undefined || isHistory(task)) tasks?.delete(key);
        else tasks?.set(key, undefined);
        return;
      }
      case 'targets':
        for (const { serviceArn = '', taskArn } of this.#store.tasks.by('target', key)) {
          const tasks = this.#services.get(serviceArn);
          if (tasks?.has(taskArn) === true) tasks.set(taskArn, undefined);
        }
        return;
      // A revision changes once, when its images are resolved.
      case 'serviceRevisions':
        this.#services.delete((entity as ServiceRevision | undefined)?.serviceArn ?? '');
        return;
      case 'services':
        if ((entity as Service | undefined)?.status === 'INACTIVE') this.#services.delete(key);
        return;
    }
  }
}

/** True for stopped tasks whose end tells nothing, or was taken note of: they stay visible for a while and decide nothing. */
function isHistory(task: Task): boolean {
  return (
    task.lastStatus === 'STOPPED' && (task.schedulerNotes.includes('ended') || !endedByItself(task))
  );
}

function taskSnapshot(
  task: Task,
  { expectedTargets, resolved }: RevisionFacts,
  store: Store,
): TaskSnapshot {
  const { startedAt } = task;
  const checked = checkedContainers(store.taskDefinitions.get(task.taskDefinitionArn));
  return {
    id: task.taskId,
    deploymentId: task.deploymentId ?? '',
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    createdAt: task.createdAt,
    startedAt,
    stopCode: task.stopCode,
    hasHealthCheck: checked.length > 0,
    healthStatus: checked.length > 0 ? healthOf(task, checked) : 'UNKNOWN',
    imageUnresolved:
      !resolved &&
      startedAt === undefined &&
      task.stoppedReason?.startsWith('CannotPullContainerError') === true,
    expectedTargets,
    targets: task.targets.map((target) =>
      targetSnapshot(target, store.targets.get(targetKey(target))),
    ),
    noted: task.schedulerNotes.length === 0 ? NO_NOTES : new Set(task.schedulerNotes),
  };
}

const NO_NOTES: ReadonlySet<TaskNote> = new Set();

/** A target that somebody else took out of the group cannot serve the task any more (reference: ECS semantics 5.7). */
function targetSnapshot(
  { targetGroupArn, port }: Task['targets'][number],
  registered: Target | undefined,
): TargetSnapshot {
  if (registered === undefined || registered.deregisteredAt !== undefined) {
    return { targetGroupArn, port, health: 'unhealthy', description: 'TARGET IS NOT FOUND' };
  }
  return {
    targetGroupArn,
    port,
    health: registered.health,
    ...(registered.reason === undefined ? {} : { description: registered.reason.description }),
  };
}

/** A definition does not change once registered, so its names are found once. */
const known = new WeakMap<TaskDefinition, readonly string[]>();

/** Names of the essential containers that have a health check: the scheduler waits for them (reference: ECS semantics 5.1). */
function checkedContainers(taskDefinition: TaskDefinition | undefined): readonly string[] {
  if (taskDefinition === undefined) return [];
  let names = known.get(taskDefinition);
  if (names === undefined) {
    names = (taskDefinition.definition.containerDefinitions ?? [])
      .filter(({ essential, healthCheck }) => essential !== false && healthCheck !== undefined)
      .map(({ name = '' }) => name);
    known.set(taskDefinition, names);
  }
  return names;
}

/**
 * The health of those; the task's own health status would stay UNKNOWN for ever beside an essential container without a
 * check (reference: ECS semantics 8.4).
 */
function healthOf({ containers }: Task, checked: readonly string[]): TaskSnapshot['healthStatus'] {
  const healths = checked.map(
    (name) => containers.find((container) => container.name === name)?.healthStatus,
  );
  if (healths.includes('UNHEALTHY')) return 'UNHEALTHY';
  return healths.every((health) => health === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}
