/** What becomes of services: counts, daemons, rollouts that are stopped or fail, and their end. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type CreateServiceCommandInput,
  type Service,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeService, revisionOf, settled, tasksOf } from '../acceptance/service.ts';
import { openWorld, until, type Report, type World } from './world.ts';

const CLUSTER = 'work';

describe('a service', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await world.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  });
  afterAll(() => world.close());

  /** The image's tag begins with the family's name, so that each test sees its own programs only. */
  const register = async (family: string, version: string, image = 'my-repo/my-app') => {
    const { taskDefinition } = await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        containerDefinitions: [{ name: 'app', image: `${image}:${family}-${version}`, memory: 64 }],
      }),
    );
    return `${taskDefinition?.family ?? ''}:${taskDefinition?.revision ?? ''}`;
  };
  const create = async (name: string, rest: Partial<CreateServiceCommandInput> = {}) => {
    const taskDefinition = await register(name, '1');
    await world.ecs.send(
      new CreateServiceCommand({ cluster: CLUSTER, serviceName: name, taskDefinition, ...rest }),
    );
    return { cluster: CLUSTER, service: name };
  };
  /** The versions that run, in order. */
  const running = (name: string): readonly Report[] =>
    world.folders.running().filter(({ tag }) => tag.startsWith(`${name}-`));
  const runs = (name: string, versions: readonly string[]): Promise<readonly Report[]> =>
    until(
      () => running(name),
      (found) =>
        found
          .map(({ tag }) => tag)
          .sort()
          .join() ===
        versions
          .map((version) => `${name}-${version}`)
          .sort()
          .join(),
    );
  const newestRollout = async (service: string): Promise<ServiceDeployment | undefined> => {
    const { serviceDeployments: [newest] = [] } = await world.ecs.send(
      new ListServiceDeploymentsCommand({ cluster: CLUSTER, service }),
    );
    const arn = newest?.serviceDeploymentArn;
    if (arn === undefined) return undefined;
    const { serviceDeployments = [] } = await world.ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    return serviceDeployments[0];
  };
  const rolloutIs = (service: string, status: string): Promise<ServiceDeployment | undefined> =>
    until(
      () => newestRollout(service),
      (seen) => seen?.status === status,
    );
  const messages = (service: Service): readonly string[] =>
    (service.events ?? []).map(({ message = '' }) => message);

  it('of strategy DAEMON has one task on the machine, before and after an update', async () => {
    const names = await create('daemon', { schedulingStrategy: 'DAEMON' });
    const first = await settled(world.ecs, names);
    expect(first).toMatchObject({
      schedulingStrategy: 'DAEMON',
      desiredCount: 1,
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 },
    });
    await runs('daemon', ['1']);
    const taskDefinition = await register('daemon', '2');
    await world.ecs.send(new UpdateServiceCommand({ ...names, taskDefinition }));
    expect((await settled(world.ecs, names)).desiredCount).toBe(1);
    const [now] = await runs('daemon', ['2']);
    // There was no room for both: the former one had ended when the new one began.
    const [former] = await tasksOf(world.ecs, names, 'STOPPED');
    expect(former?.stoppedAt?.getTime()).toBeLessThanOrEqual(now?.at ?? 0);
  });

  it('goes to zero and comes back, without a new deployment', async () => {
    const names = await create('scaled', { desiredCount: 2 });
    const before = await settled(world.ecs, names);
    await runs('scaled', ['1', '1']);
    const { service } = await world.ecs.send(
      new UpdateServiceCommand({ ...names, desiredCount: 0 }),
    );
    expect(service).toMatchObject({
      desiredCount: 0,
      deployments: [{ id: before.deployments?.[0]?.id, rolloutState: 'COMPLETED' }],
    });
    await runs('scaled', []);
    const empty = await settled(world.ecs, names);
    expect(messages(empty).slice(0, 2)).toEqual([
      '(service scaled) has reached a steady state.',
      expect.stringMatching(
        /^\(service scaled\) has stopped 2 running tasks: \(task \w+\) \(task \w+\)\.$/,
      ),
    ]);
    await world.ecs.send(new UpdateServiceCommand({ ...names, desiredCount: 3 }));
    await runs('scaled', ['1', '1', '1']);
    const full = await until(
      () => describeService(world.ecs, names),
      (seen) =>
        messages(seen)[0] === '(service scaled) has reached a steady state.' &&
        seen.runningCount === 3,
    );
    expect(full.deployments).toMatchObject([
      { id: before.deployments?.[0]?.id, rolloutState: 'COMPLETED', desiredCount: 3 },
    ]);
    expect(
      messages(full).filter((message) => message.includes('deployment completed')),
    ).toHaveLength(1);
    const { serviceDeployments } = await world.ecs.send(
      new ListServiceDeploymentsCommand({ cluster: CLUSTER, service: 'scaled' }),
    );
    expect(serviceDeployments).toHaveLength(1);
  });

  it('goes back when its rollout is stopped, and the tasks that served stay', async () => {
    const names = await create('stopped', { desiredCount: 2 });
    await settled(world.ecs, names);
    const before = await runs('stopped', ['1', '1']);
    // Its tasks never run, and nothing watches over it.
    const taskDefinition = await register('stopped', '2', 'no-program');
    await world.ecs.send(new UpdateServiceCommand({ ...names, taskDefinition }));
    const stuck = await until(
      () => describeService(world.ecs, names),
      ({ deployments }) => (deployments?.[0]?.failedTasks ?? 0) >= 2,
    );
    expect(stuck.deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0 },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 2 },
    ]);
    const arn = (await newestRollout('stopped'))?.serviceDeploymentArn;
    await world.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn }));
    const ended = await rolloutIs('stopped', 'ROLLBACK_SUCCESSFUL');
    expect(ended).toMatchObject({
      serviceDeploymentArn: arn,
      rollback: { serviceRevisionArn: ended?.sourceServiceRevisions?.[0]?.arn },
    });
    const after = await settled(world.ecs, names);
    expect(revisionOf(after.taskDefinition)).toBe('stopped:1');
    expect((await runs('stopped', ['1', '1'])).map(({ pid }) => pid)).toEqual(
      before.map(({ pid }) => pid),
    );
    await expect(
      world.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn })),
    ).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('has nothing to go back to when its first deployment fails', async () => {
    const taskDefinition = await register('first', '1', 'no-program');
    await world.ecs.send(
      new CreateServiceCommand({
        ...{ cluster: CLUSTER, serviceName: 'first', desiredCount: 1, taskDefinition },
        deploymentConfiguration: {
          deploymentCircuitBreaker: {
            ...{ enable: true, rollback: true },
            thresholdConfiguration: { type: 'COUNT', value: 2 },
          },
        },
      }),
    );
    expect(await rolloutIs('first', 'ROLLBACK_FAILED')).toMatchObject({
      statusReason: 'No rollback candidate was found to run the rollback.',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 2, threshold: 2 },
    });
    const names = { cluster: CLUSTER, service: 'first' };
    const service = await describeService(world.ecs, names);
    expect(service.deployments).toMatchObject([
      {
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
        failedTasks: 2,
      },
    ]);
    const [task] = await tasksOf(world.ecs, names, 'STOPPED');
    expect(task).toMatchObject({ stopCode: 'TaskFailedToStart' });
    // A good version mends it, at once.
    const good = await register('first', '2');
    await world.ecs.send(new UpdateServiceCommand({ ...names, taskDefinition: good }));
    await settled(world.ecs, names);
    await runs('first', ['2']);
  });

  it('takes the newest of two updates, and the one before leaves no task', async () => {
    const names = await create('twice', { desiredCount: 2 });
    await settled(world.ecs, names);
    for (const version of ['2', '3']) {
      const taskDefinition = await register('twice', version);
      await world.ecs.send(new UpdateServiceCommand({ ...names, taskDefinition }));
    }
    const during = await describeService(world.ecs, names);
    const [primary, ...former] = during.deployments ?? [];
    expect(revisionOf(primary?.taskDefinition)).toBe('twice:3');
    expect(former.map(({ status }) => status)).not.toContain('PRIMARY');
    expect(former.at(-1)).toMatchObject({ rolloutState: 'COMPLETED' });
    const after = await settled(world.ecs, names);
    expect(revisionOf(after.taskDefinition)).toBe('twice:3');
    await runs('twice', ['3', '3']);
    const { serviceDeployments = [] } = await world.ecs.send(
      new ListServiceDeploymentsCommand({ cluster: CLUSTER, service: 'twice' }),
    );
    expect(serviceDeployments.map(({ status }) => status)).toEqual([
      ...['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL'],
    ]);
  });

  it('is deleted when it has no tasks, or by force', async () => {
    const names = await create('deleted', { desiredCount: 2 });
    await settled(world.ecs, names);
    await runs('deleted', ['1', '1']);
    await expect(world.ecs.send(new DeleteServiceCommand(names))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    const { service } = await world.ecs.send(new DeleteServiceCommand({ ...names, force: true }));
    expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    const { serviceArns = [] } = await world.ecs.send(
      new ListServicesCommand({ cluster: CLUSTER }),
    );
    expect(serviceArns.map((arn) => arn.split('/').at(-1))).not.toContain('deleted');
    await until(
      () => describeService(world.ecs, names),
      ({ status }) => status === 'INACTIVE',
    );
    await runs('deleted', []);
    await expect(
      world.ecs.send(new UpdateServiceCommand({ ...names, desiredCount: 1 })),
    ).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    await create('deleted', { desiredCount: 1 });
    await settled(world.ecs, names);
    await runs('deleted', ['1']);
    const missing = await world.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: ['nobody', 'deleted'] }),
    );
    expect(missing).toMatchObject({
      services: [{ serviceName: 'deleted', status: 'ACTIVE' }],
      failures: [
        { arn: `arn:aws:ecs:us-east-1:000000000000:service/${CLUSTER}/nobody`, reason: 'MISSING' },
      ],
    });
  });
});
