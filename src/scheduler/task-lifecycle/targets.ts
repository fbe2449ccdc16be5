/** Which targets a task has, and where they stand (reference: ECS semantics 8.5, 9.3). */
import type { LifecycleContainer, LifecycleTask, TaskTarget } from './task.ts';
import type { TargetBinding, TaskView } from './view.ts';

/** Whether a task's targets can be registered. */
export type Registration =
  /** `missing`: those without a row. */
  | {
      readonly kind: 'ready';
      readonly targets: readonly TaskTarget[];
      readonly missing: readonly TaskTarget[];
    }
  /** A former target with the same id and port drains still: its row is awaited to go, so that nobody mixes up the two. */
  | { readonly kind: 'occupied' }
  /** The message begins with `ResourceInitializationError`. */
  | { readonly kind: 'impossible'; readonly reason: string };

/** Judges the registration of a task whose containers have started. */
export function registrationOf(view: TaskView<LifecycleTask>): Registration {
  const targets: TaskTarget[] = [];
  for (const binding of view.bindings) {
    const target = targetOf(view, binding);
    if (typeof target === 'string')
      return { kind: 'impossible', reason: `ResourceInitializationError: ${target}` };
    targets.push(target);
  }
  const rows = targets.map((target) => view.findTarget(target));
  if (rows.some((row) => row?.deregisteredAt !== undefined)) return { kind: 'occupied' };
  return {
    kind: 'ready',
    targets,
    missing: targets.filter((_, index) => rows[index] === undefined),
  };
}

/** The target of one load balancer entry, or why there is none. */
function targetOf(view: TaskView<LifecycleTask>, binding: TargetBinding): TaskTarget | string {
  const { targetGroupArn, targetType, containerName, containerPort } = binding;
  switch (targetType) {
    case 'missing':
      return `target group ${targetGroupArn} does not exist; update the service's loadBalancers to one that does`;
    case 'ip': {
      const id = view.task.networkInterface?.privateIPv4Address;
      return id === undefined
        ? `target group ${targetGroupArn} has target type ip, which needs a task definition with networkMode awsvpc`
        : { targetGroupArn, id, port: containerPort };
    }
    case 'instance': {
      const port = hostPort(view.task.containers, containerName, containerPort);
      if (port === undefined)
        return `container '${containerName}' does not offer port ${containerPort}; add it to the portMappings of the task definition`;
      return view.ec2InstanceId === undefined
        ? `target group ${targetGroupArn} has target type instance, which needs a task on a container instance (launch type EC2)`
        : { targetGroupArn, id: view.ec2InstanceId, port };
    }
  }
}

function hostPort(
  containers: readonly LifecycleContainer[],
  containerName: string,
  containerPort: number,
): number | undefined {
  return containers
    .find(({ name }) => name === containerName)
    ?.ports.find((port) => port.containerPort === containerPort && port.protocol === 'tcp')
    ?.hostPort;
}

/** The targets of a stopping task that are not drained yet, and those of them that are still to be deregistered. */
export interface OpenTargets {
  readonly open: readonly TaskTarget[];
  readonly registered: readonly TaskTarget[];
}

/**
 * Where the targets of a task stand that began to stop at `stoppingAt` (epoch ms). A target whose row is gone is drained; so
 * is one that somebody registered anew since: that row is not the task's.
 */
export function openTargets(view: TaskView<LifecycleTask>, stoppingAt: number): OpenTargets {
  const open: TaskTarget[] = [];
  const registered: TaskTarget[] = [];
  for (const target of view.task.targets) {
    const row = view.findTarget(target);
    if (row === undefined) continue;
    if (row.deregisteredAt === undefined) {
      if (row.registeredAt > stoppingAt) continue;
      registered.push(target);
    }
    open.push(target);
  }
  return { open, registered };
}
