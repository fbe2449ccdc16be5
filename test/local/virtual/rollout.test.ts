import { describe, expect, it } from 'vitest';
import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { Scenario } from './scenario.ts';

const BREAKER: NonNullable<CreateServiceRequest['deploymentConfiguration']> = {
  deploymentCircuitBreaker: { enable: true, rollback: true },
};

describe('a rollout in virtual time', () => {
  it('starts the new tasks, waits for their health, stops the old ones, completes, and rests', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0']);
    await scenario.create();
    await scenario.untilSteady();
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:1 2/2']);

    await scenario.update({ taskDefinition: 'app:2' });
    expect(await scenario.deployments()).toEqual([
      'PRIMARY IN_PROGRESS app:2 0/0',
      'ACTIVE COMPLETED app:1 2/2',
    ]);
    await scenario.untilSteady();
    expect(await scenario.events()).toEqual([
      'has started 2 tasks: (task a) (task b).',
      '(deployment 1) deployment completed.',
      'has reached a steady state.',
      'has started 2 tasks: (task c) (task d).',
      'has stopped 2 running tasks: (task a) (task b).',
      '(deployment 2) deployment completed.',
      'has reached a steady state.',
    ]);
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 2/2']);
    const { targetServiceRevision, sourceServiceRevisions, ...rollout } = await scenario.rollout();
    expect(rollout).toMatchObject({
      status: 'SUCCESSFUL',
      deploymentCircuitBreaker: { status: 'DISABLED', failureCount: 0 },
    });
    expect(targetServiceRevision).toMatchObject({
      requestedTaskCount: 2,
      runningTaskCount: 2,
      pendingTaskCount: 0,
    });
    expect(sourceServiceRevisions).toMatchObject([{ requestedTaskCount: 0, runningTaskCount: 0 }]);
  });

  it('waits 40 s for each new task that nothing checks before it stops an old one', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0'], {
      models: { '*': { pullMs: 1000, startMs: 1000, stopMs: 1000 } },
    });
    await scenario.create();
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    const begin = scenario.ecs.clock.now();
    await scenario.untilRollout('SUCCESSFUL');
    expect(scenario.ecs.clock.now() - begin).toBe(1000 + 1000 + 40_000 + 1000);
  });

  it('keeps its promises when it has to stop first', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0']);
    await scenario.create({
      desiredCount: 4,
      deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 },
    });
    await scenario.untilSteady();
    await scenario.ecs.clock.advance(60_000);
    const counts = new Set<number>();
    scenario.ecs.store.onChange(() => {
      counts.add(
        [...scenario.ecs.store.tasks.values()].filter(({ lastStatus }) => lastStatus !== 'STOPPED')
          .length,
      );
    });
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.untilSteady();
    expect(Math.max(...counts)).toBe(4);
    const events = await scenario.events();
    expect(events.slice(3)).toEqual([
      'has stopped 2 running tasks: (task a) (task b).',
      'has started 2 tasks: (task e) (task f).',
      'has stopped 2 running tasks: (task c) (task d).',
      'has started 2 tasks: (task g) (task h).',
      '(deployment 2) deployment completed.',
      'has reached a steady state.',
    ]);
  });

  it('completes without tasks', async () => {
    const scenario = await Scenario.start(['1.0.0']);
    await scenario.create({ desiredCount: 0 });
    await scenario.untilSteady();
    expect(await scenario.events()).toEqual([
      '(deployment 1) deployment completed.',
      'has reached a steady state.',
    ]);
    expect((await scenario.rollout()).status).toBe('SUCCESSFUL');
  });

  it('is superseded by the next one, whose tasks win', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0', '3.0.0']);
    await scenario.create();
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.ecs.clock.advance(10_000);
    await scenario.update({ taskDefinition: 'app:3' });
    expect(await scenario.deployments()).toEqual([
      'PRIMARY IN_PROGRESS app:3 0/0',
      'ACTIVE IN_PROGRESS app:2 2/2',
      'ACTIVE COMPLETED app:1 2/2',
    ]);
    await scenario.untilSteady();
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:3 2/2']);
    const rollouts = await scenario.rollouts();
    expect(rollouts.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
    expect(rollouts[1]?.statusReason).toContain('superseded');
  });

  it('follows a desired count that changes while it goes on, and afterwards without another rollout', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0']);
    await scenario.create();
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.ecs.clock.advance(5000);
    await scenario.update({ desiredCount: 4 });
    await scenario.untilSteady();
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 4/4']);
    const before = await scenario.events();
    await scenario.update({ desiredCount: 1 });
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 4/4']);
    await scenario.untilSteady();
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 1/1']);
    const after = await scenario.events();
    expect(after.slice(before.length)).toEqual([
      expect.stringMatching(/^has stopped 3 running tasks/),
      'has reached a steady state.',
    ]);
    expect(await scenario.rollouts()).toHaveLength(2);
  });

  it('of a DAEMON stops the task before it starts the next', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0']);
    const { ecs } = scenario;
    await ecs.call('CreateService', {
      ...{ cluster: 'shop', serviceName: 'web', taskDefinition: 'app:1' },
      schedulingStrategy: 'DAEMON',
    });
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.untilSteady();
    expect(await scenario.events()).toEqual([
      'has started 1 tasks: (task a).',
      '(deployment 1) deployment completed.',
      'has reached a steady state.',
      'has stopped 1 running tasks: (task a).',
      'has started 1 tasks: (task b).',
      '(deployment 2) deployment completed.',
      'has reached a steady state.',
    ]);
  });
});

describe('a rollout behind a load balancer in virtual time', () => {
  async function balanced(models: Parameters<typeof Scenario.start>[1] = {}): Promise<Scenario> {
    const scenario = await Scenario.start(['1.0.0', '2.0.0', '3.0.0'], models, {
      networkMode: 'awsvpc',
    });
    const { ecs } = scenario;
    const { LoadBalancers = [] } = await ecs.call('CreateLoadBalancer', { Name: 'front' });
    const { TargetGroups = [] } = await ecs.call('CreateTargetGroup', {
      ...{ Name: 'web', Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'vpc-1' },
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    });
    const targetGroupArn = TargetGroups[0]?.TargetGroupArn ?? '';
    await ecs.call('CreateListener', {
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      ...{ Port: 8080, Protocol: 'HTTP' },
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    });
    await scenario.create({
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 80 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      healthCheckGracePeriodSeconds: 20,
      deploymentConfiguration: BREAKER,
    });
    await scenario.untilSteady();
    return scenario;
  }

  const short = (events: readonly string[]): readonly string[] =>
    events.map((event) =>
      event
        .replace(/\(target-group [^)]*\)/, '(target-group G)')
        .replace(/\(port \d+\)/, '(port P)'),
    );

  it('tells of targets, drains before it stops, and counts health by the balancer', async () => {
    const scenario = await balanced();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.untilSteady();
    expect(short(await scenario.events())).toEqual([
      'has started 2 tasks: (task a) (task b).',
      'registered 2 targets in (target-group G)',
      '(deployment 1) deployment completed.',
      'has reached a steady state.',
      'has started 2 tasks: (task c) (task d).',
      'registered 2 targets in (target-group G)',
      'deregistered 2 targets in (target-group G)',
      'has begun draining connections on 2 tasks.',
      'has stopped 2 running tasks: (task a) (task b).',
      '(deployment 2) deployment completed.',
      'has reached a steady state.',
    ]);
  });

  it('goes back when the new tasks never get healthy, and says which check failed', async () => {
    const scenario = await balanced({ models: { 'app:3.0.0': { healthyAfterMs: 'never' } } });
    await scenario.update({ taskDefinition: 'app:3' });
    await scenario.untilRollout('ROLLBACK_SUCCESSFUL');
    const events = short(await scenario.events());
    expect(events).toContain(
      '(task c) (port P) is unhealthy in (target-group G) due to (reason Health checks failed)',
    );
    expect(events).toContain('(deployment 2) deployment failed: tasks failed to start.');
    expect(await scenario.rollout()).toMatchObject({
      deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
    });
    const reasons = (await scenario.tasks())
      .filter(({ taskDefinitionArn }) => taskDefinitionArn?.endsWith('app:3'))
      .map(({ stoppedReason = '' }) =>
        stoppedReason.replace(/\(target-group .*\)/, '(target-group G)'),
      );
    expect(reasons).toContain('Task failed ELB health checks in (target-group G)');
  });
});

describe('a bad revision in virtual time', () => {
  const EXITS = { exit: { afterMs: 300, exitCode: 1 } };

  it('trips the breaker, and the former revision comes back', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0'], {
      models: { 'app:2.0.0': EXITS },
    });
    await scenario.create({ deploymentConfiguration: BREAKER });
    await scenario.untilSteady();
    await scenario.ecs.clock.advance(60_000);
    const before = (await scenario.events()).length;
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.untilSteady();

    const events = await scenario.events();
    expect(events.slice(before)).toEqual([
      'has started 2 tasks: (task c) (task d).',
      'has started 2 tasks: (task e) (task f).',
      '(deployment 2) deployment failed: tasks failed to start.',
      'rolling back to deployment 1.',
      '(deployment 1) deployment completed.',
      'has reached a steady state.',
    ]);
    const service = await scenario.service();
    expect(service.taskDefinition).toMatch(/app:1$/);
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:1 2/2']);
    expect(service.deployments?.[0]?.rolloutStateReason).toMatch(/^ECS deployment .* completed\.$/);

    const [rollout, first] = await scenario.rollouts();
    expect(rollout).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason:
        'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      rollback: { serviceRevisionArn: first?.targetServiceRevision?.arn },
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 4, threshold: 3 },
    });
  });

  it('without rollback stays FAILED, and the former tasks serve on', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0'], { models: { 'app:2.0.0': EXITS } });
    await scenario.create({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    });
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.untilRollout('STOPPED');
    await scenario.ecs.clock.advance(3_600_000);
    expect(await scenario.deployments()).toEqual([
      'PRIMARY FAILED app:2 0/2',
      'ACTIVE COMPLETED app:1 2/2',
    ]);
    expect((await scenario.service()).deployments?.[0]?.rolloutStateReason).toBe(
      'ECS deployment circuit breaker: tasks failed to start.',
    );
  });

  it('as the first one has nothing to go back to', async () => {
    const scenario = await Scenario.start(['1.0.0'], { models: { '*': EXITS } });
    await scenario.create({ deploymentConfiguration: BREAKER });
    await scenario.untilRollout('ROLLBACK_FAILED');
    await scenario.ecs.clock.advance(3_600_000);
    expect(await scenario.rollout()).toMatchObject({
      statusReason: 'No rollback candidate was found to run the rollback.',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    });
    expect(await scenario.deployments()).toEqual(['PRIMARY FAILED app:1 0/2']);
  });

  it('whose image cannot be resolved is given up after three tasks, whatever the threshold', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0'], {
      models: { 'app:2.0.0': { failToPull: true } },
    });
    await scenario.create({
      desiredCount: 1,
      deploymentConfiguration: {
        deploymentCircuitBreaker: {
          ...{ enable: true, rollback: true },
          thresholdConfiguration: { type: 'COUNT', value: 50 },
        },
      },
    });
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.untilRollout('ROLLBACK_SUCCESSFUL');
    const { deploymentCircuitBreaker } = await scenario.rollout();
    expect(deploymentCircuitBreaker).toEqual({
      status: 'TRIGGERED',
      failureCount: 3,
      threshold: 50,
    });
  });

  it('without a breaker is tried again for ever, ever more slowly, up to every 15 minutes', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0'], {
      models: { 'app:1.0.0': { pullMs: 0, failToPull: true }, 'app:2.0.0': {} },
    });
    await scenario.create({ desiredCount: 1 });
    const begin = scenario.ecs.clock.now();
    const starts: number[] = [];
    scenario.ecs.store.onChange((changes) => {
      for (const { table, former } of changes)
        if (table === 'tasks' && former === undefined)
          starts.push((scenario.ecs.clock.now() - begin) / 1000);
    });
    await scenario.ecs.clock.advance(3_600_000);
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    expect((await scenario.rollout()).status).toBe('IN_PROGRESS');
    expect(await scenario.deployments()).toEqual(['PRIMARY IN_PROGRESS app:1 0/1']);
    const events = await scenario.events();
    expect(events.slice(0, 5)).toEqual([
      'has started 1 tasks: (task a).',
      'has started 1 tasks: (task b).',
      'has started 1 tasks: (task c).',
      'is unable to consistently start tasks successfully.',
      'has started 1 tasks: (task d).',
    ]);

    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.ecs.clock.advance(5000);
    expect(await scenario.deployments()).toEqual(['PRIMARY IN_PROGRESS app:2 1/1']);
  });

  it('whose tasks run and exit is tried again no faster than once a second, and never more slowly', async () => {
    const scenario = await Scenario.start(['1.0.0'], {
      models: { '*': { pullMs: 0, startMs: 0, exit: { afterMs: 500, exitCode: 1 } } },
    });
    await scenario.create({ desiredCount: 1 });
    const starts: number[] = [];
    scenario.ecs.store.onChange((changes) => {
      for (const { table, former } of changes)
        if (table === 'tasks' && former === undefined) starts.push(scenario.ecs.clock.now());
    });
    await scenario.ecs.clock.advance(60_000);
    const pauses = new Set(starts.slice(1).map((at, index) => at - (starts[index] ?? 0)));
    expect(pauses).toEqual(new Set([1500]));
    expect(await scenario.events()).not.toContain(
      'is unable to consistently start tasks successfully.',
    );
  });
});

describe('StopServiceDeployment in virtual time', () => {
  async function underWay(): Promise<Scenario> {
    const scenario = await Scenario.start(['1.0.0', '2.0.0']);
    await scenario.create();
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.ecs.clock.advance(10_000);
    return scenario;
  }

  async function stop(scenario: Scenario, stopType: 'ROLLBACK' | 'ABORT'): Promise<void> {
    const { serviceDeploymentArn = '' } = await scenario.rollout();
    await scenario.ecs.call('StopServiceDeployment', { serviceDeploymentArn, stopType });
  }

  it('ROLLBACK goes back to the last revision that completed, without a breaker', async () => {
    const scenario = await underWay();
    await stop(scenario, 'ROLLBACK');
    expect((await scenario.rollout()).status).toBe('ROLLBACK_REQUESTED');
    await scenario.untilSteady();
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:1 2/2']);
    expect(await scenario.rollout()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      deploymentCircuitBreaker: { status: 'DISABLED' },
    });
  });

  it('ABORT stops where it is', async () => {
    const scenario = await underWay();
    await stop(scenario, 'ABORT');
    await scenario.untilRollout('STOPPED');
    await scenario.ecs.clock.advance(3_600_000);
    expect(await scenario.deployments()).toEqual([
      'PRIMARY FAILED app:2 2/2',
      'ACTIVE COMPLETED app:1 2/2',
    ]);
    expect((await scenario.rollout()).stoppedAt).toBeInstanceOf(Date);
  });
});

describe('DeleteService in virtual time', () => {
  it('by force ends tasks, rollout and service', async () => {
    const scenario = await Scenario.start(['1.0.0', '2.0.0']);
    await scenario.create();
    await scenario.untilSteady();
    await scenario.update({ taskDefinition: 'app:2' });
    await scenario.ecs.clock.advance(5000);
    await scenario.ecs.call('DeleteService', { cluster: 'shop', service: 'web', force: true });
    expect((await scenario.service()).status).toBe('DRAINING');
    await scenario.until(({ status }) => status === 'INACTIVE');
    const service = await scenario.service();
    expect(service).toMatchObject({ status: 'INACTIVE', desiredCount: 0, events: [] });
    expect(service.deployments).toMatchObject([
      { status: 'PRIMARY', desiredCount: 0, rolloutState: 'FAILED' },
    ]);
    expect(service.deployments?.[0]?.rolloutStateReason).toMatch(
      /^ECS deployment ecs-svc\/\d+ was stopped\.$/,
    );
    await scenario.ecs.clock.advance(60_000);
    expect(new Set((await scenario.tasks()).map(({ lastStatus }) => lastStatus))).toEqual(
      new Set(['STOPPED']),
    );
    expect((await scenario.rollout()).status).toBe('STOPPED');
  });
});

describe('tasks that cannot be placed, in virtual time', () => {
  it('are told of in ECS words, counted as failures, and tried again ever more slowly', async () => {
    const ports = [{ containerPort: 80, hostPort: 8080 }];
    const scenario = await Scenario.start(
      ['1.0.0'],
      {},
      {
        containerDefinitions: [{ name: 'app', image: 'app:1', memory: 128, portMappings: ports }],
      },
    );
    await scenario.create();
    await scenario.ecs.clock.advance(10_000);
    const [started, unplaced] = await scenario.events();
    expect(started).toBe('has started 1 tasks: (task a).');
    expect(unplaced).toMatch(
      /^was unable to place a task because no container instance met all of its requirements. The closest matching container-instance [0-9a-f]{32} is already using a port required by your task. \(host port 8080\/tcp is already used by another task\)$/,
    );
    const { deployments } = await scenario.service();
    // After 0 s, and after 1, 2, 4 and 8 s: the one that started in between began the series anew.
    expect(deployments).toMatchObject([
      { runningCount: 1, failedTasks: 5, rolloutState: 'IN_PROGRESS' },
    ]);
  });
});
