/** Which changes of a task may alter what its service does next. */
import type { Service, Task, TaskStatus } from '../../state/entities.ts';

/**
 * False for changes that the service scheduler does not look at: the steps on the way to RUNNING and, unless the service is
 * being deleted, to the end; a task's end being forgotten; the scheduler's own notes, whose consequences were written with them.
 */
export function altersNextStep(
  former: Task | undefined,
  task: Task | undefined,
  serviceStatus: Service['status'] | undefined,
): boolean {
  if (task === undefined) return false;
  if (former === undefined) return true;
  return (
    stageOf(former.lastStatus, serviceStatus) !== stageOf(task.lastStatus, serviceStatus) ||
    former.desiredStatus !== task.desiredStatus ||
    former.targets !== task.targets ||
    former.containers.some(
      ({ healthStatus }, index) => healthStatus !== task.containers[index]?.healthStatus,
    )
  );
}

type Stage = 'pending' | 'serving' | 'stopping' | 'stopped';

function stageOf(status: TaskStatus, serviceStatus: Service['status'] | undefined): Stage {
  switch (status) {
    case 'PROVISIONING':
    case 'PENDING':
    case 'ACTIVATING':
      return 'pending';
    case 'RUNNING':
    case 'DEACTIVATING':
      return 'serving';
    case 'STOPPING':
    case 'DEPROVISIONING':
      return serviceStatus === 'DRAINING' ? 'stopping' : 'serving';
    case 'STOPPED':
      return 'stopped';
  }
}
