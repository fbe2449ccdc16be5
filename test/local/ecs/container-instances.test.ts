import type { ContainerInstance, Resource } from '@aws-sdk/client-ecs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  containerInstanceArn,
  ec2InstanceId,
  placementInstance,
} from '../../../src/local/ecs/container-instance.ts';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { deleteCluster } from '../../../src/local/ecs/operations/delete-cluster.ts';
import { describeContainerInstances } from '../../../src/local/ecs/operations/describe-container-instances.ts';
import { findCluster } from '../../../src/local/ecs/lookup/find-cluster.ts';
import { listContainerInstances } from '../../../src/local/ecs/operations/list-container-instances.ts';
import { registerTaskDefinition } from '../../../src/local/ecs/operations/register-task-definition.ts';
import { tagResource } from '../../../src/local/ecs/operations/tag-resource.ts';
import type { Container, Task } from '../../../src/local/state/entities.ts';
import { freshContext, refusalOf, storedTask, type FreshContext } from './fresh-context.ts';

const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/default';
const ARN = containerInstanceArn(CLUSTER);

let context: FreshContext;

beforeEach(() => {
  context = freshContext();
});

function instance(): ContainerInstance | undefined {
  return describeContainerInstances({ containerInstances: [ARN] }, context).containerInstances?.[0];
}

function resource(resources: readonly Resource[] | undefined, name: string): Resource | undefined {
  return resources?.find((one) => one.name === name);
}

function put(task: Task): void {
  context.store.transaction(() => context.store.tasks.put(task.taskArn, task));
}

function containerWithPort(hostPort: number, protocol: 'tcp' | 'udp'): Container {
  return {
    containerArn: 'arn',
    name: 'app',
    image: 'busybox',
    lastStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    healthFailures: 0,
    restartCount: 0,
    ports: [{ containerPort: 80, protocol, host: '127.0.0.1', hostPort }],
  };
}

describe('the container instance', () => {
  it('is in every cluster, also in an empty one, and is listed', () => {
    expect(listContainerInstances({}, context)).toEqual({ containerInstanceArns: [ARN] });
    expect(instance()).toMatchObject({
      containerInstanceArn: ARN,
      ec2InstanceId: ec2InstanceId(CLUSTER),
      status: 'ACTIVE',
      agentConnected: true,
      runningTasksCount: 0,
      pendingTasksCount: 0,
      tags: [],
    });
  });

  it('has ids in AWS’s form that are the same for ever and differ between clusters', () => {
    expect(ARN).toMatch(
      /^arn:aws:ecs:eu-west-1:123456789012:container-instance\/default\/[0-9a-f]{32}$/,
    );
    expect(ec2InstanceId(CLUSTER)).toMatch(/^i-[0-9a-f]{17}$/);
    expect(containerInstanceArn(CLUSTER)).toBe(ARN);
    expect(ec2InstanceId(`${CLUSTER}2`)).not.toBe(ec2InstanceId(CLUSTER));
  });

  it('offers more than the machine has, the same to placement and to those who read', () => {
    const { cpu, memoryMiB } = placementInstance(findCluster(undefined, context), context.machine);
    expect(cpu).toBeGreaterThan(context.machine.cpus * 1024);
    expect(memoryMiB).toBeGreaterThan(context.machine.memoryMiB);
    for (const resources of [instance()?.registeredResources, instance()?.remainingResources]) {
      expect(resource(resources, 'CPU')?.integerValue).toBe(cpu);
      expect(resource(resources, 'MEMORY')?.integerValue).toBe(memoryMiB);
    }
  });

  it('has less left for each task that is on it, and lists the ports that these use', () => {
    const free = instance();
    registerTaskDefinition(
      {
        family: 'web',
        containerDefinitions: [
          { name: 'a', image: 'busybox', memory: 200, memoryReservation: 100, cpu: 10 },
          { name: 'b', image: 'busybox', memory: 50 },
        ],
      },
      context,
    );
    const here = { containerInstanceArn: ARN };
    put(storedTask(CLUSTER, 'a', { ...here, containers: [containerWithPort(8080, 'tcp')] }));
    put(
      storedTask(CLUSTER, 'b', {
        ...here,
        cpu: '256',
        memory: '512',
        lastStatus: 'PENDING',
        containers: [containerWithPort(53, 'udp')],
      }),
    );
    put(storedTask(CLUSTER, 'c', { ...here, lastStatus: 'STOPPED' }));
    put(
      storedTask(CLUSTER, 'd', {
        ...here,
        cpu: '0',
        memory: '0',
        networkMode: 'awsvpc',
        containers: [containerWithPort(9090, 'tcp')],
      }),
    );
    put(storedTask(CLUSTER, 'e', { launchType: 'FARGATE' }));
    const used = instance();
    const difference = (name: string): number =>
      (resource(free?.remainingResources, name)?.integerValue ?? 0) -
      (resource(used?.remainingResources, name)?.integerValue ?? 0);
    expect(difference('CPU')).toBe(10 + 256);
    expect(difference('MEMORY')).toBe(100 + 50 + 512);
    expect(used).toMatchObject({ runningTasksCount: 2, pendingTasksCount: 1 });
    const ports = resource(used?.remainingResources, 'PORTS')?.stringSetValue;
    expect(ports).toContain('8080');
    expect(ports).toContain('22');
    expect(ports).not.toContain('9090');
    expect(resource(used?.remainingResources, 'PORTS_UDP')?.stringSetValue).toEqual(['53']);
    expect(used?.registeredResources).toEqual(free?.registeredResources);
  });

  it('shows tags and health when they are included', () => {
    findCluster(undefined, context);
    const tags = [{ key: 'rack', value: '7' }];
    tagResource({ resourceArn: ARN, tags }, context);
    const shown = describeContainerInstances(
      { containerInstances: [ARN], include: ['TAGS', 'CONTAINER_INSTANCE_HEALTH'] },
      context,
    ).containerInstances?.[0];
    expect(shown).toMatchObject({ tags, healthStatus: { overallStatus: 'OK' } });
    expect(instance()).toMatchObject({ tags: [] });
  });
});

describe('DescribeContainerInstances', () => {
  it('takes an id, a short ARN and an ARN for the same, and has a failure for others', () => {
    const id = ARN.slice(ARN.lastIndexOf('/') + 1);
    const short = ARN.replace('default/', '');
    const answer = describeContainerInstances(
      { containerInstances: [id, short, ARN, 'other'] },
      context,
    );
    expect(answer.containerInstances).toHaveLength(1);
    expect(answer.failures).toEqual([{ arn: ARN.replace(id, 'other'), reason: 'MISSING' }]);
  });

  it('does not find the instance of another cluster', () => {
    createCluster({ clusterName: 'prod' }, context);
    const answer = describeContainerInstances(
      { cluster: 'prod', containerInstances: [ARN] },
      context,
    );
    expect(answer).toEqual({ containerInstances: [], failures: [{ arn: ARN, reason: 'MISSING' }] });
  });

  it('refuses an empty list, an unknown cluster and what is no container instance', () => {
    expect(
      refusalOf(() => describeContainerInstances({ containerInstances: [] }, context)),
    ).toEqual({
      code: 'InvalidParameterException',
      message: 'Container instances cannot be empty.',
    });
    expect(
      refusalOf(() =>
        describeContainerInstances({ cluster: 'none', containerInstances: [ARN] }, context),
      ).code,
    ).toBe('ClusterNotFoundException');
    expect(
      refusalOf(() => describeContainerInstances({ containerInstances: [CLUSTER] }, context))
        .message,
    ).toBe('Unsupported resource type: cluster');
  });
});

describe('ListContainerInstances', () => {
  it.each([
    [{ status: 'ACTIVE' as const }, true],
    [{ status: 'DRAINING' as const }, false],
    [{ filter: 'attribute:ecs.os-type == linux' }, true],
    [{ filter: 'attribute:ecs.cpu-architecture == arm64' }, false],
    [{ filter: `ec2InstanceId in [${ec2InstanceId(CLUSTER)}]` }, true],
    [{ filter: 'task:group == family:web' }, false],
    [{ filter: 'attribute:com.amazonaws.ecs.capability.logging-driver.awslogs exists' }, true],
  ])('%o', (input, listed) => {
    expect(listContainerInstances(input, context).containerInstanceArns).toEqual(
      listed ? [ARN] : [],
    );
  });

  it('refuses a filter that cannot be read', () => {
    expect(
      refusalOf(() => listContainerInstances({ filter: 'attribute:' }, context)).message,
    ).toContain("Invalid filter 'attribute:'");
  });

  it('lists none for a deleted cluster', () => {
    deleteCluster({ cluster: 'default' }, context);
    expect(listContainerInstances({}, context).containerInstanceArns).toEqual([]);
  });
});
