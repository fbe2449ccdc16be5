import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClusterQuery } from '../../src/scheduler/cluster-query.ts';
import {
  Occupancy,
  placeTask,
  type PlacementInstance,
  type PlacementRule,
  type TaskDemand,
} from '../../src/scheduler/placement.ts';

const INSTANCE: PlacementInstance = {
  instanceId: 'i-1',
  cpu: 2048,
  memoryMiB: 4096,
  attributes: { stack: 'prod', flag: '' },
};

function demand(members: Partial<TaskDemand> = {}): TaskDemand {
  return { cpu: 256, memoryMiB: 512, hostPorts: [], group: 'service:web', ...members };
}

function occupied(...tasks: readonly TaskDemand[]): Occupancy {
  const occupancy = new Occupancy();
  for (const task of tasks) occupancy.add(task);
  return occupancy;
}

function memberOf(expression: string): PlacementRule {
  const parsed = parseClusterQuery(expression);
  if (!parsed.ok) throw new Error(parsed.message);
  return { type: 'memberOf', query: parsed.query };
}

describe('placement on the one container instance', () => {
  it('takes a task that fits exactly', () => {
    const task = demand({ cpu: 2048, memoryMiB: 4096 });
    expect(placeTask(task, [], INSTANCE, occupied())).toEqual({ placed: true });
  });

  it('refuses CPU that is reserved already, and says how much is left', () => {
    expect(placeTask(demand({ cpu: 1025 }), [], INSTANCE, occupied(demand({ cpu: 1024 })))).toEqual(
      {
        placed: false,
        reason: 'RESOURCE:CPU',
        detail: '1025 CPU units are needed and 1024 are left',
      },
    );
  });

  it('refuses memory that is reserved already', () => {
    expect(
      placeTask(demand({ memoryMiB: 4000 }), [], INSTANCE, occupied(demand({ memoryMiB: 97 }))),
    ).toEqual({
      placed: false,
      reason: 'RESOURCE:MEMORY',
      detail: '4000 MiB are needed and 3999 are left',
    });
    const tooFull = occupied(demand({ memoryMiB: 5000, cpu: 0 }));
    expect(placeTask(demand({ memoryMiB: 1 }), [], INSTANCE, tooFull)).toMatchObject({
      detail: '1 MiB are needed and 0 are left',
    });
  });

  it('refuses a static host port that another task has, but not the same number of the other protocol', () => {
    const occupancy = occupied(demand({ hostPorts: ['8080/tcp'] }));
    expect(placeTask(demand({ hostPorts: ['8080/tcp'] }), [], INSTANCE, occupancy)).toEqual({
      placed: false,
      reason: 'RESOURCE:PORTS',
      detail: 'host port 8080/tcp is already used by another task',
    });
    expect(placeTask(demand({ hostPorts: ['8080/udp'] }), [], INSTANCE, occupancy)).toEqual({
      placed: true,
    });
  });

  it('refuses a second task of a group under distinctInstance, not the first of another group', () => {
    const rules: readonly PlacementRule[] = [{ type: 'distinctInstance' }];
    const occupancy = occupied(demand());
    expect(placeTask(demand(), rules, INSTANCE, occupancy)).toEqual({
      placed: false,
      reason: 'DistinctInstance placement constraint unsatisfied.',
      detail: 'a task of service:web already runs on the only container instance',
    });
    expect(placeTask(demand({ group: 'service:api' }), rules, INSTANCE, occupancy)).toEqual({
      placed: true,
    });
  });

  it('judges memberOf by attributes, groups of running tasks and the instance id', () => {
    const occupancy = occupied(demand({ group: 'family:batch' }));
    const place = (expression: string): boolean =>
      placeTask(demand(), [memberOf(expression)], INSTANCE, occupancy).placed;
    expect(place('attribute:stack == prod')).toBe(true);
    expect(place('attribute:stack == test')).toBe(false);
    expect(placeTask(demand(), [memberOf('attribute:none exists')], INSTANCE, occupancy)).toEqual({
      placed: false,
      reason: 'MemberOf placement constraint unsatisfied.',
      detail: 'the container instance does not satisfy the expression',
    });
    expect(place('attribute:flag exists')).toBe(true);
    expect(place('attribute:toString exists')).toBe(false);
    expect(place('task:group == family:batch')).toBe(true);
    expect(place('task:group == family:other')).toBe(false);
    expect(place('ec2InstanceId == i-1')).toBe(true);
  });

  it('never lets placed tasks take more than the instance has, nor a port twice', () => {
    const task = fc.record({
      cpu: fc.integer({ min: 0, max: 1024 }),
      memoryMiB: fc.integer({ min: 0, max: 2048 }),
      hostPorts: fc.subarray(['80/tcp', '81/tcp', '80/udp']),
      group: fc.constantFrom('service:a', 'service:b'),
    });
    fc.assert(
      fc.property(fc.array(task, { maxLength: 30 }), (tasks) => {
        const occupancy = new Occupancy();
        const placed = tasks.filter((candidate) => {
          const fits = placeTask(candidate, [], INSTANCE, occupancy).placed;
          if (fits) occupancy.add(candidate);
          return fits;
        });
        const ports = placed.flatMap(({ hostPorts }) => hostPorts);
        expect(new Set(ports).size).toBe(ports.length);
        expect(placed.reduce((sum, { cpu }) => sum + cpu, 0)).toBeLessThanOrEqual(INSTANCE.cpu);
        expect(placed.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0)).toBeLessThanOrEqual(
          INSTANCE.memoryMiB,
        );
      }),
    );
  });
});
