/** What the life of a task promises, checked against what the machine really did. */
import { expect } from 'vitest';
import type { Task } from '../../../../src/local/state/entities.ts';
import { targetKey } from '../../../../src/local/state/store.ts';
import type { MachineContainer, MachineEvent } from './machine.ts';
import type { World } from './world.ts';

const ORDER: readonly Task['lastStatus'][] = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
];

/** Watches everything that a world does with its one task; what it saw wrong is in `broken`. */
export class Promises {
  readonly broken: string[] = [];
  readonly #world: World;
  readonly #taskArn: string;
  #last: Task;

  constructor(world: World, taskArn: string) {
    this.#world = world;
    this.#taskArn = taskArn;
    this.#last = world.task(taskArn);
    world.machine.inspect = (event, container) => this.#atMachine(event, container);
    this.watch();
  }

  /** To be called after each restart: the store is a new one. */
  watch(): void {
    this.#world.store.onChange((changes) => {
      for (const { table, key, entity } of changes)
        if (table === 'tasks' && key === this.#taskArn && entity !== undefined)
          this.#atChange(entity as Task);
    });
  }

  #expect(holds: boolean, promise: string): void {
    if (!holds) this.broken.push(promise);
  }

  #atChange(task: Task): void {
    const last = this.#last;
    this.#last = task;
    const before = ORDER.indexOf(last.lastStatus);
    this.#expect(before <= ORDER.indexOf(task.lastStatus), 'statuses only move forward');
    this.#expect(task.version >= last.version, 'versions only grow');
    if (last.desiredStatus === 'STOPPED')
      this.#expect(
        task.desiredStatus === 'STOPPED' && task.stoppedReason === last.stoppedReason,
        'a task that stops keeps its reason',
      );
    if (task.lastStatus === 'RUNNING' && last.lastStatus !== 'RUNNING') {
      for (const container of task.containers) {
        const real = this.#world.machine.containers.get(container.runtimeId ?? '');
        const ran = real?.startedAt !== undefined || real?.script.startFails === true;
        this.#expect(ran, 'RUNNING only when every container was started');
      }
    }
    if (task.lastStatus === 'STOPPED') {
      for (const container of task.containers) this.#atEnd(container);
      const live = [...this.#world.machine.containers.values()].filter(
        ({ state }) => state === 'running' || state === 'starting',
      );
      this.#expect(live.length === 0, 'STOPPED only when no container runs');
    }
  }

  #atEnd(container: Task['containers'][number]): void {
    const real = this.#world.machine.containers.get(container.runtimeId ?? '');
    const exit = real?.exit;
    const truth = exit?.kind === 'exited' ? exit.exitCode : undefined;
    this.#expect(
      container.exitCode === truth,
      `exit codes are never invented: ${container.name} ${container.exitCode} ${truth}`,
    );
    if (exit?.kind === 'lost')
      this.#expect(container.reason === 'exit status unknown', 'a lost status is said to be lost');
  }

  #atMachine(event: MachineEvent, container: MachineContainer): void {
    const { store, machine, options } = this.#world;
    const task = store.tasks.get(this.#taskArn);
    if (task === undefined) return;
    if (event.kind === 'signal') {
      const open = task.targets.filter((target) => store.targets.get(targetKey(target)));
      this.#expect(open.length === 0, 'no signal before every target is drained');
      this.#expect(task.desiredStatus === 'STOPPED', 'no signal to a task that is to run');
      for (const { name, dependsOn = [] } of options.containers)
        if (dependsOn.some(({ containerName }) => containerName === container.spec.name))
          this.#expect(
            machine.of(name ?? '').every(({ state }) => state !== 'running'),
            'dependents stop first',
          );
      return;
    }
    if (event.kind !== 'start') return;
    const { name } = container.spec;
    const others = machine.of(name).filter(({ id }) => id !== container.id);
    this.#expect(
      others.every(({ state }) => state === 'ended' || state === 'never'),
      'no container runs twice at once',
    );
    this.#expect(task.desiredStatus === 'RUNNING', 'nothing is started in a task that stops');
    this.#expect(
      task.containers.some(({ runtimeId }) => runtimeId === container.id),
      'the intent to start is stored before the start',
    );
    const isRestart = others.some(({ state }) => state === 'ended');
    const definition = options.containers.find((one) => one.name === name);
    for (const { containerName = '', condition } of isRestart ? [] : (definition?.dependsOn ?? []))
      this.#expect(this.#isMet(containerName, condition ?? ''), `${name} waits for ${condition}`);
  }

  #isMet(name: string, condition: string): boolean {
    const starts = this.#world.machine.of(name).filter(({ startedAt }) => startedAt !== undefined);
    const last = starts.at(-1);
    if (last === undefined) return false;
    const exit = last.exit?.kind === 'exited' ? last.exit.exitCode : undefined;
    switch (condition) {
      case 'START':
        return true;
      case 'COMPLETE':
        return exit !== undefined;
      case 'SUCCESS':
        return exit === 0;
      case 'HEALTHY':
        // A check may have been healthy just before the end; that it ever could be is what is certain.
        return last.script.healthyAfterMs !== 'never';
      default:
        return false;
    }
  }
}

/** Fails with every promise that was broken. */
export function expectKept(promises: Promises): void {
  expect([...new Set(promises.broken)]).toEqual([]);
}
