/**
 * The state of the local ECS: authoritative in memory, written through to a journal before a transaction returns. All
 * regions share the tables (ARNs and keys carry the region), as all of them share the journal.
 */
import type {
  AccountSetting,
  Cluster,
  Service,
  ServiceDeployment,
  ServiceEvents,
  ServiceRevision,
  Task,
  TaskDefinition,
  TaskDefinitionFamily,
} from './entities.ts';
import {
  alarmKey,
  datapointHour,
  type Alarm,
  type AlarmHistoryEntry,
  type Metric,
  type MetricDatapoint,
} from './cloudwatch-entities.ts';
import {
  forwardedTargetGroups,
  type Listener,
  type LoadBalancer,
  type Rule,
  type Target,
  type TargetGroup,
} from './elbv2-entities.ts';
import type { Journal } from './journal.ts';
import type { TaskSet } from './task-set-entity.ts';
import { Table, type Change, type TouchedTable } from './table.ts';

/** The journal refused a write (disk full, file gone): nothing of the transaction was kept. */
export class StateWriteError extends Error {
  override readonly name = 'StateWriteError';
}

/** Told of every transaction after it was written. */
export type StateListener = (changes: readonly Change[]) => void;

/** Every table of the local ECS. */
export class Store {
  readonly #journal: Journal;
  readonly #listeners: StateListener[] = [];
  #version = 0;
  /** The tables that the open transaction changed: most touch one or two of many. */
  readonly #touched: TouchedTable[] = [];
  readonly #guard = {
    isOpen: false,
    touch: (table: TouchedTable): void => void this.#touched.push(table),
  };

  /** By ARN. */
  readonly clusters = new Table<Cluster>('clusters', this.#guard, { region: (row) => row.region });
  /** By ARN; index `family`: `REGION/FAMILY`. */
  readonly taskDefinitions = new Table<TaskDefinition>('taskDefinitions', this.#guard, {
    region: (row) => row.region,
    family: (row) => `${row.region}/${row.family}`,
  });
  /** By `REGION/FAMILY`. */
  readonly taskDefinitionFamilies = new Table<TaskDefinitionFamily>(
    'taskDefinitionFamilies',
    this.#guard,
  );
  /** By ARN; index `clientToken`: `CLUSTER_ARN|TOKEN` of those that are not INACTIVE. */
  readonly services = new Table<Service>('services', this.#guard, {
    cluster: (row) => row.clusterArn,
    clientToken: (row) => (row.status === 'INACTIVE' ? undefined : clientTokenKey(row)),
  });
  /** By service ARN. */
  readonly serviceEvents = new Table<ServiceEvents>('serviceEvents', this.#guard);
  /** By ARN. */
  readonly serviceDeployments = new Table<ServiceDeployment>('serviceDeployments', this.#guard, {
    service: (row) => row.serviceArn,
  });
  /** By ARN. */
  readonly serviceRevisions = new Table<ServiceRevision>('serviceRevisions', this.#guard, {
    service: (row) => row.serviceArn,
  });
  /** By ARN. */
  readonly taskSets = new Table<TaskSet>('taskSets', this.#guard, {
    service: (row) => row.serviceArn,
  });
  /**
   * By ARN; index `containerInstance`: those that are not STOPPED; `address`: of the network interface; `target`:
   * the key of each of its targets; `clientToken`: `CLUSTER_ARN|TOKEN`.
   */
  readonly tasks = new Table<Task>('tasks', this.#guard, {
    cluster: (row) => row.clusterArn,
    service: (row) => row.serviceArn,
    taskDefinition: (row) => row.taskDefinitionArn,
    containerInstance: (row) =>
      row.lastStatus === 'STOPPED' ? undefined : row.containerInstanceArn,
    address: (row) => row.networkInterface?.privateIPv4Address,
    target: (row) => row.targets.map(targetKey),
    clientToken: clientTokenKey,
  });
  /** By `REGION/PRINCIPAL/NAME`. */
  readonly accountSettings = new Table<AccountSetting>('accountSettings', this.#guard);
  /** By ARN; index `name`: `REGION/NAME`. */
  readonly loadBalancers = new Table<LoadBalancer>('loadBalancers', this.#guard, {
    region: (row) => row.region,
    name: (row) => `${row.region}/${row.loadBalancerName}`,
  });
  /** By ARN; index `name`: `REGION/NAME`. */
  readonly targetGroups = new Table<TargetGroup>('targetGroups', this.#guard, {
    region: (row) => row.region,
    name: (row) => `${row.region}/${row.targetGroupName}`,
  });
  /** By `TARGET_GROUP_ARN|ID|PORT` (see targetKey); index `id`: the address or instance id. */
  readonly targets = new Table<Target>('targets', this.#guard, {
    targetGroup: (row) => row.targetGroupArn,
    id: (row) => row.id,
  });
  /** By ARN; index `targetGroup`: every target group that the default actions forward to. */
  readonly listeners = new Table<Listener>('listeners', this.#guard, {
    loadBalancer: (row) => row.loadBalancerArn,
    targetGroup: (row) => forwardedTargetGroups(row.defaultActions),
  });
  /** By ARN; index `targetGroup`: every target group that the actions forward to. */
  readonly rules = new Table<Rule>('rules', this.#guard, {
    listener: (row) => row.listenerArn,
    targetGroup: (row) => forwardedTargetGroups(row.actions),
  });

  /** By `REGION/ALARM_NAME` (see alarmKey); index `arn`. */
  readonly alarms = new Table<Alarm>('alarms', this.#guard, {
    region: (row) => row.region,
    arn: (row) => row.alarmArn,
  });
  /** By `REGION/ALARM_NAME|ID`; index `alarm`: `REGION/ALARM_NAME`. */
  readonly alarmHistory = new Table<AlarmHistoryEntry>('alarmHistory', this.#guard, {
    region: (row) => row.region,
    alarm: (row) => alarmKey(row.region, row.alarmName),
  });
  /** By metricKey; index `id`. */
  readonly metrics = new Table<Metric>('metrics', this.#guard, {
    region: (row) => row.region,
    id: (row) => row.id,
  });
  /** By datapointKey; index `hour`: see datapointHour. */
  readonly metricDatapoints = new Table<MetricDatapoint>('metricDatapoints', this.#guard, {
    hour: (row) => datapointHour(row.metricId, row.at),
  });

  readonly #tables = [
    this.clusters,
    this.taskDefinitions,
    this.taskDefinitionFamilies,
    this.services,
    this.serviceEvents,
    this.serviceDeployments,
    this.serviceRevisions,
    this.taskSets,
    this.tasks,
    this.accountSettings,
    this.loadBalancers,
    this.targetGroups,
    this.targets,
    this.listeners,
    this.rules,
    this.alarms,
    this.alarmHistory,
    this.metrics,
    this.metricDatapoints,
  ] as const;

  /** Reads the journal's entities into memory. */
  constructor(journal: Journal) {
    this.#journal = journal;
    const tables = new Map<string, Table<never>>(
      this.#tables.map((table) => [table.name, table as unknown as Table<never>]),
    );
    for (const { table, key, entity } of journal.load()) {
      // The journal holds what an earlier store wrote: the entity has the table's type.
      tables.get(table)?.restore(key, entity as never);
    }
  }

  /**
   * Runs `change`, which reads and writes tables synchronously, as one: when it throws, or the journal cannot be written,
   * everything is as before. Listeners hear of it afterwards. Transactions do not nest.
   * @throws StateWriteError when the journal cannot be written
   */
  transaction<R>(change: () => R): R {
    if (this.#guard.isOpen) throw new Error('transactions do not nest');
    this.#guard.isOpen = true;
    let result: R;
    let changes: readonly Change[];
    try {
      result = change();
      changes = this.#touched.flatMap((table) => table.changes());
      if (changes.length > 0) this.#write(changes);
      for (const table of this.#touched) table.accept();
    } catch (error) {
      for (const table of this.#touched) table.rollback();
      throw error;
    } finally {
      this.#touched.length = 0;
      this.#guard.isOpen = false;
    }
    if (changes.length === 0) return result;
    this.#version++;
    for (const listener of this.#listeners) listener(changes);
    return result;
  }

  /** Grows with each transaction that changed something: while it is the same, so is everything in the tables. */
  get version(): number {
    return this.#version;
  }

  /** Calls the listener after each transaction that changed something. */
  onChange(listener: StateListener): void {
    this.#listeners.push(listener);
  }

  /** Closes the journal; the store must not be written afterwards. */
  close(): void {
    this.#journal.close();
  }

  #write(changes: readonly Change[]): void {
    try {
      this.#journal.write(changes);
    } catch (cause) {
      throw new StateWriteError('the state could not be written; nothing was changed', { cause });
    }
  }
}

/** The key of a target in its table. */
export function targetKey(target: {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
}): string {
  return `${target.targetGroupArn}|${target.id}|${target.port}`;
}

/** The value of the index `clientToken` of services and tasks. */
export function clientTokenKey(row: {
  readonly clusterArn: string;
  readonly clientToken?: string;
}): string | undefined {
  return row.clientToken === undefined ? undefined : `${row.clusterArn}|${row.clientToken}`;
}
