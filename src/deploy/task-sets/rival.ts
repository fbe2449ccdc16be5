/** Two deploys that begin in the same moment: the one whose task set is older goes on. Pure. */
import type { TaskSet } from '@aws-sdk/client-ecs';
import { isRolloutId } from './marks.ts';
import type { Look } from './observe.ts';
import type { Rollout } from './rollout.ts';

/** The id of the older task set that another deploy created beside the one of this client; undefined without one. */
export function olderRival(
  { service, green }: Pick<Look, 'service' | 'green'>,
  { create, known }: Pick<Rollout, 'create' | 'known'>,
): string | undefined {
  if (create === undefined || green === undefined) return undefined;
  return service.taskSets?.find(
    (set) =>
      isRolloutId(set.externalId) &&
      set.status !== 'DRAINING' &&
      set.id !== green.id &&
      !known.has(set.id ?? '') &&
      isOlder(set, green),
  )?.id;
}

/** By ECS's time, and by id where that is the same. */
function isOlder(a: TaskSet, b: TaskSet): boolean {
  const [at, bt] = [a.createdAt?.getTime() ?? 0, b.createdAt?.getTime() ?? 0];
  return at === bt ? (a.id ?? '') < (b.id ?? '') : at < bt;
}
