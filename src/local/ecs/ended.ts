/** When a service deployment is over. */
import type { ServiceDeploymentStatus } from '../state/entities.ts';

/** True for the statuses that never change again (reference: ECS semantics 6.5). */
export function isEnded(status: ServiceDeploymentStatus): boolean {
  switch (status) {
    case 'SUCCESSFUL':
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return true;
    case 'PENDING':
    case 'IN_PROGRESS':
    case 'STOP_REQUESTED':
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return false;
  }
}
