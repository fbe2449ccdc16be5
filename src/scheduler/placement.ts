/**
 * Whether a task of EC2 launch type fits on the container instance (reference: ECS semantics 1.4). There is one instance, so
 * placement strategies have nothing to choose between; constraints, host ports, CPU and memory can rule it out.
 */
import { matchesClusterQuery, type ClusterQuery, type QuerySubject } from './cluster-query.ts';

/** The container instance as it registered itself. */
export interface PlacementInstance {
  readonly instanceId: string;
  /** CPU units, 1024 for each virtual CPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Attributes by name; the empty text for one without a value. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a task takes from the instance. */
export interface TaskDemand {
  /** CPU units. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** Static host ports, as `8080/tcp`. */
  readonly hostPorts: readonly string[];
  /** `service:NAME`, `family:NAME`. */
  readonly group: string;
}

/** A constraint, its expression parsed. */
export type PlacementRule =
  | { readonly type: 'distinctInstance' }
  | { readonly type: 'memberOf'; readonly query: ClusterQuery };

/** The answer; `reason` in the words of the API's `failures`. */
export type Placement =
  | { readonly placed: true }
  | { readonly placed: false; readonly reason: PlacementFailureReason; readonly detail: string };

export type PlacementFailureReason =
  | 'RESOURCE:CPU'
  | 'RESOURCE:MEMORY'
  | 'RESOURCE:PORTS'
  | 'MemberOf placement constraint unsatisfied.'
  | 'DistinctInstance placement constraint unsatisfied.';

/** What the tasks on the instance take together. */
export class Occupancy {
  #cpu: number;
  #memoryMiB: number;
  readonly #base: Occupancy | undefined;
  /** How many tasks have each port and are of each group. */
  readonly #hostPorts = new Map<string, number>();
  readonly #groups = new Map<string, number>();

  /** @param base what is taken already; what is added here is not added there */
  constructor(base?: Occupancy) {
    this.#base = base;
    this.#cpu = base?.cpu ?? 0;
    this.#memoryMiB = base?.memoryMiB ?? 0;
  }

  get cpu(): number {
    return this.#cpu;
  }

  get memoryMiB(): number {
    return this.#memoryMiB;
  }

  get groups(): readonly string[] {
    return [...new Set([...(this.#base?.groups ?? []), ...this.#groups.keys()])];
  }

  hasPort(hostPort: string): boolean {
    return this.#hostPorts.has(hostPort) || this.#base?.hasPort(hostPort) === true;
  }

  hasGroup(group: string): boolean {
    return this.#groups.has(group) || this.#base?.hasGroup(group) === true;
  }

  /** Takes note of a task that is on the instance. */
  add(task: TaskDemand): void {
    this.#change(task, 1);
  }

  /** Takes back what was added for a task. */
  remove(task: TaskDemand): void {
    this.#change(task, -1);
  }

  #change({ cpu, memoryMiB, hostPorts, group }: TaskDemand, tasks: 1 | -1): void {
    this.#cpu += cpu * tasks;
    this.#memoryMiB += memoryMiB * tasks;
    for (const hostPort of hostPorts) count(this.#hostPorts, hostPort, tasks);
    count(this.#groups, group, tasks);
  }
}

function count(counts: Map<string, number>, key: string, more: number): void {
  const sum = (counts.get(key) ?? 0) + more;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

/** Decides whether one more task fits; constraints are judged first, then ports, CPU and memory. */
export function placeTask(
  task: TaskDemand,
  rules: readonly PlacementRule[],
  instance: PlacementInstance,
  occupancy: Occupancy,
): Placement {
  for (const rule of rules) {
    switch (rule.type) {
      case 'distinctInstance':
        if (occupancy.hasGroup(task.group))
          return failed(
            'DistinctInstance placement constraint unsatisfied.',
            `a task of ${task.group} already runs on the only container instance`,
          );
        break;
      case 'memberOf':
        if (!matchesClusterQuery(rule.query, (subject) => valuesOf(subject, instance, occupancy)))
          return failed(
            'MemberOf placement constraint unsatisfied.',
            'the container instance does not satisfy the expression',
          );
        break;
    }
  }
  const takenPort = task.hostPorts.find((hostPort) => occupancy.hasPort(hostPort));
  if (takenPort !== undefined)
    return failed('RESOURCE:PORTS', `host port ${takenPort} is already used by another task`);
  if (occupancy.cpu + task.cpu > instance.cpu)
    return failed(
      'RESOURCE:CPU',
      `${task.cpu} CPU units are needed and ${Math.max(0, instance.cpu - occupancy.cpu)} are left`,
    );
  if (occupancy.memoryMiB + task.memoryMiB > instance.memoryMiB)
    return failed(
      'RESOURCE:MEMORY',
      `${task.memoryMiB} MiB are needed and ${Math.max(0, instance.memoryMiB - occupancy.memoryMiB)} are left`,
    );
  return { placed: true };
}

function failed(reason: PlacementFailureReason, detail: string): Placement {
  return { placed: false, reason, detail };
}

function valuesOf(
  subject: QuerySubject,
  instance: PlacementInstance,
  occupancy: Occupancy,
): readonly string[] {
  switch (subject.kind) {
    case 'instance-id':
      return [instance.instanceId];
    case 'task-group':
      return occupancy.groups;
    case 'attribute': {
      const value = Object.hasOwn(instance.attributes, subject.name)
        ? instance.attributes[subject.name]
        : undefined;
      return value === undefined ? [] : [value];
    }
  }
}
