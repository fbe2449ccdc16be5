import { describe, expect, it } from 'vitest';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { deleteService } from '../../../src/local/ecs/operations/delete-service.ts';
import { describeServices } from '../../../src/local/ecs/operations/describe-services.ts';
import { listServicesByNamespace } from '../../../src/local/ecs/operations/list-services-by-namespace.ts';
import { listServices } from '../../../src/local/ecs/operations/list-services.ts';
import type { TaskStatus } from '../../../src/local/state/entities.ts';
import { refusalOf, type FreshContext } from './fresh-context.ts';
import {
  addTask,
  create,
  describe as describeWeb,
  primary,
  rollout,
  serviceWorld,
  setRollout,
  stored,
  update,
} from './service-world.ts';

function makeInactive(context: FreshContext): void {
  const { store } = context;
  const service = stored(context);
  store.transaction(() =>
    store.services.put(service.serviceArn, { ...service, status: 'INACTIVE' }),
  );
}

describe('the counts of a service', () => {
  it.each<readonly [TaskStatus, 'RUNNING' | 'STOPPED', number, number]>([
    ['PROVISIONING', 'RUNNING', 0, 1],
    ['PENDING', 'RUNNING', 0, 1],
    ['ACTIVATING', 'RUNNING', 0, 1],
    ['RUNNING', 'RUNNING', 1, 0],
    ['RUNNING', 'STOPPED', 0, 0],
    ['PENDING', 'STOPPED', 0, 0],
    ['DEACTIVATING', 'STOPPED', 0, 0],
    ['STOPPING', 'STOPPED', 0, 0],
    ['STOPPED', 'STOPPED', 0, 0],
  ])(
    'a task %s that wants to be %s: %i running, %i pending',
    (lastStatus, desiredStatus, running, pending) => {
      const context = serviceWorld();
      create(context);
      addTask(context, primary(context), { lastStatus, desiredStatus });
      const service = describeWeb(context);
      const counts = { runningCount: running, pendingCount: pending };
      expect(service).toMatchObject(counts);
      expect(service.deployments?.[0]).toMatchObject(counts);
    },
  );

  it('are the sums of those of its deployments, and their revisions have the same', () => {
    const context = serviceWorld();
    create(context);
    const old = primary(context);
    addTask(context, old, { lastStatus: 'RUNNING' });
    addTask(context, old, { lastStatus: 'RUNNING' });
    update(context, { forceNewDeployment: true });
    addTask(context, primary(context), { lastStatus: 'PENDING' });
    const service = describeWeb(context);
    expect(service).toMatchObject({ runningCount: 2, pendingCount: 1 });
    expect(
      service.deployments?.map(({ runningCount, pendingCount }) => [runningCount, pendingCount]),
    ).toEqual([
      [0, 1],
      [2, 0],
    ]);
    expect(service.currentServiceRevisions).toEqual([
      {
        arn: primary(context).serviceRevisionArn,
        requestedTaskCount: 0,
        runningTaskCount: 0,
        pendingTaskCount: 1,
      },
      {
        arn: old.serviceRevisionArn,
        requestedTaskCount: 0,
        runningTaskCount: 2,
        pendingTaskCount: 0,
      },
    ]);
  });
});

describe('DescribeServices', () => {
  it('reports a service that never was as MISSING, and a cluster that never was as an error', () => {
    const context = serviceWorld();
    create(context);
    const { services, failures } = describeServices({ services: ['web', 'api', 'web'] }, context);
    expect(services?.map(({ serviceName }) => serviceName)).toEqual(['web']);
    expect(failures).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:123456789012:service/default/api', reason: 'MISSING' },
    ]);
    expect(
      refusalOf(() => describeServices({ cluster: 'none', services: ['web'] }, context)).code,
    ).toBe('ClusterNotFoundException');
  });

  it('takes from 1 to 10 services', () => {
    const context = serviceWorld();
    const names = Array.from({ length: 11 }, (_, index) => `s${index}`);
    expect(refusalOf(() => describeServices({ services: [] }, context)).message).toBe(
      'Services cannot be empty.',
    );
    expect(refusalOf(() => describeServices({ services: names }, context)).message).toBe(
      'Services cannot have more than 10 elements.',
    );
  });

  it('shows tags only with include TAGS', () => {
    const context = serviceWorld();
    const tags = [{ key: 'a', value: 'b' }];
    create(context, { tags });
    const { services } = describeServices({ services: ['web'], include: ['TAGS'] }, context);
    expect(services?.[0]?.tags).toEqual(tags);
  });

  it('shows events newest first, and none of an INACTIVE service', () => {
    const context = serviceWorld();
    create(context);
    const { serviceArn } = stored(context);
    const events = [
      { id: 'b', createdAt: 2000, message: 'second' },
      { id: 'a', createdAt: 1000, message: 'first' },
    ];
    context.store.transaction(() =>
      context.store.serviceEvents.put(serviceArn, { serviceArn, events }),
    );
    expect(describeWeb(context).events).toEqual([
      { id: 'b', createdAt: new Date(2000), message: 'second' },
      { id: 'a', createdAt: new Date(1000), message: 'first' },
    ]);
    makeInactive(context);
    const inactive = describeWeb(context);
    expect(inactive).toMatchObject({ status: 'INACTIVE', events: [] });
    expect(inactive.currentServiceDeployment).toBeUndefined();
    expect(inactive.currentServiceRevisions).toBeUndefined();
    expect(inactive.deployments?.[0]?.status).toBe('PRIMARY');
  });
});

describe('DeleteService', () => {
  it('refuses a service that is scaled above 0, unless forced', () => {
    const context = serviceWorld();
    create(context);
    const before = stored(context);
    expect(refusalOf(() => deleteService({ service: 'web' }, context))).toEqual({
      code: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    expect(stored(context)).toBe(before);
    const { service } = deleteService({ service: 'web', force: true }, context);
    expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    expect(service?.currentServiceRevisions).toBeUndefined();
    expect(service?.deploymentConfiguration).toEqual({
      deploymentCircuitBreaker: {
        enable: false,
        rollback: false,
        thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: 'ROLLING',
    });
  });

  it('refuses a service with several deployments, unless forced', () => {
    const context = serviceWorld();
    create(context, { desiredCount: 0 });
    update(context, { forceNewDeployment: true });
    expect(refusalOf(() => deleteService({ service: 'web' }, context)).message).toBe(
      'The service cannot be stopped while deployments are active.',
    );
    expect(deleteService({ service: 'web', force: true }, context).service?.status).toBe(
      'DRAINING',
    );
  });

  it('deletes a daemon without force, as its count cannot be set', () => {
    const context = serviceWorld();
    create(context, { schedulingStrategy: 'DAEMON', desiredCount: undefined });
    expect(deleteService({ service: 'web' }, context).service?.status).toBe('DRAINING');
  });

  it('ends the rollout that is under way', () => {
    const context = serviceWorld();
    create(context);
    setRollout(context, 'IN_PROGRESS');
    deleteService({ service: 'web', force: true }, context);
    expect(rollout(context)).toMatchObject({
      status: 'STOPPED',
      statusReason: 'Service deployment was stopped because the service was deleted.',
    });
  });

  it('answers again while the service is DRAINING, and finds none once it is INACTIVE', () => {
    const context = serviceWorld();
    create(context, { desiredCount: 0 });
    deleteService({ service: 'web' }, context);
    const draining = stored(context);
    expect(deleteService({ service: 'web' }, context).service?.status).toBe('DRAINING');
    expect(stored(context)).toBe(draining);
    makeInactive(context);
    expect(refusalOf(() => deleteService({ service: 'web' }, context)).code).toBe(
      'ServiceNotFoundException',
    );
  });
});

describe('ListServices', () => {
  it('lists ACTIVE services of the cluster in pages of 10', () => {
    const context = serviceWorld();
    createCluster({ clusterName: 'other' }, context);
    create(context, { cluster: 'other' });
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
    for (const serviceName of names) create(context, { serviceName });
    deleteService({ service: 's3', force: true }, context);
    const first = listServices({}, context);
    expect(first.serviceArns).toHaveLength(10);
    const second = listServices({ nextToken: first.nextToken }, context);
    expect(second.nextToken).toBeUndefined();
    expect([...(first.serviceArns ?? []), ...(second.serviceArns ?? [])].toSorted()).toEqual(
      names
        .filter((name) => name !== 's3')
        .map((name) => `arn:aws:ecs:eu-west-1:123456789012:service/default/${name}`)
        .toSorted(),
    );
  });

  it('filters by launch type and scheduling strategy', () => {
    const context = serviceWorld();
    create(context);
    create(context, { serviceName: 'd', schedulingStrategy: 'DAEMON', desiredCount: undefined });
    expect(listServices({ launchType: 'FARGATE' }, context).serviceArns).toEqual([]);
    expect(listServices({ schedulingStrategy: 'DAEMON' }, context).serviceArns).toHaveLength(1);
    expect(listServices({ resourceManagementType: 'ECS' }, context).serviceArns).toEqual([]);
  });
});

describe('ListServicesByNamespace', () => {
  it('lists services that Service Connect puts into the namespace', () => {
    const context = serviceWorld();
    create(context, { serviceConnectConfiguration: { enabled: true, namespace: 'internal' } });
    create(context, { serviceName: 'other' });
    expect(listServicesByNamespace({ namespace: 'internal' }, context).serviceArns).toEqual([
      stored(context).serviceArn,
    ]);
    expect(listServicesByNamespace({ namespace: 'none' }, context).serviceArns).toEqual([]);
  });
});
