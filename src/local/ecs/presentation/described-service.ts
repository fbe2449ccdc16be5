/**
 * A service as DescribeServices shows it, kept for the next who asks: deployers and dashboards ask again and again while
 * nothing changes.
 */
import type { Service as ShownService } from '@aws-sdk/client-ecs';
import type { Service } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { presentService } from './present-service.ts';
import { countTasks } from './task-counts.ts';

/** What was shown, and everything besides the service that it was made of. */
interface Kept {
  /** Of the store, when it was last known to be true. */
  version: number;
  readonly sources: readonly unknown[];
  readonly shown: ShownService;
}

/** Entities are replaced when they change, so that what is kept goes with the former one. */
const kept = { withTags: new WeakMap<Service, Kept>(), withoutTags: new WeakMap<Service, Kept>() };

/** The service with the counts of its tasks at this moment; frozen, so that its text is kept too (see jsonText). */
export function describedService(service: Service, store: Store, tags: boolean): ShownService {
  const memory = tags ? kept.withTags : kept.withoutTags;
  const former = memory.get(service);
  const { version } = store;
  if (former?.version === version) return former.shown;
  const sources = sourcesOf(service, store);
  if (former !== undefined && isSame(former.sources, sources)) {
    former.version = version;
    return former.shown;
  }
  const shown = Object.freeze(
    presentService(service, store, { tags, currentServiceDeployment: true }),
  );
  memory.set(service, { version, sources, shown });
  return shown;
}

function sourcesOf(service: Service, store: Store): readonly unknown[] {
  const { running, pending, byDeployment } = countTasks(store, service.serviceArn);
  const sources: unknown[] = [running, pending, store.serviceEvents.get(service.serviceArn)];
  for (const { id, serviceRevisionArn } of service.deployments) {
    const counts = byDeployment.get(id);
    sources.push(counts?.running, counts?.pending, store.serviceRevisions.get(serviceRevisionArn));
  }
  if (service.deploymentController === 'EXTERNAL') {
    for (const taskSet of store.taskSets.by('service', service.serviceArn)) {
      const counts = byDeployment.get(taskSet.id);
      sources.push(taskSet, counts?.running, counts?.pending);
    }
  }
  return sources;
}

/** Both come from the same service, which may have more task sets than before, or fewer. */
function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
