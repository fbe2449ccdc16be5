/** The end of a service that was deleted (reference: ECS semantics 4.5). */
import { stopEvents } from './narration.ts';
import { scalingReason, type Observation, type ServicePlan } from './service-plan.ts';
import { settle } from './settle.ts';
import type { ServiceSnapshot } from './snapshot.ts';

/** Stops everything; the service goes when no task serves any more (reference: ECS semantics 4.5). */
export function planRemoval(
  snapshot: ServiceSnapshot,
  { deployments, tasks, notes, events }: Observation,
): ServicePlan {
  const present = tasks.filter(
    ({ standing }) => standing.kind !== 'stopped' && standing.kind !== 'leaving',
  );
  const serving = snapshot.tasks.some(
    ({ lastStatus }) => !['STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(lastStatus),
  );
  const settled = settle(deployments, snapshot, tasks, present);
  return {
    start: [],
    stop: present.map(({ task }) => ({
      taskId: task.id,
      reason: scalingReason(task.deploymentId),
    })),
    deployments: serving ? settled : settled.slice(0, 1),
    notes,
    events: [...events, ...stopEvents(snapshot.serviceName, present)],
    steady: false,
    deactivate: !serving,
    final: true,
  };
}
