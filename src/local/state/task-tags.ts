/** The tags that a new task gets (reference: ECS semantics 4.4: `propagateTags`, `enableECSManagedTags`). */
import type { Tag } from '@aws-sdk/client-ecs';

/** Where a task's tags come from. */
export interface TaskTagSources {
  /** Given with RunTask or StartTask. */
  readonly own?: readonly Tag[];
  /** Of the service or task definition, when they are propagated. */
  readonly propagated?: readonly Tag[];
  /** Present when ECS adds its own tags. */
  readonly managed?: { readonly clusterName: string; readonly serviceName?: string };
}

/** All of them; own tags win over propagated ones with the same key. */
export function taskTags(sources: TaskTagSources): readonly Tag[] {
  const byKey = new Map<string | undefined, Tag>();
  for (const tag of [...(sources.propagated ?? []), ...(sources.own ?? [])])
    byKey.set(tag.key, tag);
  if (sources.managed !== undefined) {
    const { clusterName, serviceName } = sources.managed;
    byKey.set('aws:ecs:clusterName', { key: 'aws:ecs:clusterName', value: clusterName });
    if (serviceName !== undefined)
      byKey.set('aws:ecs:serviceName', { key: 'aws:ecs:serviceName', value: serviceName });
  }
  return [...byKey.values()];
}
