import type { ContainerDefinition, ContainerOverride } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { containerSpec } from '../../../../src/local/controllers/tasks/container-spec.ts';
import type { Task, TaskDefinition } from '../../../../src/local/state/entities.ts';

function spec(
  definition: Partial<ContainerDefinition>,
  override: Partial<ContainerOverride> = {},
  networkMode: Task['networkMode'] = 'bridge',
) {
  const task = {
    taskArn: 'arn:task',
    networkMode,
    containers: [{ name: 'app', image: 'repo/app:1' }],
    overrides: {
      containerOverrides: [
        { name: 'other', command: ['x'] },
        { name: 'app', ...override },
      ],
    },
  } as unknown as Task;
  const taskDefinition = {
    definition: { containerDefinitions: [{ name: 'app', image: 'repo/app:1', ...definition }] },
  } as unknown as TaskDefinition;
  return containerSpec(task, taskDefinition, 'app', 't-0-1');
}

describe('what a container is started with', () => {
  it('is its definition', () => {
    expect(
      spec({
        entryPoint: ['/bin/app'],
        command: ['serve'],
        workingDirectory: '/srv',
        environment: [{ name: 'A', value: '1' }],
        secrets: [{ name: 'TOKEN', valueFrom: 'arn:secret' }],
      }),
    ).toStrictEqual({
      id: 't-0-1',
      taskArn: 'arn:task',
      name: 'app',
      image: 'repo/app:1',
      entryPoint: ['/bin/app'],
      command: ['serve'],
      workingDirectory: '/srv',
      environment: { A: '1' },
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:secret' }],
      ports: [],
    });
  });

  it('leaves what is not given, or empty, to the image', () => {
    expect(spec({ entryPoint: [], command: [] })).toStrictEqual({
      id: 't-0-1',
      taskArn: 'arn:task',
      name: 'app',
      image: 'repo/app:1',
      environment: {},
      ports: [],
    });
  });

  it("is changed by the task's overrides: command replaced, environment merged by name", () => {
    const overridden = spec(
      {
        command: ['serve'],
        environment: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      {
        command: ['migrate'],
        environment: [
          { name: 'B', value: '3' },
          { name: 'C', value: '4' },
        ],
      },
    );
    expect(overridden.command).toEqual(['migrate']);
    expect(overridden.environment).toEqual({ A: '1', B: '3', C: '4' });
  });

  it('must be in the definition', () => {
    expect(() => spec({ name: 'web' })).toThrow('task arn:task has no container app');
  });
});

describe('the ports of a container', () => {
  const mapping = { containerPort: 8080, hostPort: 8080, protocol: 'tcp' } as const;

  it.each([
    ['awsvpc', 0],
    ['bridge', 8080],
    ['host', 8080],
  ] as const)('in network mode %s ask for host port %i', (networkMode, hostPort) => {
    expect(spec({ portMappings: [mapping] }, {}, networkMode).ports).toEqual([
      { containerPort: 8080, hostPort, protocol: 'tcp' },
    ]);
  });

  it('are none in network mode none', () => {
    expect(spec({ portMappings: [mapping] }, {}, 'none').ports).toEqual([]);
  });

  it('are dynamic in bridge mode and fixed in host mode when no host port is given', () => {
    const udp = { portMappings: [{ containerPort: 53, protocol: 'udp' as const }] };
    expect(spec(udp).ports).toEqual([{ containerPort: 53, hostPort: 0, protocol: 'udp' }]);
    expect(spec(udp, {}, 'host').ports).toEqual([
      { containerPort: 53, hostPort: 53, protocol: 'udp' },
    ]);
    expect(spec({ portMappings: [{ containerPort: 80 }] }).ports).toMatchObject([
      { protocol: 'tcp' },
    ]);
  });

  it('of a range are each dynamic', () => {
    const ports = spec({ portMappings: [{ containerPortRange: '9000-9002' }, {}] }).ports;
    expect(ports).toEqual(
      [9000, 9001, 9002].map((containerPort) => ({ containerPort, hostPort: 0, protocol: 'tcp' })),
    );
  });
});
