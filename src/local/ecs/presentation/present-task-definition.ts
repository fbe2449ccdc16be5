/** A task definition as the API shows it (reference: ECS semantics 3.2, 3.4). */
import type { Compatibility, TaskDefinition as ShownTaskDefinition } from '@aws-sdk/client-ecs';
import { toDate } from '../../../base/clock.ts';
import type { TaskDefinition } from '../../state/entities.ts';

/** With everything that is known of it; tags are a member of the answer, not of this. */
export function presentTaskDefinition(stored: TaskDefinition): ShownTaskDefinition {
  const { deregisteredAt, deleteRequestedAt } = stored;
  return {
    ...stored.definition,
    taskDefinitionArn: stored.taskDefinitionArn,
    revision: stored.revision,
    status: stored.status,
    ...(stored.requiresAttributes.length === 0
      ? {}
      : { requiresAttributes: stored.requiresAttributes.map((name) => ({ name })) }),
    // What compatibilities.ts computed, through JSON.
    compatibilities: [...stored.compatibilities] as Compatibility[],
    registeredAt: toDate(stored.registeredAt),
    registeredBy: stored.registeredBy,
    ...(deregisteredAt === undefined ? {} : { deregisteredAt: toDate(deregisteredAt) }),
    ...(deleteRequestedAt === undefined ? {} : { deleteRequestedAt: toDate(deleteRequestedAt) }),
  };
}
