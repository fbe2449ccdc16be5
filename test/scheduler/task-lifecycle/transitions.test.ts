import { describe, expect, it } from 'vitest';
import { failTask, rulesOf } from '../../../src/scheduler/task-lifecycle/task.ts';
import {
  applyTaskEvent,
  type TaskEvent,
} from '../../../src/scheduler/task-lifecycle/transitions.ts';
import type { LifecycleTask } from '../../../src/scheduler/task-lifecycle/task.ts';
import {
  CHECK,
  container,
  ended,
  pulled,
  rules,
  running,
  runningTask,
  T0,
  task,
} from './builders.ts';

const NOW = T0 + 5000;

function after(of: LifecycleTask, event: TaskEvent, checked = false): LifecycleTask {
  const all = of.containers.map(({ name }) =>
    rules(name, checked ? { healthCheck: { ...CHECK, retries: 1 } } : {}),
  );
  return applyTaskEvent(of, all, event, NOW);
}

const starting = pulled({
  containers: [container('app', { runtimeId: 't-0-1', startRequestedAt: T0 }), running('log')],
});
const PORTS = [{ containerPort: 80, protocol: 'tcp', host: '127.0.0.1', hostPort: 9000 }] as const;

describe('a pull', () => {
  const waiting = task({
    pullStartedAt: T0,
    containers: [container('app'), container('log', { image: 'log:2' })],
  });

  it('gives each container the digest and health check command of its image', () => {
    const images = [
      { image: 'app:1', digest: 'sha256:a', healthCheckCommand: ['CMD', 'own'] },
      { image: 'log:2', digest: 'sha256:b' },
    ];
    expect(after(waiting, { kind: 'pulled', images })).toStrictEqual({
      ...waiting,
      pullStoppedAt: NOW,
      containers: [
        container('app', { imageDigest: 'sha256:a', healthCheckCommand: ['CMD', 'own'] }),
        container('log', { image: 'log:2', imageDigest: 'sha256:b' }),
      ],
    });
  });

  it('leaves containers of other images alone', () => {
    const [, log] = after(waiting, { kind: 'pulled', images: [] }).containers;
    expect(log).toBe(waiting.containers[1]);
  });

  it('that fails makes the task fail to start, with the reason on the containers of that image', () => {
    const message = 'CannotPullContainerError: no';
    expect(after(waiting, { kind: 'pull-failed', image: 'log:2', message })).toEqual({
      ...waiting,
      pullStoppedAt: NOW,
      containers: [container('app'), container('log', { image: 'log:2', reason: message })],
      desiredStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: message,
    });
  });

  it('that ends too late changes nothing', () => {
    for (const late of [pulled(), task({ desiredStatus: 'STOPPED' })]) {
      expect(after(late, { kind: 'pulled', images: [] })).toBe(late);
      expect(after(late, { kind: 'pull-failed', image: 'app:1', message: 'x' })).toBe(late);
    }
  });
});

describe('a start', () => {
  it('makes the container RUNNING with its ports', () => {
    expect(after(starting, { kind: 'started', runtimeId: 't-0-1', ports: PORTS })).toEqual({
      ...starting,
      containers: [
        container('app', {
          runtimeId: 't-0-1',
          startRequestedAt: T0,
          lastStatus: 'RUNNING',
          startedAt: NOW,
          ports: PORTS,
        }),
        running('log'),
      ],
    });
  });

  it('that fails makes the container STOPPED with the reason, and without exit code', () => {
    const event = { kind: 'start-failed', runtimeId: 't-0-1', message: 'Cannot: x' } as const;
    expect(after(starting, event).containers[0]).toEqual(
      container('app', {
        runtimeId: 't-0-1',
        startRequestedAt: T0,
        lastStatus: 'STOPPED',
        stoppedAt: NOW,
        reason: 'Cannot: x',
      }),
    );
  });

  it('that never happened can be asked for again, under another id', () => {
    const [app] = after(starting, { kind: 'never-started', runtimeId: 't-0-1' }).containers;
    expect(app).toEqual(container('app', { runtimeId: 't-0-1' }));
    expect(app).not.toHaveProperty('startRequestedAt');
  });

  it('of a former id, or of a container that runs or has ended, changes nothing', () => {
    const others = [
      starting,
      runningTask({ containers: [running('app', { runtimeId: 'now' })] }),
      runningTask({ containers: [ended('app', { runtimeId: 'now' })] }),
    ];
    for (const other of others) {
      const runtimeId = other === starting ? 'former' : 'now';
      expect(after(other, { kind: 'started', runtimeId, ports: PORTS })).toBe(other);
      expect(after(other, { kind: 'start-failed', runtimeId, message: 'x' })).toBe(other);
      expect(after(other, { kind: 'never-started', runtimeId })).toBe(other);
    }
  });
});

describe('an exit', () => {
  const exit = (
    of: LifecycleTask,
    end: (TaskEvent & { readonly kind: 'exited' })['exit'],
    runtimeId = 't-app-1',
  ) => after(of, { kind: 'exited', runtimeId, exit: end });

  it('records the exit code', () => {
    const [app] = exit(runningTask(), {
      kind: 'exited',
      exitCode: 3,
      outOfMemory: false,
    }).containers;
    expect(app).toEqual(running('app', { lastStatus: 'STOPPED', stoppedAt: NOW, exitCode: 3 }));
  });

  it('by lack of memory says so', () => {
    const end = { kind: 'exited', exitCode: 137, outOfMemory: true } as const;
    expect(exit(runningTask(), end).containers[0]).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
  });

  it('that nobody saw has no exit code', () => {
    const [app] = exit(runningTask(), { kind: 'lost' }).containers;
    expect(app).toEqual(
      running('app', { lastStatus: 'STOPPED', stoppedAt: NOW, reason: 'exit status unknown' }),
    );
    expect(app).not.toHaveProperty('exitCode');
  });

  it('that is heard of before the start counts from the request', () => {
    const end = { kind: 'exited', exitCode: 0, outOfMemory: false } as const;
    expect(exit(starting, end, 't-0-1').containers[0]).toMatchObject({
      lastStatus: 'STOPPED',
      startedAt: T0,
      stoppedAt: NOW,
    });
    const odd = pulled({ containers: [container('app', { runtimeId: 'x' })] });
    expect(exit(odd, end, 'x').containers[0]).toMatchObject({ startedAt: NOW, stoppedAt: NOW });
  });

  it('counts once', () => {
    const first = exit(runningTask(), { kind: 'exited', exitCode: 3, outOfMemory: false });
    expect(exit(first, { kind: 'lost' })).toBe(first);
  });
});

describe('a health check', () => {
  it("changes the container's health and with it the task's", () => {
    const event = {
      kind: 'health-checked',
      runtimeId: 't-app-1',
      result: 'healthy',
      checkStartedAt: NOW,
    } as const;
    const healthy = after(runningTask(), event, true);
    expect(healthy).toMatchObject({
      healthStatus: 'HEALTHY',
      containers: [{ healthStatus: 'HEALTHY' }],
    });
    expect(after(healthy, { ...event, result: 'unhealthy' }, true).healthStatus).toBe('UNHEALTHY');
    const unchecked = runningTask();
    expect(after(unchecked, event)).toBe(unchecked);
  });
});

describe('an unexpected failure', () => {
  it('stops the task: as one that failed to start, or by the scheduler when it was RUNNING', () => {
    const event = { kind: 'failed', reason: 'InternalError: x' } as const;
    expect(after(pulled(), event)).toMatchObject({
      desiredStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'InternalError: x',
    });
    expect(after(runningTask(), event).stopCode).toBe('ServiceSchedulerInitiated');
  });

  it('does not replace the reason of a task that stops already', () => {
    const stopping = runningTask({ desiredStatus: 'STOPPED', stoppedReason: 'by hand' });
    expect(failTask(stopping, 'EssentialContainerExited', 'x')).toBe(stopping);
  });
});

describe('the rules of a container', () => {
  it('are those of its name', () => {
    expect(rulesOf([rules('a'), rules('b')], 'b').name).toBe('b');
    expect(() => rulesOf([rules('a')], 'b')).toThrow('container b is not in the task definition');
  });
});
