import { describe, expect, it } from 'vitest';
import { planTask } from '../../../src/scheduler/task-lifecycle/plan.ts';
import {
  CHECK,
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
const IDLE = view(task()).activity;

describe('a new task', () => {
  it('becomes PENDING and pulls each of its images once', () => {
    const of = task({
      containers: [
        container('app'),
        container('b', { image: 'x' }),
        container('c', { image: 'x' }),
      ],
    });
    expect(planTask(view(of), NOW)).toEqual({
      task: { ...of, lastStatus: 'PENDING', pullStartedAt: NOW },
      register: [],
      deregister: [],
      effects: [{ kind: 'pull', images: ['app:1', 'x'] }],
    });
  });

  it('is not pulled twice while the pull is under way, and again when a crash lost it', () => {
    const of = task({ lastStatus: 'PENDING', pullStartedAt: T0 });
    const pulling = planTask(view(of, { activity: { ...IDLE, pulling: true } }), NOW);
    expect(pulling.task).toBe(of);
    expect(pulling.effects).toEqual([]);
    const lost = planTask(view(of), NOW);
    expect(lost.task).toBe(of);
    expect(lost.effects).toEqual([{ kind: 'pull', images: ['app:1'] }]);
  });

  it('fails at once when its resources cannot be had', () => {
    const resourceError = 'ResourceInitializationError: no secrets here';
    expect(planTask(view(task(), { resourceError }), NOW)).toMatchObject({
      task: {
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stopCode: 'TaskFailedToStart',
        stoppedReason: resourceError,
        containers: [{ lastStatus: 'STOPPED' }],
      },
      effects: [],
    });
    const later = view(pulled(), { resourceError });
    expect(planTask(later, NOW).task.desiredStatus).toBe('RUNNING');
  });
});

describe('starting containers', () => {
  it('writes the id and time of the start down with the request', () => {
    const of = pulled();
    expect(planTask(view(of), NOW)).toEqual({
      task: {
        ...of,
        containers: [container('app', { runtimeId: 't-0-1', startRequestedAt: NOW })],
      },
      register: [],
      deregister: [],
      effects: [{ kind: 'start', containerName: 'app', runtimeId: 't-0-1' }],
    });
  });

  it('asks once', () => {
    const of = planTask(view(pulled()), NOW).task;
    const again = planTask(view(of), NOW + 1);
    expect(again.task).toBe(of);
    expect(again.effects).toEqual([]);
    expect(again).not.toHaveProperty('wakeAt');
  });

  it('starts what depends on nothing, and waits with the rest', () => {
    const of = pulled({ containers: [container('app'), container('db')] });
    const all = [
      rules('app', { dependsOn: [{ containerName: 'db', condition: 'START' }] }),
      rules('db'),
    ];
    const plan = planTask(view(of, { rules: all }), NOW);
    expect(plan.effects).toEqual([{ kind: 'start', containerName: 'db', runtimeId: 't-1-1' }]);
    expect(plan.task.containers[0]).toBe(of.containers[0]);
    expect(plan.task.lastStatus).toBe('PENDING');

    const next = { ...of, containers: [container('app'), running('db')] };
    expect(planTask(view(next, { rules: all }), NOW).effects).toEqual([
      { kind: 'start', containerName: 'app', runtimeId: 't-0-1' },
    ]);
  });

  it('looks again when the start timeout of a dependency ends, and fails the task then', () => {
    const of = pulled({ containers: [container('app'), running('init')] });
    const all = [
      rules('app', { dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] }),
      rules('init', { essential: false, startTimeoutMs: 60_000 }),
    ];
    const waiting = planTask(view(of, { rules: all }), NOW);
    expect(waiting).toEqual({
      task: of,
      register: [],
      deregister: [],
      effects: [],
      wakeAt: T0 + 60_000,
    });
    const failed = planTask(view(of, { rules: all }), T0 + 60_000);
    const reason =
      "Dependency container 'init' did not reach SUCCESS within its startTimeout of 60 seconds";
    expect(failed).toMatchObject({
      task: {
        lastStatus: 'STOPPING',
        desiredStatus: 'STOPPED',
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'Task failed to start',
        containers: [{ name: 'app', reason, lastStatus: 'STOPPED' }, { name: 'init' }],
      },
      effects: [{ kind: 'signal', runtimeId: 't-init-1', signal: 'SIGTERM' }],
    });
    expect(failed.task.containers[1]).not.toHaveProperty('reason');
  });

  it('goes on without a non-essential container that could not be started', () => {
    const broken = container('log', { lastStatus: 'STOPPED', stoppedAt: T0, reason: 'Cannot' });
    const of = pulled({ containers: [running('app'), broken] });
    const all = [rules('app'), rules('log', { essential: false })];
    expect(planTask(view(of, { rules: all }), NOW).task.lastStatus).toBe('RUNNING');
  });

  it('fails the task with the reason of an essential container that could not be started', () => {
    const broken = container('app', {
      lastStatus: 'STOPPED',
      stoppedAt: T0,
      reason: 'CannotStartContainerError: x',
    });
    expect(planTask(view(pulled({ containers: [broken] })), NOW).task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotStartContainerError: x',
    });
    const { reason: _, ...silent } = broken;
    expect(planTask(view(pulled({ containers: [silent] })), NOW).task.stoppedReason).toBe(
      'Task failed to start',
    );
  });
});

describe('a task whose containers have all started', () => {
  it('becomes RUNNING', () => {
    const of = pulled({ containers: [running('app')] });
    expect(planTask(view(of), NOW)).toEqual({
      task: { ...of, lastStatus: 'RUNNING', startedAt: NOW, targets: [] },
      register: [],
      deregister: [],
      effects: [],
    });
  });

  it('becomes RUNNING beside containers that have done their work already', () => {
    const of = pulled({ containers: [running('app'), ended('init')] });
    const all = [rules('app'), rules('init', { essential: false })];
    expect(planTask(view(of, { rules: all }), NOW).task.lastStatus).toBe('RUNNING');
  });

  it('is not RUNNING while one of them has not started', () => {
    const pending = container('b', { startRequestedAt: T0, runtimeId: 't-1-1' });
    const of = pulled({ containers: [running('app'), pending] });
    expect(planTask(view(of), NOW).task).toBe(of);
  });

  const binding = {
    targetGroupArn: 'tg-1',
    targetType: 'ip',
    containerName: 'app',
    containerPort: 80,
  } as const;
  const of = pulled({
    containers: [running('app')],
    networkInterface: { privateIPv4Address: '10.0.0.7' },
  });

  it('registers its targets in the step that makes it RUNNING', () => {
    expect(planTask(view(of, { bindings: [binding] }), NOW)).toMatchObject({
      task: { lastStatus: 'RUNNING', targets: [TARGET] },
      register: [TARGET],
    });
  });

  it('leaves a target alone that is registered already', () => {
    const plan = planTask(
      view(of, { bindings: [binding], findTarget: () => ({ registeredAt: T0 }) }),
      NOW,
    );
    expect(plan).toMatchObject({ task: { targets: [TARGET] }, register: [] });
  });

  it('stays ACTIVATING until a former target of the same name is drained', () => {
    const occupied = view(of, {
      bindings: [binding],
      findTarget: () => ({ registeredAt: T0, deregisteredAt: T0 }),
    });
    const plan = planTask(occupied, NOW);
    expect(plan).toMatchObject({ task: { lastStatus: 'ACTIVATING', targets: [] }, register: [] });
    expect(plan.task).not.toHaveProperty('startedAt');
    expect(planTask({ ...occupied, task: plan.task }, NOW).task).toBe(plan.task);
    expect(planTask(view(plan.task, { bindings: [binding] }), NOW)).toMatchObject({
      task: { lastStatus: 'RUNNING', startedAt: NOW },
      register: [TARGET],
    });
  });

  it('fails when its target group is gone', () => {
    const missing = { ...binding, targetType: 'missing' } as const;
    expect(planTask(view(of, { bindings: [missing] }), NOW)).toMatchObject({
      task: {
        lastStatus: 'STOPPING',
        stopCode: 'TaskFailedToStart',
        stoppedReason:
          "ResourceInitializationError: target group tg-1 does not exist; update the service's loadBalancers to one that does",
        targets: [],
      },
      register: [],
      effects: [{ kind: 'signal', signal: 'SIGTERM' }],
    });
  });
});

describe('a running task', () => {
  it('has nothing to do', () => {
    const of = runningTask();
    expect(planTask(view(of), NOW)).toEqual({
      task: of,
      register: [],
      deregister: [],
      effects: [],
    });
  });

  it('stops when an essential container has exited, with whatever code', () => {
    for (const exitCode of [0, 1]) {
      const of = runningTask({ containers: [ended('app', { exitCode }), running('log')] });
      expect(planTask(view(of), NOW)).toMatchObject({
        task: {
          desiredStatus: 'STOPPED',
          lastStatus: 'STOPPING',
          stopCode: 'EssentialContainerExited',
          stoppedReason: 'Essential container in task exited',
          stoppingAt: NOW,
        },
        effects: [{ kind: 'signal', runtimeId: 't-log-1', signal: 'SIGTERM' }],
      });
    }
  });

  it('stops likewise when one has exited before the task was RUNNING', () => {
    const of = pulled({ containers: [ended('app'), container('log', { startRequestedAt: T0 })] });
    expect(planTask(view(of), NOW).task).toMatchObject({
      lastStatus: 'STOPPING',
      stopCode: 'EssentialContainerExited',
    });
  });

  it('stops when an essential container could not be restarted', () => {
    const broken = container('app', { lastStatus: 'STOPPED', restartCount: 1, reason: 'Cannot' });
    expect(planTask(view(runningTask({ containers: [broken] })), NOW).task).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ reason: 'Cannot' }],
    });
  });

  it('goes on when a non-essential container has exited', () => {
    const of = runningTask({ containers: [running('app'), ended('log', { exitCode: 1 })] });
    const all = [rules('app'), rules('log', { essential: false })];
    expect(planTask(view(of, { rules: all }), NOW).task).toBe(of);
  });

  it('restarts a container, essential or not, in its place', () => {
    const restartPolicy = { ignoredExitCodes: [], attemptPeriodMs: 60_000 };
    const of = runningTask({
      healthStatus: 'HEALTHY',
      containers: [
        ended('app', { stoppedAt: T0 + 60_000, healthStatus: 'HEALTHY', runtimeId: 't-0-1' }),
      ],
    });
    expect(planTask(view(of, { rules: [rules('app', { restartPolicy })] }), NOW)).toEqual({
      task: {
        ...of,
        healthStatus: 'UNKNOWN',
        containers: [
          container('app', { runtimeId: 't-0-2', startRequestedAt: NOW, restartCount: 1 }),
        ],
      },
      register: [],
      deregister: [],
      effects: [{ kind: 'start', containerName: 'app', runtimeId: 't-0-2' }],
    });
  });

  it('restarts without asking for dependencies again, also after a crash', () => {
    const all = [
      rules('app', {
        dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
        restartPolicy: { ignoredExitCodes: [], attemptPeriodMs: 60_000 },
      }),
      rules('db', { healthCheck: CHECK }),
    ];
    const sick = running('db', { healthStatus: 'UNHEALTHY' });
    for (const app of [
      ended('app', { stoppedAt: T0 + 60_000, runtimeId: 't-0-1' }),
      container('app', { runtimeId: 't-0-1', restartCount: 1 }),
    ]) {
      const of = runningTask({ containers: [app, sick] });
      expect(planTask(view(of, { rules: all }), NOW).effects).toEqual([
        { kind: 'start', containerName: 'app', runtimeId: 't-0-2' },
      ]);
    }
    const withoutCheck = [all[0] ?? rules('app'), rules('db')];
    const restarting = runningTask({ containers: [container('app', { restartCount: 1 }), sick] });
    expect(planTask(view(restarting, { rules: withoutCheck }), NOW).task.desiredStatus).toBe(
      'RUNNING',
    );
  });

  it('has all its containers started before it is RUNNING, restarts included', () => {
    const restartPolicy = { ignoredExitCodes: [], attemptPeriodMs: 60_000 };
    const of = pulled({ containers: [ended('app', { stoppedAt: T0 + 60_000 })] });
    const plan = planTask(view(of, { rules: [rules('app', { restartPolicy })] }), NOW);
    expect(plan.task.lastStatus).toBe('PENDING');
  });
});

describe('health checks', () => {
  const checked = (members = {}) => [rules('app', { healthCheck: { ...CHECK, ...members } })];
  const due = T0 + 10_000;

  it('begin exactly when they are due', () => {
    const of = runningTask();
    const before = planTask(view(of, { rules: checked() }), due - 1);
    expect(before).toEqual({ task: of, register: [], deregister: [], effects: [], wakeAt: due });
    expect(planTask(view(of, { rules: checked() }), due)).toEqual({
      task: of,
      register: [],
      deregister: [],
      effects: [
        {
          kind: 'check-health',
          runtimeId: 't-app-1',
          command: ['CMD', 'check'],
          timeoutMs: 5_000,
        },
      ],
    });
  });

  it("run the image's own command in place of the definition's", () => {
    const of = runningTask({
      containers: [running('app', { healthCheckCommand: ['CMD', 'own'] })],
    });
    expect(planTask(view(of, { rules: checked() }), due).effects).toMatchObject([
      { command: ['CMD', 'own'] },
    ]);
    expect(planTask(view(of), due).effects).toEqual([]);
  });

  it('run one at a time for each container', () => {
    const activity = { ...IDLE, checking: new Set(['t-app-1']) };
    const plan = planTask(view(runningTask(), { rules: checked(), activity }), due);
    expect(plan.effects).toEqual([]);
    expect(plan).not.toHaveProperty('wakeAt');
  });

  it('follow the last one by the interval', () => {
    const activity = { ...IDLE, checkedAt: new Map([['t-app-1', due]]) };
    const plan = planTask(view(runningTask(), { rules: checked(), activity }), due);
    expect(plan.wakeAt).toBe(due + 10_000);
  });

  it('of several containers wake it for the earliest, and with dependencies for the earliest of all', () => {
    const all = [
      rules('app', { dependsOn: [{ containerName: 'b', condition: 'HEALTHY' }] }),
      rules('b', { healthCheck: CHECK, startTimeoutMs: 15_000 }),
      rules('c', { healthCheck: { ...CHECK, intervalMs: 7_000 } }),
    ];
    const of = pulled({ containers: [container('app'), running('b'), running('c')] });
    expect(planTask(view(of, { rules: all }), NOW).wakeAt).toBe(T0 + 7_000);
    const activity = { ...IDLE, checking: new Set(['t-b-1', 't-c-1']) };
    expect(planTask(view(of, { rules: all, activity }), NOW).wakeAt).toBe(T0 + 15_000);
  });

  it('do not run before the container was started for certain', () => {
    const { runtimeId: _, ...odd } = running('app');
    const plan = planTask(view(runningTask({ containers: [odd] }), { rules: checked() }), due);
    expect(plan.effects).toEqual([]);
  });
});
