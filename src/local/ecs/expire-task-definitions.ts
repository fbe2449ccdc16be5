/** The end of a deleted task definition: it goes once nothing uses it any more (reference: ECS semantics 3.4). */
import type { Service, TaskDefinition } from '../state/entities.ts';
import type { Store } from '../state/store.ts';
import type { EcsDependencies } from './context.ts';

/** A deleted definition can be read at least this long, so that whoever deleted it can see that it was. */
const SHORTEST_STAY_MS = 3_600_000;

/**
 * Removes the definitions that are DELETE_IN_PROGRESS for an hour and that no service and no task uses. Their numbers are
 * not used again. Call it outside of a transaction.
 * @returns how many were removed
 */
export function expireTaskDefinitions({
  store,
  clock,
}: Pick<EcsDependencies, 'store' | 'clock'>): number {
  const latest = clock.now() - SHORTEST_STAY_MS;
  const expired = Array.from(store.taskDefinitions.values()).filter(
    (definition) =>
      definition.status === 'DELETE_IN_PROGRESS' &&
      (definition.deleteRequestedAt ?? 0) <= latest &&
      store.tasks.count('taskDefinition', definition.taskDefinitionArn) === 0,
  );
  if (expired.length === 0) return 0;
  const used = usedByServices(store);
  const unused = expired.filter((definition) => !used.has(definition.taskDefinitionArn));
  store.transaction(() => {
    for (const { taskDefinitionArn } of unused) store.taskDefinitions.delete(taskDefinitionArn);
  });
  return unused.length;
}

/** What services run, replace at this moment, or could roll back to. */
function usedByServices(
  store: Store,
): ReadonlySet<TaskDefinition['taskDefinitionArn'] | undefined> {
  return new Set(
    Array.from(store.services.values())
      .filter((service) => service.status !== 'INACTIVE')
      .flatMap((service) => [
        service.taskDefinition,
        ...service.deployments.map((deployment) => deployment.taskDefinition),
        ...sourcesOf(service, store),
      ]),
  );
}

function sourcesOf(
  { currentServiceDeploymentArn }: Service,
  { serviceDeployments, serviceRevisions }: Store,
): readonly (string | undefined)[] {
  if (currentServiceDeploymentArn === undefined) return [];
  const deployment = serviceDeployments.get(currentServiceDeploymentArn);
  return (deployment?.sourceServiceRevisionArns ?? []).map(
    (arn) => serviceRevisions.get(arn)?.taskDefinition,
  );
}
