import type { CreateClusterRequest } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { deleteCluster } from '../../../src/local/ecs/operations/delete-cluster.ts';
import { describeClusters } from '../../../src/local/ecs/operations/describe-clusters.ts';
import {
  findActiveCluster,
  findCluster,
  lookUpCluster,
} from '../../../src/local/ecs/lookup/find-cluster.ts';
import { listClusters } from '../../../src/local/ecs/operations/list-clusters.ts';
import { putAccountSettingDefault } from '../../../src/local/ecs/operations/put-account-setting-default.ts';
import { putClusterCapacityProviders } from '../../../src/local/ecs/operations/put-cluster-capacity-providers.ts';
import { updateClusterSettings } from '../../../src/local/ecs/operations/update-cluster-settings.ts';
import { updateCluster } from '../../../src/local/ecs/operations/update-cluster.ts';
import {
  contextOf,
  freshContext,
  refusalOf,
  storedService,
  storedTask,
  type FreshContext,
} from './fresh-context.ts';

const PROD = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod';
const NOT_FOUND = { code: 'ClusterNotFoundException', message: 'Cluster not found.' };

let context: FreshContext;

beforeEach(() => {
  context = freshContext();
});

function prod(input: CreateClusterRequest = {}): ReturnType<typeof createCluster> {
  return createCluster({ clusterName: 'prod', ...input }, context);
}

function arns(): unknown {
  return listClusters({}, context).clusterArns;
}

describe('the default cluster', () => {
  it('is what operations without a cluster mean, and needs no CreateCluster', () => {
    expect(findCluster(undefined, context).clusterName).toBe('default');
    expect(describeClusters({}, freshContext()).clusters).toMatchObject([
      { clusterName: 'default', status: 'ACTIVE' },
    ]);
  });

  it('comes into being when it is first asked for, once', () => {
    expect(arns()).toEqual([]);
    findCluster(undefined, context);
    findCluster('default', context);
    expect(arns()).toEqual(['arn:aws:ecs:eu-west-1:123456789012:cluster/default']);
  });

  it('is another one in each region', () => {
    findCluster(undefined, context);
    const elsewhere = contextOf(context.store, 'us-east-1');
    expect(findCluster(undefined, elsewhere).clusterArn).toContain('us-east-1');
    expect(arns()).toHaveLength(1);
  });

  it('stays deleted once it was deleted', () => {
    deleteCluster({ cluster: 'default' }, context);
    expect(refusalOf(() => findActiveCluster(undefined, context))).toEqual({
      code: 'ClientException',
      message: 'The referenced cluster was inactive.',
    });
    createCluster({}, context);
    expect(findActiveCluster(undefined, context).status).toBe('ACTIVE');
  });
});

describe('finding a cluster', () => {
  it('takes its name and its ARN', () => {
    prod();
    expect(findCluster('prod', context).clusterArn).toBe(PROD);
    expect(findCluster(PROD, context).clusterName).toBe('prod');
    expect(lookUpCluster('test', context)).toBeUndefined();
    expect(refusalOf(() => findCluster('test', context))).toEqual(NOT_FOUND);
  });

  it.each([
    ['arn:aws:ecs:us-east-1:123456789012:cluster/prod', 'Invalid Region in ARN'],
    ['arn:aws:ecs:eu-west-1:210987654321:cluster/prod', 'belongs to account 210987654321'],
    ['arn:aws:ecs:eu-west-1:123456789012:service/prod/web', 'Unsupported resource type: service'],
    ['arn:cluster', 'is not an Amazon ECS ARN'],
    ['', 'Cluster can not be blank'],
  ])('refuses %s', (reference, message) => {
    const refusal = refusalOf(() => findCluster(reference, context));
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(message);
  });
});

describe('CreateCluster', () => {
  it('answers with settings and tags, as AWS does', () => {
    const tags = [{ key: 'owner', value: 'me' }];
    expect(prod({ tags })).toEqual({
      cluster: {
        clusterArn: PROD,
        clusterName: 'prod',
        status: 'ACTIVE',
        registeredContainerInstancesCount: 1,
        runningTasksCount: 0,
        pendingTasksCount: 0,
        activeServicesCount: 0,
        statistics: [],
        tags,
        settings: [{ name: 'containerInsights', value: 'disabled' }],
        capacityProviders: [],
        defaultCapacityProviderStrategy: [],
      },
    });
  });

  it('can be repeated with the same arguments, not with others', () => {
    const tags = [{ key: 'owner', value: 'me' }];
    expect(prod({ tags })).toEqual(prod({ tags }));
    expect(prod()).toMatchObject({ cluster: { tags } });
    expect(refusalOf(() => prod({ tags: [{ key: 'owner', value: 'you' }] }))).toEqual({
      code: 'InvalidParameterException',
      message:
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    });
  });

  it('begins anew with the name of a deleted cluster', () => {
    prod({ tags: [{ key: 'a', value: 'b' }], capacityProviders: ['FARGATE'] });
    deleteCluster({ cluster: 'prod' }, context);
    expect(prod().cluster).toMatchObject({ status: 'ACTIVE', tags: [], capacityProviders: [] });
  });

  it('fills in the strategy', () => {
    const created = prod({
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    expect(created.cluster?.defaultCapacityProviderStrategy).toEqual([
      { capacityProvider: 'FARGATE', weight: 1, base: 0 },
    ]);
  });

  it('takes container insights from the account setting unless they are given', () => {
    putAccountSettingDefault({ name: 'containerInsights', value: 'enhanced' }, context);
    expect(prod().cluster?.settings).toEqual([{ name: 'containerInsights', value: 'enhanced' }]);
    const given = createCluster(
      { clusterName: 'b', settings: [{ name: 'containerInsights', value: 'disabled' }] },
      context,
    );
    expect(given.cluster?.settings).toEqual([{ name: 'containerInsights', value: 'disabled' }]);
  });

  it.each<[string, CreateClusterRequest]>([
    ['a bad name', { clusterName: 'a b' }],
    ['an empty name', { clusterName: '' }],
    ['a bad setting', { settings: [{ name: 'containerInsights', value: 'bad' }] }],
    ['a tag without a value', { tags: [{ key: 'a' }] }],
    ['a reserved capacity provider', { capacityProviders: ['aws-provider'] }],
    [
      'a strategy of a provider that is not listed',
      { defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }] },
    ],
    [
      'two bases',
      {
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [
          { capacityProvider: 'FARGATE', weight: 1, base: 1 },
          { capacityProvider: 'FARGATE_SPOT', weight: 1, base: 1 },
        ],
      },
    ],
    [
      'an override without a log',
      { configuration: { executeCommandConfiguration: { logging: 'OVERRIDE' } } },
    ],
    [
      'a log without an override',
      {
        configuration: {
          executeCommandConfiguration: { logConfiguration: { s3BucketName: 'logs' } },
        },
      },
    ],
    ['a bad namespace', { serviceConnectDefaults: { namespace: '<prod>' } }],
  ])('refuses %s and creates nothing', (_, input) => {
    expect(refusalOf(() => createCluster(input, context)).code).toBe('InvalidParameterException');
    expect(arns()).toEqual([]);
  });
});

describe('DescribeClusters', () => {
  beforeEach(() => {
    prod({ tags: [{ key: 'a', value: 'b' }] });
  });

  it('leaves settings, tags and statistics empty unless they are included', () => {
    const { clusters } = describeClusters({ clusters: ['prod'] }, context);
    expect(clusters).toMatchObject([{ settings: [], statistics: [], tags: [] }]);
    const [shown] =
      describeClusters(
        { clusters: ['prod'], include: ['SETTINGS', 'TAGS', 'STATISTICS', 'ATTACHMENTS'] },
        context,
      ).clusters ?? [];
    expect(shown).toMatchObject({
      settings: [{ name: 'containerInsights', value: 'disabled' }],
      tags: [{ key: 'a', value: 'b' }],
      attachments: [],
    });
    expect(shown?.statistics?.slice(0, 2)).toEqual([
      { name: 'runningEC2TasksCount', value: '0' },
      { name: 'runningFargateTasksCount', value: '0' },
    ]);
    expect(shown?.statistics).toHaveLength(16);
  });

  it('shows each cluster once and has a failure for each that does not exist', () => {
    const answer = describeClusters({ clusters: ['none', 'prod', PROD] }, context);
    expect(answer.clusters).toHaveLength(1);
    expect(answer.failures).toEqual([
      { arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/none', reason: 'MISSING' },
    ]);
  });

  it('takes at most 100', () => {
    const clusters = Array.from({ length: 101 }, (_, index) => `c${index}`);
    expect(refusalOf(() => describeClusters({ clusters }, context)).code).toBe(
      'InvalidParameterException',
    );
  });

  it('counts tasks by what they do and services that are ACTIVE, by launch type', () => {
    const { store } = context;
    const tasks = [
      storedTask(PROD, 'a'),
      storedTask(PROD, 'b', { launchType: 'FARGATE' }),
      storedTask(PROD, 'c', { lastStatus: 'PROVISIONING' }),
      storedTask(PROD, 'd', { lastStatus: 'STOPPED' }),
      storedTask(PROD.replace('prod', 'other'), 'e'),
    ];
    const services = [
      storedService(PROD, 'x', { launchType: 'FARGATE', desiredCount: 0 }),
      storedService(PROD, 'y', {
        status: 'DRAINING',
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
      }),
      storedService(PROD, 'z', { status: 'INACTIVE' }),
    ];
    store.transaction(() => {
      for (const task of tasks) store.tasks.put(task.taskArn, task);
      for (const service of services) store.services.put(service.serviceArn, service);
    });
    const [shown] =
      describeClusters({ clusters: ['prod'], include: ['STATISTICS'] }, context).clusters ?? [];
    expect(shown).toMatchObject({
      runningTasksCount: 2,
      pendingTasksCount: 1,
      activeServicesCount: 1,
    });
    const counts = Object.fromEntries(
      (shown?.statistics ?? []).map(({ name = '', value }) => [name, value]),
    );
    expect(counts).toMatchObject({
      runningEC2TasksCount: '1',
      runningFargateTasksCount: '1',
      pendingEC2TasksCount: '1',
      activeFargateServiceCount: '1',
      drainingFargateServiceCount: '1',
      activeEC2ServiceCount: '0',
    });
  });
});

describe('ListClusters', () => {
  it('lists the ACTIVE clusters of the region, each once for any page size', () => {
    for (const clusterName of ['c', 'a', 'b', 'gone']) createCluster({ clusterName }, context);
    createCluster({ clusterName: 'far' }, contextOf(context.store, 'us-east-1'));
    deleteCluster({ cluster: 'gone' }, context);
    const expected = ['a', 'b', 'c'].map((name) => PROD.replace('prod', name));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), (maxResults) => {
        const listed: string[] = [];
        let nextToken: string | undefined;
        do {
          const page = listClusters({ maxResults, nextToken }, context);
          listed.push(...(page.clusterArns ?? []));
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        expect(listed).toEqual(expected);
      }),
    );
  });
});

describe('DeleteCluster', () => {
  it('leaves the cluster describable as INACTIVE, and can be repeated', () => {
    prod({ tags: [{ key: 'a', value: 'b' }] });
    expect(deleteCluster({ cluster: PROD }, context).cluster).toMatchObject({
      status: 'INACTIVE',
      registeredContainerInstancesCount: 0,
      settings: [{ name: 'containerInsights', value: 'disabled' }],
      tags: [],
    });
    expect(deleteCluster({ cluster: PROD }, context).cluster?.status).toBe('INACTIVE');
    expect(describeClusters({ clusters: ['prod'] }, context).clusters).toMatchObject([
      { status: 'INACTIVE' },
    ]);
    expect(refusalOf(() => deleteCluster({ cluster: 'none' }, context))).toEqual(NOT_FOUND);
  });

  it('is refused while services or tasks are there', () => {
    prod();
    const { store } = context;
    const service = storedService(PROD, 'web', { status: 'DRAINING', desiredCount: 0 });
    store.transaction(() => store.services.put(service.serviceArn, service));
    expect(refusalOf(() => deleteCluster({ cluster: 'prod' }, context))).toEqual({
      code: 'ClusterContainsServicesException',
      message: 'The Cluster cannot be deleted while Services are active.',
    });
    const task = storedTask(PROD, 'a', { lastStatus: 'STOPPING' });
    store.transaction(() => {
      store.services.put(service.serviceArn, { ...service, status: 'INACTIVE' });
      store.tasks.put(task.taskArn, task);
    });
    expect(refusalOf(() => deleteCluster({ cluster: 'prod' }, context)).code).toBe(
      'ClusterContainsTasksException',
    );
    store.transaction(() => store.tasks.put(task.taskArn, { ...task, lastStatus: 'STOPPED' }));
    expect(deleteCluster({ cluster: 'prod' }, context).cluster?.status).toBe('INACTIVE');
  });
});

describe('changing a cluster', () => {
  const NONE = { executeCommandConfiguration: { logging: 'NONE' as const } };

  it('changes what is given and keeps the rest', () => {
    prod({ tags: [{ key: 'a', value: 'b' }] });
    expect(updateCluster({ cluster: 'prod', configuration: NONE }, context).cluster).toMatchObject({
      configuration: NONE,
      settings: [{ name: 'containerInsights', value: 'disabled' }],
      attachments: [],
      tags: [],
    });
    const settings = [{ name: 'containerInsights' as const, value: 'enabled' }];
    expect(updateClusterSettings({ cluster: PROD, settings }, context).cluster).toMatchObject({
      configuration: NONE,
      settings,
    });
    expect(describeClusters({ clusters: ['prod'], include: ['TAGS'] }, context)).toMatchObject({
      clusters: [{ tags: [{ key: 'a', value: 'b' }] }],
    });
  });

  it('sets and takes away the namespace', () => {
    prod({ serviceConnectDefaults: { namespace: 'first' } });
    const set = (namespace?: string): unknown =>
      updateCluster(
        {
          cluster: 'prod',
          ...(namespace === undefined ? {} : { serviceConnectDefaults: { namespace } }),
        },
        context,
      ).cluster?.serviceConnectDefaults;
    expect(set()).toEqual({ namespace: 'first' });
    expect(set('second')).toEqual({ namespace: 'second' });
    expect(set('')).toBeUndefined();
  });

  it('looks for the cluster before it looks at the values', () => {
    const settings = [{ name: 'containerInsights' as const, value: 'bad' }];
    expect(refusalOf(() => updateClusterSettings({ cluster: 'none', settings }, context))).toEqual(
      NOT_FOUND,
    );
    prod();
    expect(refusalOf(() => updateClusterSettings({ cluster: 'prod', settings }, context))).toEqual({
      code: 'InvalidParameterException',
      message: "Invalid setting 'value'",
    });
    deleteCluster({ cluster: 'prod' }, context);
    expect(refusalOf(() => updateCluster({ cluster: 'prod' }, context))).toEqual({
      code: 'ClientException',
      message: 'Cluster was not ACTIVE.',
    });
  });

  it('replaces capacity providers, but none that is in use', () => {
    prod({ capacityProviders: ['FARGATE'] });
    const put = (capacityProviders: string[]): unknown =>
      putClusterCapacityProviders(
        { cluster: 'prod', capacityProviders, defaultCapacityProviderStrategy: [] },
        context,
      ).cluster?.capacityProviders;
    expect(put(['FARGATE', 'my-instances'])).toEqual(['FARGATE', 'my-instances']);
    const service = storedService(PROD, 'web', {
      capacityProviderStrategy: [{ capacityProvider: 'my-instances', weight: 1 }],
    });
    const { store } = context;
    store.transaction(() => store.services.put(service.serviceArn, service));
    expect(put(['my-instances'])).toEqual(['my-instances']);
    expect(refusalOf(() => put(['FARGATE']))).toEqual({
      code: 'ResourceInUseException',
      message: 'The specified capacity provider is in use and cannot be removed.',
    });
  });
});
