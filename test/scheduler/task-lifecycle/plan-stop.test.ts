import { describe, expect, it } from 'vitest';
import { planTask } from '../../../src/scheduler/task-lifecycle/plan.ts';
import { repeatedSignals, stoppedAtOnce } from '../../../src/scheduler/task-lifecycle/plan-stop.ts';
import type { LifecycleTask } from '../../../src/scheduler/task-lifecycle/task.ts';
import type { TargetRow } from '../../../src/scheduler/task-lifecycle/view.ts';
import {
  container,
  ended,
  pulled,
  rules,
  running,
  runningTask,
  T0,
  TARGET,
  task,
  view,
} from './builders.ts';

const NOW = T0 + 5000;

function stopping(members: Partial<LifecycleTask> = {}): LifecycleTask {
  return runningTask({ desiredStatus: 'STOPPED', ...members });
}

describe('a task with targets that is to stop', () => {
  const of = stopping({ targets: [TARGET, { ...TARGET, port: 81 }] });
  const plan = (task: LifecycleTask, row: (port: number) => TargetRow | undefined, now = NOW) =>
    planTask(view(task, { findTarget: ({ port }) => row(port) }), now);

  it('becomes DEACTIVATING and deregisters them before anything else', () => {
    expect(plan(of, () => ({ registeredAt: T0 }))).toEqual({
      task: { ...of, lastStatus: 'DEACTIVATING', stoppingAt: NOW },
      register: [],
      deregister: of.targets,
      effects: [],
    });
  });

  const deactivating = { ...of, lastStatus: 'DEACTIVATING', stoppingAt: NOW } as const;

  it('sends no signal until every one of them is drained', () => {
    const waiting = plan(deactivating, (port) =>
      port === 81 ? { registeredAt: T0, deregisteredAt: NOW } : undefined,
    );
    expect(waiting).toEqual({ task: deactivating, register: [], deregister: [], effects: [] });
    expect(plan(deactivating, () => undefined)).toMatchObject({
      task: { lastStatus: 'STOPPING', containers: [{ stopSignalledAt: NOW }] },
      effects: [{ kind: 'signal', signal: 'SIGTERM' }],
    });
  });

  it('deregisters again what is registered still', () => {
    expect(plan(deactivating, (port) => (port === 80 ? { registeredAt: NOW } : undefined))).toEqual(
      { task: deactivating, register: [], deregister: [TARGET], effects: [] },
    );
  });

  it('does not wait for a target that somebody registered anew since it began to stop', () => {
    expect(plan(deactivating, () => ({ registeredAt: NOW + 1 })).task.lastStatus).toBe('STOPPING');
  });

  it('keeps the time at which it began to stop', () => {
    expect(plan(deactivating, () => undefined, NOW + 9).task.stoppingAt).toBe(NOW);
  });

  it('does not go back to draining once it is STOPPING', () => {
    const later = { ...deactivating, lastStatus: 'STOPPING' } as const;
    expect(plan(later, () => ({ registeredAt: T0 }))).toMatchObject({
      task: { lastStatus: 'STOPPING' },
      deregister: [],
    });
    const last = { ...deactivating, lastStatus: 'DEPROVISIONING' } as const;
    expect(plan(last, () => ({ registeredAt: T0 })).deregister).toEqual([]);
  });
});

describe('stopping containers', () => {
  it('sends SIGTERM, and wakes for SIGKILL after the stop timeout', () => {
    const of = stopping();
    expect(planTask(view(of), NOW)).toEqual({
      task: {
        ...of,
        lastStatus: 'STOPPING',
        stoppingAt: NOW,
        containers: [running('app', { stopSignalledAt: NOW })],
      },
      register: [],
      deregister: [],
      effects: [{ kind: 'signal', runtimeId: 't-app-1', signal: 'SIGTERM' }],
      wakeAt: NOW + 30_000,
    });
  });

  const signalled = stopping({
    lastStatus: 'STOPPING',
    stoppingAt: NOW,
    containers: [running('app', { stopSignalledAt: NOW })],
  });

  it('sends SIGKILL exactly when the stop timeout has passed', () => {
    const before = planTask(view(signalled), NOW + 29_999);
    expect(before.task).toBe(signalled);
    expect(before).toMatchObject({ effects: [], wakeAt: NOW + 30_000 });
    expect(planTask(view(signalled), NOW + 30_000)).toMatchObject({
      task: { containers: [{ killedAt: NOW + 30_000 }] },
      effects: [{ kind: 'signal', runtimeId: 't-app-1', signal: 'SIGKILL' }],
      wakeAt: NOW + 40_000,
    });
  });

  it('repeats SIGKILL every 10 seconds while the container does not end', () => {
    const killed = {
      ...signalled,
      containers: [running('app', { stopSignalledAt: NOW, killedAt: NOW + 30_000 })],
    };
    expect(planTask(view(killed), NOW + 39_999)).toMatchObject({
      effects: [],
      wakeAt: NOW + 40_000,
    });
    expect(planTask(view(killed), NOW + 40_000)).toMatchObject({
      task: { containers: [{ killedAt: NOW + 40_000 }] },
      effects: [{ signal: 'SIGKILL' }],
    });
  });

  it('gives a container one second at least', () => {
    const hasty = [rules('app', { stopTimeoutMs: 0 })];
    expect(planTask(view(stopping(), { rules: hasty }), NOW).wakeAt).toBe(NOW + 1_000);
    expect(planTask(view(signalled, { rules: hasty }), NOW + 999).effects).toEqual([]);
    expect(planTask(view(signalled, { rules: hasty }), NOW + 1000).effects).toHaveLength(1);
  });

  it('goes in reverse dependency order', () => {
    const all = [
      rules('db'),
      rules('app', { dependsOn: [{ containerName: 'db', condition: 'START' }] }),
    ];
    const both = stopping({ containers: [running('db'), running('app')] });
    const first = planTask(view(both, { rules: all }), NOW);
    expect(first.effects).toEqual([{ kind: 'signal', runtimeId: 't-app-1', signal: 'SIGTERM' }]);
    expect(first.task.containers).toEqual([
      running('db'),
      running('app', { stopSignalledAt: NOW }),
    ]);
    expect(first.task.containers[0]).toBe(both.containers[0]);
    const second = stopping({ containers: [running('db'), ended('app')] });
    expect(planTask(view(second, { rules: all }), NOW).effects).toEqual([
      { kind: 'signal', runtimeId: 't-db-1', signal: 'SIGTERM' },
    ]);
  });

  it('waits for the outcome of a start that is under way', () => {
    const of = stopping({
      lastStatus: 'STOPPING',
      stoppingAt: NOW,
      containers: [container('app', { runtimeId: 't-0-1', startRequestedAt: T0 })],
    });
    const plan = planTask(view(of), NOW);
    expect(plan).toEqual({ task: of, register: [], deregister: [], effects: [] });
  });

  it('wakes for the earliest of its timeouts', () => {
    const all = [rules('a', { stopTimeoutMs: 9_000 }), rules('b', { stopTimeoutMs: 5_000 })];
    const of = stopping({ containers: [running('a'), running('b')] });
    expect(planTask(view(of, { rules: all }), NOW).wakeAt).toBe(NOW + 5_000);
  });
});

describe('a task whose containers have all ended', () => {
  it('is STOPPED, with the times of its end', () => {
    const of = stopping({ stoppingAt: T0, lastStatus: 'STOPPING', containers: [ended('app')] });
    expect(planTask(view(of), NOW)).toEqual({
      task: { ...of, lastStatus: 'STOPPED', executionStoppedAt: NOW, stoppedAt: NOW },
      register: [],
      deregister: [],
      effects: [],
      wakeAt: NOW + 3_600_000,
    });
  });

  it('that never ran skips draining, and has no exit code and no time of execution', () => {
    const of = pulled({ desiredStatus: 'STOPPED' });
    const plan = planTask(view(of), NOW);
    expect(plan.task).toEqual({
      ...of,
      lastStatus: 'STOPPED',
      stoppingAt: NOW,
      stoppedAt: NOW,
      containers: [container('app', { lastStatus: 'STOPPED' })],
    });
  });

  it('has an end of execution when any container, or the task itself, ever ran', () => {
    const partly = pulled({ desiredStatus: 'STOPPED', containers: [container('a'), ended('b')] });
    expect(planTask(view(partly), NOW).task.executionStoppedAt).toBe(NOW);
    const restarting = stopping({ containers: [container('app', { restartCount: 1 })] });
    expect(planTask(view(restarting), NOW).task.executionStoppedAt).toBe(NOW);
  });

  it('waits for the last of them', () => {
    const of = stopping({ containers: [ended('a'), running('b')] });
    expect(planTask(view(of), NOW).task.lastStatus).toBe('STOPPING');
  });
});

describe('a stopped task', () => {
  const stopped = task({
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stoppedAt: T0,
    containers: [ended('app', { runtimeId: 't-0-2' }), container('b', { lastStatus: 'STOPPED' })],
  });

  it('is kept for an hour', () => {
    const plan = planTask(view(stopped), T0 + 3_599_999);
    expect(plan).toEqual({
      task: stopped,
      register: [],
      deregister: [],
      effects: [],
      wakeAt: T0 + 3_600_000,
    });
  });

  it('is removed then, with every container it ever started', () => {
    expect(planTask(view(stopped), T0 + 3_600_000)).toEqual({
      task: stopped,
      register: [],
      deregister: [],
      effects: [{ kind: 'remove', runtimeIds: ['t-0-1', 't-0-2'] }],
    });
  });

  it('is removed once', () => {
    const activity = { ...view(stopped).activity, removing: true };
    const plan = planTask(view(stopped, { activity }), T0 + 3_600_000);
    expect(plan).toEqual({ task: stopped, register: [], deregister: [], effects: [] });
  });

  it('without a time of its end is kept from now on', () => {
    const { stoppedAt: _, ...odd } = stopped;
    expect(planTask(view(odd), NOW).wakeAt).toBe(NOW + 3_600_000);
  });
});

describe('signals that a crash may have lost', () => {
  it('are sent again to what still runs', () => {
    const of = stopping({
      containers: [
        running('a', { stopSignalledAt: T0 }),
        running('b', { stopSignalledAt: T0, killedAt: T0 }),
        running('c'),
        ended('d', { stopSignalledAt: T0 }),
        container('e', { lastStatus: 'RUNNING', stopSignalledAt: T0 }),
      ],
    });
    expect(repeatedSignals(of)).toEqual([
      { kind: 'signal', runtimeId: 't-a-1', signal: 'SIGTERM' },
      { kind: 'signal', runtimeId: 't-b-1', signal: 'SIGKILL' },
    ]);
  });
});

describe('a task whose containers are ended from outside', () => {
  it('is past draining, and its SIGTERM counts as sent', () => {
    const of = runningTask({
      targets: [TARGET],
      containers: [running('a'), running('b', { stopSignalledAt: T0 }), ended('c'), container('d')],
    });
    expect(stoppedAtOnce(of, 'shut down', NOW)).toEqual({
      ...of,
      desiredStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'shut down',
      lastStatus: 'STOPPING',
      stoppingAt: NOW,
      containers: [
        running('a', { stopSignalledAt: NOW }),
        running('b', { stopSignalledAt: T0 }),
        ended('c'),
        container('d'),
      ],
    });
  });

  it('keeps the reason and time of a stop that has begun', () => {
    const of = stopping({ stopCode: 'UserInitiated', stoppedReason: 'mine', stoppingAt: T0 });
    expect(stoppedAtOnce(of, 'shut down', NOW)).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'mine',
      stoppingAt: T0,
    });
  });

  it('is left alone when it has stopped', () => {
    const of = stopping({ lastStatus: 'STOPPED' });
    expect(stoppedAtOnce(of, 'shut down', NOW)).toBe(of);
  });
});
