/** What goes wrong while a service is being used: a bad version costs nothing, a program that dies does, and is seen. */
import { DescribeServiceDeploymentsCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { revisionOf, tasksOf } from '../acceptance/service.ts';
import {
  createBalancedService,
  rolloutEnd,
  rollouts,
  startTraffic,
  update,
  WEB,
} from './balanced-service.ts';
import { openWorld, until } from './world.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

describe('failures under load', () => {
  it('a version that never gets healthy is rolled back without one failed request', async () => {
    const world = await openWorld();
    cleanups.push(() => world.close());
    const { ecs } = world;
    const url = await createBalancedService(world, 'app:1.0.0', {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const before = (await tasksOf(ecs, WEB)).map(({ taskArn }) => taskArn);
    const traffic = startTraffic(url);
    cleanups.push(() => traffic.run.stop());
    await traffic.more(100);
    await update(world, 'app:broken');
    expect(await rolloutEnd(world)).toBe('ROLLBACK_SUCCESSFUL');
    await traffic.more(100);
    const report = await traffic.run.stop();
    expect(traffic.failures).toEqual([]);
    expect(report.byVersion).toEqual({ '1.0.0': report.sent });

    const [newest] = await rollouts(world);
    const { serviceDeployments } = await ecs.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: [newest?.serviceDeploymentArn ?? ''],
      }),
    );
    expect(serviceDeployments).toMatchObject([
      {
        status: 'ROLLBACK_SUCCESSFUL',
        statusReason:
          'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
      },
    ]);
    // The tasks of the good version were never touched.
    expect((await tasksOf(ecs, WEB)).map(({ taskArn }) => taskArn)).toEqual(before);
    const { services: [service] = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster: WEB.cluster, services: [WEB.service] }),
    );
    expect(revisionOf(service?.taskDefinition)).toBe('web:1');
    const messages = (service?.events ?? []).map(({ message = '' }) => message);
    const told = messages.join('\n');
    expect(told).toMatch(/is unhealthy in \(target-group .*\[500\]/);
    expect(told).toMatch(
      /\(deployment ecs-svc\/\d+\) deployment failed: tasks failed to start\.$/m,
    );
    expect(told).toMatch(/\(service web\) rolling back to deployment ecs-svc\/\d+\.$/m);
    expect(messages[0]).toBe('(service web) has reached a steady state.');
  });

  it('requests that a dying program had are lost and counted, and its task is replaced', async () => {
    const world = await openWorld();
    cleanups.push(() => world.close());
    const { ecs } = world;
    const url = await createBalancedService(world, 'slow-app:1.0.0', { desiredCount: 2 });
    const traffic = startTraffic(url, 100);
    cleanups.push(() => traffic.run.stop());
    await traffic.more(100);
    expect(traffic.failures).toEqual([]);
    const { pid } = (await (await fetch(url)).json()) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const ended = await until(
      () => tasksOf(ecs, WEB, 'STOPPED'),
      ([task]) => task?.lastStatus === 'STOPPED',
    );
    expect(ended).toMatchObject([
      {
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        containers: [{ exitCode: 137 }],
      },
    ]);
    await until(
      () => tasksOf(ecs, WEB),
      (tasks) => tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length === 2,
    );
    await traffic.more(100);
    const report = await traffic.run.stop();
    expect(report.outcomes['5xx']).toBeGreaterThan(0);
    expect(report.outcomes.ok + report.outcomes['5xx']).toBe(report.sent);
    expect(traffic.failures).toHaveLength(report.outcomes['5xx']);
  });
});
