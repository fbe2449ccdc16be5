import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idSource, type IdSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { memoryJournal } from '../../../src/local/state/journal.ts';
import { newNetworkInterface } from '../../../src/local/state/network-interface.ts';
import { newServiceTask } from '../../../src/local/state/new-service-task.ts';
import { Store } from '../../../src/local/state/store.ts';
import { taskTags } from '../../../src/local/state/task-tags.ts';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { addTask, create, NETWORK, primary, serviceWorld, stored } from '../ecs/service-world.ts';

const FARGATE = {
  taskDefinition: 'vpc',
  launchType: 'FARGATE',
  networkConfiguration: NETWORK,
} as const;

describe('a new task of a service', () => {
  it('belongs to the deployment and its service', () => {
    const context = serviceWorld();
    create(context, {
      ...FARGATE,
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
      enableExecuteCommand: true,
      tags: [{ key: 'team', value: 'web' }],
    });
    const { id } = primary(context);
    expect(addTask(context, primary(context))).toMatchObject({
      serviceArn: stored(context).serviceArn,
      deploymentId: id,
      startedBy: id,
      group: 'service:web',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      cpu: '256',
      memory: '512',
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      enableExecuteCommand: true,
      schedulerNotes: [],
      targets: [],
      tags: [
        { key: 'team', value: 'web' },
        { key: 'aws:ecs:clusterName', value: 'default' },
        { key: 'aws:ecs:serviceName', value: 'web' },
      ],
      containers: [
        { name: 'app', lastStatus: 'PENDING', healthStatus: 'UNKNOWN', restartCount: 0 },
      ],
    });
  });

  it('takes the launch type of the capacity provider that was chosen for it', () => {
    const context = serviceWorld();
    createCluster({ clusterName: 'default', capacityProviders: ['FARGATE_SPOT'] }, context);
    create(context, {
      taskDefinition: 'vpc',
      networkConfiguration: NETWORK,
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    });
    const deployment = primary(context);
    const { store } = context;
    const revision = store.serviceRevisions.get(deployment.serviceRevisionArn);
    const taskDefinition = store.taskDefinitions.get(deployment.taskDefinition);
    if (revision === undefined || taskDefinition === undefined) throw new Error('not stored');
    const task = newServiceTask(
      {
        service: stored(context),
        deployment,
        revision,
        taskDefinition,
        capacityProviderName: 'FARGATE_SPOT',
        containerInstanceArn: 'arn:instance',
      },
      context,
    );
    expect(task).toMatchObject({ launchType: 'FARGATE', capacityProviderName: 'FARGATE_SPOT' });
    expect(task.containerInstanceArn).toBeUndefined();
  });

  it('has a zone by its subnet on Fargate', () => {
    const context = serviceWorld();
    create(context, FARGATE);
    const tasks = Array.from({ length: 20 }, () => addTask(context, primary(context)));
    const zones = new Set(
      tasks.map(({ availabilityZone, networkInterface }) =>
        [networkInterface?.subnetId, availabilityZone].join(),
      ),
    );
    expect(zones).toEqual(new Set(['subnet-1,eu-west-1a', 'subnet-2,eu-west-1b']));
  });
});

describe('a network interface', () => {
  it('has the form of one on AWS', () => {
    const store = new Store(memoryJournal);
    const ids = idSource(seededRandom(1));
    const made = newNetworkInterface({ subnets: ['subnet-1'] }, store, ids);
    expect(made.networkInterfaceId).toMatch(/^eni-[0-9a-f]{17}$/);
    expect(made.macAddress).toMatch(/^0a(:[0-9a-f]{2}){5}$/);
    expect(made.privateIPv4Address).toMatch(/^10\.0\.\d{1,3}\.\d{1,3}$/);
    expect(made.subnetId).toBe('subnet-1');
  });

  it('never has the address of another task, even when 10.0.0.0/16 seems full', () => {
    const context = serviceWorld();
    create(context, FARGATE);
    const first = addTask(context, primary(context)).networkInterface?.privateIPv4Address;
    const [, , third = '', fourth = ''] = first?.split('.') ?? [];
    // Every draw in the first network hits the taken address; the second part comes from `hex` too.
    let draws = 0;
    const stubborn: IdSource = {
      ...context.ids,
      hex(length) {
        if (length !== 2) return context.ids.hex(length);
        const value = [7, Number(third), Number(fourth) - 2][draws++ % 3] ?? 0;
        return value.toString(16).padStart(2, '0');
      },
    };
    const made = newNetworkInterface({ subnets: ['s'] }, context.store, stubborn);
    expect(made.privateIPv4Address).toBe(`10.7.${third}.${fourth}`);
  });

  it('gives a thousand tasks a thousand addresses', () => {
    const context = serviceWorld();
    create(context, FARGATE);
    const addresses = Array.from(
      { length: 1000 },
      () => addTask(context, primary(context)).networkInterface?.privateIPv4Address,
    );
    expect(new Set(addresses).size).toBe(1000);
  });
});

describe("a task's tags", () => {
  it('hold each key once, and the own value wins', () => {
    const tags = fc.uniqueArray(
      fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.string() }),
      { selector: ({ key }) => key },
    );
    fc.assert(
      fc.property(tags, tags, (own, propagated) => {
        const all = taskTags({ own, propagated });
        expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
        for (const tag of own) expect(all).toContainEqual(tag);
        expect(all).toHaveLength(new Set([...own, ...propagated].map(({ key }) => key)).size);
      }),
    );
  });
});
