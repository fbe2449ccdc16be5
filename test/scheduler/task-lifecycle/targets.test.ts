import { describe, expect, it } from 'vitest';
import { registrationOf } from '../../../src/scheduler/task-lifecycle/targets.ts';
import type { TargetBinding, TaskView } from '../../../src/scheduler/task-lifecycle/view.ts';
import type { LifecycleTask } from '../../../src/scheduler/task-lifecycle/task.ts';
import { pulled, running, T0, TARGET, view } from './builders.ts';

const PORTS = [
  { containerPort: 80, protocol: 'udp', host: '127.0.0.1', hostPort: 1 },
  { containerPort: 80, protocol: 'tcp', host: '127.0.0.1', hostPort: 31_000 },
  { containerPort: 90, protocol: 'tcp', host: '127.0.0.1', hostPort: 2 },
] as const;
const of = pulled({
  containers: [running('log'), running('app', { ports: PORTS })],
  networkInterface: { privateIPv4Address: '10.0.0.7' },
});
const binding: TargetBinding = {
  targetGroupArn: 'tg-1',
  targetType: 'ip',
  containerName: 'app',
  containerPort: 80,
};

function register(
  bindings: readonly TargetBinding[],
  members: Partial<TaskView<LifecycleTask>> = {},
) {
  return registrationOf({ ...view(of, { bindings, ec2InstanceId: 'i-1' }), ...members });
}

describe('targets of a task', () => {
  it('of type ip are its network interface with the container port', () => {
    expect(register([binding])).toEqual({ kind: 'ready', targets: [TARGET], missing: [TARGET] });
  });

  it('of type instance are the container instance with the host port', () => {
    const target = { targetGroupArn: 'tg-1', id: 'i-1', port: 31_000 };
    expect(register([{ ...binding, targetType: 'instance' }])).toEqual({
      kind: 'ready',
      targets: [target],
      missing: [target],
    });
  });

  it('are none without load balancers', () => {
    expect(register([])).toEqual({ kind: 'ready', targets: [], missing: [] });
  });

  it('are registered where they are not yet', () => {
    const second = { ...binding, targetGroupArn: 'tg-2' };
    const findTarget: TaskView<LifecycleTask>['findTarget'] = ({ targetGroupArn }) =>
      targetGroupArn === 'tg-1' ? { registeredAt: T0 } : undefined;
    expect(register([binding, second], { findTarget })).toMatchObject({
      kind: 'ready',
      targets: [TARGET, { ...TARGET, targetGroupArn: 'tg-2' }],
      missing: [{ ...TARGET, targetGroupArn: 'tg-2' }],
    });
  });

  it('are occupied while one of them drains', () => {
    const second = { ...binding, targetGroupArn: 'tg-2' };
    const findTarget: TaskView<LifecycleTask>['findTarget'] = ({ targetGroupArn }) =>
      targetGroupArn === 'tg-2' ? { registeredAt: T0, deregisteredAt: T0 } : undefined;
    expect(register([binding, second], { findTarget })).toEqual({ kind: 'occupied' });
  });
});

describe('targets that cannot be registered', () => {
  it.each<[string, TargetBinding, Partial<TaskView<LifecycleTask>>, string]>([
    [
      'name the target group that is gone',
      { ...binding, targetType: 'missing' },
      {},
      "target group tg-1 does not exist; update the service's loadBalancers to one that does",
    ],
    [
      'of type ip need an awsvpc task',
      binding,
      { task: pulled() },
      'target group tg-1 has target type ip, which needs a task definition with networkMode awsvpc',
    ],
    [
      'of type instance need the port',
      { ...binding, targetType: 'instance', containerPort: 81 },
      {},
      "container 'app' does not offer port 81; add it to the portMappings of the task definition",
    ],
    [
      'of type instance need the container',
      { ...binding, targetType: 'instance', containerName: 'web' },
      {},
      "container 'web' does not offer port 80; add it to the portMappings of the task definition",
    ],
  ])('%s', (_, of, members, reason) => {
    expect(register([of], members)).toEqual({
      kind: 'impossible',
      reason: `ResourceInitializationError: ${reason}`,
    });
  });

  it('of type instance need a container instance', () => {
    const { ec2InstanceId: _, ...fargate } = view(of, { ec2InstanceId: 'i-1' });
    expect(
      registrationOf({ ...fargate, bindings: [{ ...binding, targetType: 'instance' }] }),
    ).toMatchObject({
      kind: 'impossible',
      reason:
        'ResourceInitializationError: target group tg-1 has target type instance, which needs a task on a container instance (launch type EC2)',
    });
  });
});
