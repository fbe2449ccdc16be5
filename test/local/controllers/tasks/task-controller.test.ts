import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { World, TARGET_GROUP_ARN, REVISION_ARN, type WorldOptions } from './world.ts';

function definition(name: string, members: Partial<ContainerDefinition> = {}): ContainerDefinition {
  return { name, image: `${name}:1`, essential: true, ...members };
}

async function worldOf(options: WorldOptions): Promise<World> {
  const world = new World(options);
  await world.controller.recover();
  return world;
}

const APP = definition('app', { portMappings: [{ containerPort: 8080, protocol: 'tcp' }] });
const BALANCED = { containerName: 'app', containerPort: 8080 };

describe('a task from its creation to its end', () => {
  it('runs its container and stops it with SIGTERM', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    const created = world.clock.now();
    const running = await world.until(arn, 'RUNNING');
    expect(running).toMatchObject({
      pullStartedAt: created,
      pullStoppedAt: created + 50,
      startedAt: created + 150,
      containers: [
        {
          lastStatus: 'RUNNING',
          imageDigest: 'sha256:app',
          startedAt: created + 150,
          ports: [{ containerPort: 8080, hostPort: 20_000 }],
        },
      ],
    });
    const stopRequested = world.clock.now();
    world.stopTask(arn);
    const stopped = await world.until(arn, 'STOPPED');
    expect(stopped).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'Task stopped by user',
      stoppingAt: stopRequested,
      executionStoppedAt: stopRequested + 200,
      stoppedAt: stopRequested + 200,
      containers: [{ lastStatus: 'STOPPED', exitCode: 143 }],
    });
    expect(world.machine.events.map(({ kind }) => kind)).toEqual(['start', 'signal']);
    expect(world.problems).toEqual([]);
  });

  it('takes few writes: version 4 at RUNNING and 6 at STOPPED', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    expect((await world.until(arn, 'RUNNING')).version).toBe(4);
    world.stopTask(arn);
    expect((await world.until(arn, 'STOPPED')).version).toBe(6);
  });

  it('that is stopped before it ran has neither exit code nor start', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    world.stopTask(arn);
    const stopped = await world.until(arn, 'STOPPED');
    expect(stopped).not.toHaveProperty('startedAt');
    expect(stopped.containers[0]).not.toHaveProperty('exitCode');
    expect(world.machine.events).toEqual([]);
  });

  it('that is stopped during its pull does not start anything when the pull is done', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    await world.clock.advance(10);
    world.stopTask(arn);
    const stopped = await world.until(arn, 'STOPPED');
    await world.clock.advance(10_000);
    expect(world.task(arn)).toBe(stopped);
    expect(world.machine.events).toEqual([]);
  });

  it('that is stopped during the start of its container stops it as soon as it runs', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    await world.clock.advance(60);
    world.stopTask(arn);
    await world.until(arn, 'STOPPED');
    expect(world.machine.of('app')).toMatchObject([{ exit: { exitCode: 143 } }]);
  });

  it('is killed when it ignores SIGTERM for its stop timeout', async () => {
    const world = await worldOf({
      containers: [{ ...APP, stopTimeout: 7 }],
      scripts: { app: { stopMs: 'never' } },
    });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    const stopRequested = world.clock.now();
    world.stopTask(arn);
    expect((await world.until(arn, 'STOPPED')).containers[0]?.exitCode).toBe(137);
    expect(world.machine.events.slice(1)).toMatchObject([
      { signal: 'SIGTERM', at: stopRequested },
      { signal: 'SIGKILL', at: stopRequested + 7000 },
    ]);
  });

  it('is forgotten an hour after its end, with its containers', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    world.stopTask(arn);
    await world.until(arn, 'STOPPED');
    await world.clock.advance(3_599_999);
    expect(world.store.tasks.get(arn)).toBeDefined();
    expect(world.machine.containers.size).toBe(1);
    await world.clock.advance(1);
    expect(world.store.tasks.get(arn)).toBeUndefined();
    expect(world.machine.containers.size).toBe(0);
  });
});

describe('a task of a service with a load balancer', () => {
  const options: WorldOptions = { containers: [APP], networkMode: 'awsvpc', balanced: BALANCED };

  it('registers its interface when it runs, and drains it before SIGTERM', async () => {
    const world = await worldOf(options);
    const arn = world.createTask();
    const running = await world.until(arn, 'RUNNING');
    const address = running.networkInterface?.privateIPv4Address ?? '';
    const target = { targetGroupArn: TARGET_GROUP_ARN, id: address, port: 8080 };
    expect(running.targets).toEqual([target]);
    expect([...world.store.targets.values()]).toEqual([
      { ...target, health: 'initial', registeredAt: running.startedAt },
    ]);
    const stopRequested = world.clock.now();
    world.stopTask(arn);
    await world.until(arn, 'DEACTIVATING');
    expect([...world.store.targets.values()]).toMatchObject([{ deregisteredAt: stopRequested }]);
    await world.until(arn, 'STOPPED');
    expect(world.machine.events.at(-1)).toMatchObject({
      signal: 'SIGTERM',
      at: stopRequested + 5000,
    });
    expect(world.store.targets.size).toBe(0);
  });

  it('registers the container instance with the host port for target type instance', async () => {
    const world = await worldOf({ ...options, networkMode: 'bridge' });
    const arn = world.createTask();
    expect((await world.until(arn, 'RUNNING')).targets).toEqual([
      { targetGroupArn: TARGET_GROUP_ARN, id: 'i-0123456789abcdef0', port: 20_000 },
    ]);
  });

  it('waits in ACTIVATING for a former target with the same port to be drained', async () => {
    const world = await worldOf({ ...options, networkMode: 'bridge' });
    world.operate(() =>
      world.store.targets.put(`${TARGET_GROUP_ARN}|i-0123456789abcdef0|20000`, {
        targetGroupArn: TARGET_GROUP_ARN,
        id: 'i-0123456789abcdef0',
        port: 20_000,
        health: 'healthy',
        registeredAt: 1,
        deregisteredAt: world.clock.now(),
      }),
    );
    const drained = world.clock.now() + 5000;
    const arn = world.createTask();
    await world.until(arn, 'ACTIVATING');
    expect((await world.until(arn, 'RUNNING')).startedAt).toBe(drained);
    expect([...world.store.targets.values()]).toMatchObject([
      { health: 'initial', registeredAt: drained },
    ]);
  });

  it('fails when the target group is gone', async () => {
    const world = await worldOf(options);
    world.operate(() => world.store.targetGroups.delete(TARGET_GROUP_ARN));
    const arn = world.createTask();
    expect(await world.until(arn, 'STOPPED')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringContaining('does not exist') as string,
      containers: [{ exitCode: 143 }],
    });
  });

  it('pins the digests of its images in the service revision', async () => {
    const world = await worldOf(options);
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    expect(world.store.serviceRevisions.get(REVISION_ARN)?.containerImages).toEqual([
      { containerName: 'app', image: 'app:1', imageDigest: 'sha256:app' },
    ]);
  });

  it('fails when its image is not the one that the deployment began with', async () => {
    const world = await worldOf(options);
    world.operate(() =>
      world.store.serviceRevisions.put(REVISION_ARN, {
        ...world.revision,
        containerImages: [{ containerName: 'app', image: 'app:1', imageDigest: 'sha256:old' }],
      }),
    );
    const arn = world.createTask();
    expect(await world.until(arn, 'STOPPED')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason:
        'CannotPullContainerError: app:1 was sha256:old when the deployment began and is sha256:app now; ' +
        'start a new deployment (update-service --force-new-deployment) to run what it is now',
    });
  });
});

describe('a container that fails', () => {
  it('to be pulled ends the task with the reason', async () => {
    const world = await worldOf({ containers: [APP], scripts: { app: { pullFails: true } } });
    const arn = world.createTask();
    const message = 'CannotPullContainerError: app:1 not found';
    expect(await world.until(arn, 'STOPPED')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: message,
      containers: [{ lastStatus: 'STOPPED', reason: message }],
    });
    expect(world.problems).toEqual([]);
  });

  it('to start ends the task with the reason, and the containers that run', async () => {
    const world = await worldOf({
      containers: [APP, definition('log', { essential: false })],
      scripts: { app: { startFails: true, startMs: 500 } },
    });
    const arn = world.createTask();
    const message = 'CannotStartContainerError: the program is missing';
    expect(await world.until(arn, 'STOPPED')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: message,
      containers: [{ reason: message }, { exitCode: 143 }],
    });
  });

  it('for lack of memory says so', async () => {
    const world = await worldOf({
      containers: [APP],
      scripts: { app: { runMs: 1000, exitCode: 137, outOfMemory: true } },
    });
    expect(await world.until(world.createTask(), 'STOPPED')).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [
        { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      ],
    });
  });

  it('needs environment files, which cannot be read here', async () => {
    const environmentFiles = [{ value: 'arn:aws:s3:::b/app.env', type: 's3' as const }];
    const world = await worldOf({ containers: [{ ...APP, environmentFiles }] });
    expect(await world.until(world.createTask(), 'STOPPED')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: expect.stringMatching(
        /^ResourceInitializationError: .*arn:aws:s3:::b\/app\.env of container 'app'/,
      ) as string,
    });
  });

  it('after its restart period is restarted under a new id', async () => {
    const restartPolicy = { enabled: true, restartAttemptPeriod: 60 };
    const world = await worldOf({
      containers: [{ ...APP, restartPolicy }],
      scripts: { app: { runMs: 60_000, exitCode: 1 } },
    });
    const arn = world.createTask();
    const { taskId } = await world.until(arn, 'RUNNING');
    await world.clock.advance(60_100);
    expect(world.task(arn)).toMatchObject({
      lastStatus: 'RUNNING',
      containers: [{ lastStatus: 'RUNNING', restartCount: 1, runtimeId: `${taskId}-0-2` }],
    });
    expect(world.machine.of('app').map(({ state }) => state)).toEqual(['ended', 'running']);
  });
});

describe('container health checks', () => {
  const healthCheck = { command: ['CMD', 'x'], interval: 10, timeout: 5, retries: 2 };

  it('run on the clock and show on the task', async () => {
    const world = await worldOf({
      containers: [{ ...APP, healthCheck }],
      scripts: { app: { healthyAfterMs: 15_000 } },
    });
    const arn = world.createTask();
    const { startedAt = 0 } = await world.until(arn, 'RUNNING');
    await world.clock.runUntil(() => world.task(arn).healthStatus === 'HEALTHY', 60_000);
    expect(world.clock.now()).toBe(startedAt + 20_020);
    expect(world.task(arn).containers[0]).toMatchObject({ healthStatus: 'HEALTHY' });
  });

  it('write nothing down that did not change', async () => {
    const world = await worldOf({ containers: [{ ...APP, healthCheck }] });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    await world.clock.advance(11_000);
    const { version } = world.task(arn);
    await world.clock.advance(600_000);
    expect(world.task(arn)).toMatchObject({ version, healthStatus: 'HEALTHY' });
  });

  it('make it UNHEALTHY and leave it to the service to act', async () => {
    const world = await worldOf({
      containers: [{ ...APP, healthCheck }],
      scripts: { app: { healthyAfterMs: 'never' } },
    });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    await world.clock.runUntil(() => world.task(arn).healthStatus === 'UNHEALTHY', 60_000);
    await world.clock.advance(60_000);
    expect(world.task(arn).lastStatus).toBe('RUNNING');
  });
});

describe('a control plane that ends and starts again', () => {
  it('goes on with a task that still runs', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    const before = await world.until(arn, 'RUNNING');
    world.crash();
    await world.clock.advance(1000);
    await world.restart();
    await world.clock.advance(1000);
    expect(world.task(arn)).toEqual(before);
    expect(world.machine.events).toHaveLength(1);
    world.stopTask(arn);
    expect((await world.until(arn, 'STOPPED')).containers[0]?.exitCode).toBe(143);
  });

  it('learns of an exit that happened meanwhile', async () => {
    const world = await worldOf({
      containers: [APP],
      scripts: { app: { runMs: 10_000, exitCode: 3 } },
    });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    world.crash();
    await world.clock.advance(60_000);
    await world.restart();
    expect(await world.until(arn, 'STOPPED')).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 3 }],
    });
  });

  it('does not invent an exit status that nobody saw', async () => {
    const world = await worldOf({
      containers: [APP],
      scripts: { app: { runMs: 10_000, losesStatus: true } },
    });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    world.crash();
    await world.clock.advance(60_000);
    await world.restart();
    const stopped = await world.until(arn, 'STOPPED');
    expect(stopped.containers[0]).toMatchObject({ reason: 'exit status unknown' });
    expect(stopped.containers[0]).not.toHaveProperty('exitCode');
  });

  it('starts again what was asked to start and never did, under another id', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    await world.clock.advance(60);
    world.crash();
    await world.restart();
    const { containers, taskId } = await world.until(arn, 'RUNNING');
    expect(containers[0]?.runtimeId).toBe(`${taskId}-0-2`);
    expect(world.machine.of('app').map(({ state }) => state)).toEqual(['never', 'running']);
  });

  it('kills after the stop timeout counted from the first SIGTERM', async () => {
    const world = await worldOf({ containers: [APP], scripts: { app: { stopMs: 'never' } } });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    const stopRequested = world.clock.now();
    world.stopTask(arn);
    await world.clock.advance(20_000);
    world.crash();
    await world.restart();
    await world.until(arn, 'STOPPED');
    expect(world.machine.events.slice(1)).toMatchObject([
      { signal: 'SIGTERM', at: stopRequested },
      { signal: 'SIGTERM', at: stopRequested + 20_000 },
      { signal: 'SIGKILL', at: stopRequested + 30_000 },
    ]);
  });

  it('keeps what stopped tasks wrote for as long as they are listed, every start of them', async () => {
    const restartPolicy = { enabled: true, restartAttemptPeriod: 60 };
    const world = await worldOf({
      containers: [{ ...APP, restartPolicy }],
      scripts: { app: { runMs: 70_000, exitCode: 3 } },
    });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    await world.clock.advance(100_000);
    expect(world.task(arn).containers[0]).toMatchObject({ restartCount: 1 });
    world.crash();
    await world.restart();
    world.stopTask(arn);
    await world.until(arn, 'STOPPED');
    world.crash();
    await world.clock.advance(1000);
    await world.restart();
    expect(world.machine.of('app').map(({ state }) => state)).toEqual(['ended', 'ended']);
    await world.clock.advance(3_600_000);
    expect(world.machine.of('app')).toEqual([]);
    expect(Array.from(world.store.tasks.values())).toEqual([]);
  });

  it('takes only note before it has recovered', async () => {
    const world = new World({ containers: [APP] });
    const arn = world.createTask();
    await world.clock.advance(1000);
    expect(world.task(arn).lastStatus).toBe('PROVISIONING');
    await world.controller.recover();
    await world.until(arn, 'RUNNING');
  });
});

describe('trouble', () => {
  it('with a full disk loses no exit and stops no task', async () => {
    const world = await worldOf({
      containers: [APP, definition('job', { essential: false })],
      scripts: { job: { runMs: 10_000, exitCode: 5 } },
    });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    world.journal.beforeWrite = () => {
      throw new Error('disk full');
    };
    await world.clock.advance(60_000);
    expect(world.task(arn).containers[1]?.lastStatus).toBe('RUNNING');
    expect(world.problems[0]).toMatchObject({ taskArn: arn, doing: 'write the state' });
    world.journal.beforeWrite = () => undefined;
    await world.clock.advance(1000);
    expect(world.task(arn)).toMatchObject({
      lastStatus: 'RUNNING',
      containers: [{ lastStatus: 'RUNNING' }, { lastStatus: 'STOPPED', exitCode: 5 }],
    });
  });

  it('with one task stops that task with a clear reason, and no other', async () => {
    const world = await worldOf({ containers: [APP] });
    const good = world.createTask();
    const bad = world.createTask();
    // A container that its definition does not have: nothing that the API lets happen.
    world.operate(() => {
      const task = world.task(bad);
      world.store.tasks.put(bad, { ...task, taskDefinitionArn: 'arn:gone' });
    });
    await world.until(good, 'RUNNING');
    expect(world.problems[0]).toMatchObject({ taskArn: bad, doing: 'plan the next step' });
    const reported = world.problems.length;
    await world.clock.advance(30_000);
    expect(world.problems.length).toBe(reported + 1);
    world.operate(() => {
      const { taskDefinitionArn } = world.task(good);
      world.store.tasks.put(bad, { ...world.task(bad), taskDefinitionArn });
    });
    expect(await world.until(bad, 'STOPPED')).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'InternalError: task definition arn:gone is gone',
    });
    expect(world.task(good).lastStatus).toBe('RUNNING');
  });

  it('with a signal is reported, and the container killed in the end', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    let refusals = 2;
    world.machine.inspect = (event) => {
      if (event.kind === 'signal' && refusals-- > 0) throw new Error('not permitted');
    };
    world.stopTask(arn);
    const stopped = await world.until(arn, 'STOPPED');
    expect(stopped.containers[0]?.exitCode).toBe(137);
    expect((stopped.stoppedAt ?? 0) - (stopped.stoppingAt ?? 0)).toBe(40_001);
    expect(world.problems).toMatchObject([
      { taskArn: arn, doing: 'signal' },
      { taskArn: arn, doing: 'signal' },
    ]);
  });
});

describe('a local ECS that is stopped', () => {
  it('records the ends of its tasks, which have not drained and not failed', async () => {
    const world = await worldOf({ containers: [APP], networkMode: 'awsvpc', balanced: BALANCED });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    world.controller.shutDown('The local ECS was stopped');
    await world.clock.advance(0);
    expect(world.machine.events).toHaveLength(1);
    expect(world.store.targets.size).toBe(0);
    const { runtimeId = '' } = world.task(arn).containers[0] ?? {};
    world.machine.signal(runtimeId, 'SIGTERM');
    expect(await world.until(arn, 'STOPPED')).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'The local ECS was stopped',
      containers: [{ exitCode: 143 }],
    });
  });
});

describe('a closed controller', () => {
  it('does nothing any more', async () => {
    const world = await worldOf({ containers: [APP] });
    const arn = world.createTask();
    await world.until(arn, 'RUNNING');
    world.controller.close();
    world.stopTask(arn);
    await world.clock.advance(60_000);
    expect(world.task(arn).lastStatus).toBe('RUNNING');
    expect(world.machine.events).toHaveLength(1);
  });
});
