import { describe, expect, it } from 'vitest';
import { describeServiceDeployments } from '../../../src/local/ecs/operations/describe-service-deployments.ts';
import { describeServiceRevisions } from '../../../src/local/ecs/operations/describe-service-revisions.ts';
import { listServiceDeployments } from '../../../src/local/ecs/operations/list-service-deployments.ts';
import { stopServiceDeployment } from '../../../src/local/ecs/operations/stop-service-deployment.ts';
import { withRevision } from '../../../src/local/ecs/with-revision.ts';
import type { ServiceDeploymentStatus } from '../../../src/local/state/entities.ts';
import { refusalOf } from './fresh-context.ts';
import {
  addTask,
  create,
  NETWORK,
  primary,
  register,
  rollout,
  serviceWorld,
  setRollout,
  stored,
  update,
} from './service-world.ts';

const ENDED: readonly ServiceDeploymentStatus[] = [
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

describe('StopServiceDeployment', () => {
  it.each<readonly [ServiceDeploymentStatus, 'ROLLBACK' | 'ABORT' | undefined, string]>([
    ['PENDING', undefined, 'ROLLBACK_REQUESTED'],
    ['IN_PROGRESS', undefined, 'ROLLBACK_REQUESTED'],
    ['IN_PROGRESS', 'ROLLBACK', 'ROLLBACK_REQUESTED'],
    ['IN_PROGRESS', 'ABORT', 'STOP_REQUESTED'],
    ['ROLLBACK_REQUESTED', 'ABORT', 'ROLLBACK_REQUESTED'],
    ['STOP_REQUESTED', 'ROLLBACK', 'STOP_REQUESTED'],
    ['ROLLBACK_IN_PROGRESS', 'ROLLBACK', 'ROLLBACK_IN_PROGRESS'],
  ])('%s with %s becomes %s', (status, stopType, expected) => {
    const context = serviceWorld();
    create(context);
    setRollout(context, status);
    const { serviceDeploymentArn } = rollout(context);
    expect(stopServiceDeployment({ serviceDeploymentArn, stopType }, context)).toEqual({
      serviceDeploymentArn,
    });
    expect(rollout(context).status).toBe(expected);
  });

  it.each(ENDED)('refuses one that is %s', (status) => {
    const context = serviceWorld();
    create(context);
    setRollout(context, status);
    const { serviceDeploymentArn } = rollout(context);
    expect(refusalOf(() => stopServiceDeployment({ serviceDeploymentArn }, context)).code).toBe(
      'ConflictException',
    );
    expect(rollout(context).status).toBe(status);
  });

  it('refuses one that never was, and what is no such ARN', () => {
    const context = serviceWorld();
    create(context);
    const serviceDeploymentArn = `${rollout(context).serviceDeploymentArn.slice(0, -1)}_`;
    expect(refusalOf(() => stopServiceDeployment({ serviceDeploymentArn }, context)).code).toBe(
      'ServiceDeploymentNotFoundException',
    );
    for (const bad of ['x', stored(context).serviceArn, serviceDeploymentArn.replace('eu', 'us')]) {
      expect(
        refusalOf(() => stopServiceDeployment({ serviceDeploymentArn: bad }, context)),
      ).toEqual({
        code: 'InvalidParameterException',
        message: 'The ServiceDeployment ARN is invalid.',
      });
    }
  });
});

describe('DescribeServiceDeployments', () => {
  it('shows the counts of each revision while the rollout goes on', () => {
    const context = serviceWorld();
    create(context);
    const old = primary(context);
    addTask(context, old, { lastStatus: 'RUNNING' });
    update(context, { forceNewDeployment: true });
    addTask(context, primary(context), { lastStatus: 'PENDING' });
    const record = rollout(context);
    const { serviceDeployments } = describeServiceDeployments(
      { serviceDeploymentArns: [record.serviceDeploymentArn] },
      context,
    );
    const now = new Date(context.clock.now());
    expect(serviceDeployments).toEqual([
      {
        serviceDeploymentArn: record.serviceDeploymentArn,
        serviceArn: record.serviceArn,
        clusterArn: record.clusterArn,
        createdAt: now,
        updatedAt: now,
        status: 'PENDING',
        sourceServiceRevisions: [
          {
            arn: old.serviceRevisionArn,
            requestedTaskCount: 0,
            runningTaskCount: 1,
            pendingTaskCount: 0,
          },
        ],
        targetServiceRevision: {
          arn: primary(context).serviceRevisionArn,
          requestedTaskCount: 0,
          runningTaskCount: 0,
          pendingTaskCount: 1,
        },
        deploymentConfiguration: stored(context).deploymentConfiguration,
        deploymentCircuitBreaker: { status: 'DISABLED', failureCount: 0, threshold: 3 },
        alarms: { status: 'DISABLED' },
      },
    ]);
  });

  it('shows the breaker of the moment: failures so far, and the threshold for the latest desired count', () => {
    const context = serviceWorld();
    create(context, {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const service = stored(context);
    context.store.transaction(() =>
      context.store.services.put(service.serviceArn, {
        ...service,
        desiredCount: 20,
        deployments: service.deployments.map((deployment) => ({ ...deployment, failedTasks: 4 })),
      }),
    );
    const { serviceDeployments } = describeServiceDeployments(
      { serviceDeploymentArns: [rollout(context).serviceDeploymentArn] },
      context,
    );
    expect(serviceDeployments?.[0]?.deploymentCircuitBreaker).toEqual({
      status: 'MONITORING',
      failureCount: 4,
      threshold: 10,
    });
  });

  it('keeps the counts and the breaker of the end of a rollout that was superseded', () => {
    const context = serviceWorld();
    create(context, {
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const { serviceDeploymentArn } = rollout(context);
    const task = addTask(context, primary(context), { lastStatus: 'RUNNING' });
    update(context, { forceNewDeployment: true });
    context.store.transaction(() => context.store.tasks.delete(task.taskArn));
    const { serviceDeployments } = describeServiceDeployments(
      { serviceDeploymentArns: [serviceDeploymentArn] },
      context,
    );
    expect(serviceDeployments?.[0]).toMatchObject({
      status: 'STOPPED',
      targetServiceRevision: { runningTaskCount: 1 },
      deploymentCircuitBreaker: { status: 'MONITORING_COMPLETE', failureCount: 0, threshold: 3 },
      finishedAt: new Date(context.clock.now()),
      stoppedAt: new Date(context.clock.now()),
    });
  });

  it('takes from 1 to 20 ARNs of one service; unknown ones are MISSING', () => {
    const context = serviceWorld();
    create(context);
    const known = rollout(context).serviceDeploymentArn;
    const unknown = `${known.slice(0, -1)}_`;
    const describeAll = (serviceDeploymentArns: string[]): unknown =>
      describeServiceDeployments({ serviceDeploymentArns }, context);
    expect(describeAll([known, unknown])).toMatchObject({
      serviceDeployments: [{ serviceDeploymentArn: known }],
      failures: [{ arn: unknown, reason: 'MISSING' }],
    });
    expect(refusalOf(() => describeAll(Array<string>(21).fill(known))).message).toBe(
      'Service Deployment ARN count cannot exceed 20',
    );
    expect(refusalOf(() => describeAll([])).code).toBe('InvalidParameterException');
    expect(refusalOf(() => describeAll([known, known.replace('/web/', '/api/')])).code).toBe(
      'InvalidParameterException',
    );
    expect(refusalOf(() => describeAll([known.replace('/web/', '/api/')])).code).toBe(
      'ServiceNotFoundException',
    );
  });
});

describe('ListServiceDeployments', () => {
  it('lists newest first, in pages, and by status and time', async () => {
    const context = serviceWorld();
    create(context);
    const arns = [rollout(context).serviceDeploymentArn];
    for (let count = 1; count < 5; count++) {
      await context.clock.advance(count === 3 ? 0 : 1000);
      update(context, { forceNewDeployment: true });
      arns.unshift(rollout(context).serviceDeploymentArn);
    }
    const list = (
      input: Partial<Parameters<typeof listServiceDeployments>[0]>,
    ): (string | undefined)[] | undefined =>
      listServiceDeployments({ service: 'web', ...input }, context).serviceDeployments?.map(
        ({ serviceDeploymentArn }) => serviceDeploymentArn,
      );
    expect(list({})).toEqual(arns);
    const page = listServiceDeployments({ service: 'web', maxResults: 2 }, context);
    expect(page.serviceDeployments).toHaveLength(2);
    expect(list({ maxResults: 100, nextToken: page.nextToken })).toEqual(arns.slice(2));
    expect(list({ status: ['PENDING'] })).toEqual(arns.slice(0, 1));
    const third = context.store.serviceDeployments.get(arns[2] ?? '');
    const at = new Date(third?.createdAt ?? 0);
    expect(list({ createdAt: { before: at } })).toEqual(arns.slice(3));
    expect(list({ createdAt: { after: at } })).toEqual(arns.slice(0, 1));
    expect(refusalOf(() => list({ service: 'api' })).code).toBe('ServiceNotFoundException');
  });

  it('shows briefly what each one is', () => {
    const context = serviceWorld();
    create(context);
    update(context, { forceNewDeployment: true });
    const { serviceDeployments } = listServiceDeployments({ service: 'web' }, context);
    expect(Object.keys(serviceDeployments?.[1] ?? {}).toSorted()).toEqual([
      'clusterArn',
      'createdAt',
      'finishedAt',
      'serviceArn',
      'serviceDeploymentArn',
      'status',
      'statusReason',
      'targetServiceRevisionArn',
    ]);
  });
});

describe('DescribeServiceRevisions', () => {
  it('shows what the deployment was made from, whatever the service became', () => {
    const context = serviceWorld();
    create(context, {
      taskDefinition: 'vpc',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
    });
    const { serviceRevisionArn } = primary(context);
    register(context, 'vpc', { networkMode: 'awsvpc', cpu: '256', memory: '512' });
    update(context, { taskDefinition: 'vpc' });
    const { serviceRevisions } = describeServiceRevisions(
      { serviceRevisionArns: [serviceRevisionArn, serviceRevisionArn] },
      context,
    );
    expect(serviceRevisions).toEqual([
      {
        serviceRevisionArn,
        serviceArn: stored(context).serviceArn,
        clusterArn: stored(context).clusterArn,
        taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/vpc:1',
        launchType: 'FARGATE',
        platformVersion: '1.4.0',
        platformFamily: 'Linux',
        loadBalancers: [],
        serviceRegistries: [],
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ['subnet-1', 'subnet-2'],
            securityGroups: [],
            assignPublicIp: 'DISABLED',
          },
        },
        containerImages: [{ containerName: 'app', image: 'my-repo/my-app:1.0.0' }],
        guardDutyEnabled: false,
        createdAt: new Date(context.clock.now()),
      },
    ]);
  });

  it('refuses in the words of ECS', () => {
    const context = serviceWorld();
    create(context);
    const known = primary(context).serviceRevisionArn;
    const describeAll = (serviceRevisionArns: string[]): unknown =>
      describeServiceRevisions({ serviceRevisionArns }, context);
    const unknown = `${known}0`;
    expect(describeAll([unknown])).toEqual({
      serviceRevisions: [],
      failures: [{ arn: unknown, reason: 'MISSING' }],
    });
    for (const bad of [`${known}x`, known.replace('eu-west-1', 'us-east-1'), 'web'])
      expect(refusalOf(() => describeAll([bad]))).toEqual({
        code: 'InvalidParameterException',
        message: 'The ServiceRevision ARN is invalid.',
      });
    expect(refusalOf(() => describeAll([known.replace('/web/', '/api/')]))).toEqual({
      code: 'ServiceNotFoundException',
      message: 'Service not found.',
    });
    expect(refusalOf(() => describeAll(Array<string>(21).fill(known))).message).toBe(
      'Service Revision ARN count cannot exceed 20',
    );
    const service = stored(context);
    context.store.transaction(() =>
      context.store.services.put(service.serviceArn, { ...service, status: 'INACTIVE' }),
    );
    expect(refusalOf(() => describeAll([known])).message).toBe(
      'Cannot call DescribeServiceRevisions for a service that is INACTIVE',
    );
  });
});

describe('a service that goes back to a revision', () => {
  it('shows its members again, LATEST included, and keeps what no revision fixes', () => {
    const context = serviceWorld();
    create(context);
    const before = stored(context);
    const revision = context.store.serviceRevisions.get(primary(context).serviceRevisionArn);
    if (revision === undefined) throw new Error('no revision');
    update(context, {
      taskDefinition: 'vpc',
      networkConfiguration: NETWORK,
      serviceRegistries: [{ registryArn: 'a' }],
      monitoring: { metricConfigurations: [] },
      desiredCount: 9,
    });
    const back = withRevision(stored(context), revision);
    expect(back).toEqual({
      ...before,
      roleArn: stored(context).roleArn,
      desiredCount: 9,
      deployments: stored(context).deployments,
      currentServiceDeploymentArn: stored(context).currentServiceDeploymentArn,
    });
  });

  it('says LATEST where the revision has what LATEST stands for', () => {
    const context = serviceWorld();
    create(context, {
      taskDefinition: 'vpc',
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
    });
    const revision = context.store.serviceRevisions.get(primary(context).serviceRevisionArn);
    if (revision === undefined) throw new Error('no revision');
    expect(withRevision(stored(context), revision).platformVersion).toBe('LATEST');
    update(context, { platformVersion: '1.3.0' });
    expect(withRevision(stored(context), revision).platformVersion).toBe('1.4.0');
  });
});
