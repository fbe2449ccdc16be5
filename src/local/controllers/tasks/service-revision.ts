/** A task's service revision: the target groups it belongs to and the images that its deployment began with. */
import { lastPart } from '../../../base/arn.ts';
import type { PulledImage } from '../../../scheduler/task-lifecycle/transitions.ts';
import type { TargetBinding } from '../../../scheduler/task-lifecycle/view.ts';
import { resolvedLoadBalancers } from '../../ecs/resolved-target-groups.ts';
import type { ServiceRevision, Task, TaskDefinition } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';

/**
 * The revision that the task was started from; undefined for tasks of RunTask. The number of a revision is that of its
 * deployment (reference: ECS semantics 1.6).
 */
export function revisionOf(store: Store, task: Task): ServiceRevision | undefined {
  const { serviceArn, deploymentId } = task;
  if (serviceArn === undefined || deploymentId === undefined) return undefined;
  const listed = store.services
    .get(serviceArn)
    ?.deployments.find(({ id }) => id === deploymentId)?.serviceRevisionArn;
  const arn =
    listed ?? `${serviceArn.replace(':service/', ':service-revision/')}/${lastPart(deploymentId)}`;
  return store.serviceRevisions.get(arn);
}

/** The target groups that the task's revision names; classic load balancers do not exist here. */
export function targetBindings(store: Store, task: Task): readonly TargetBinding[] {
  const revision = revisionOf(store, task);
  if (revision === undefined) return [];
  return resolvedLoadBalancers(revision).flatMap((entry) => {
    const { targetGroupArn, containerName = '', containerPort = 0 } = entry;
    if (targetGroupArn === undefined) return [];
    const targetType = store.targetGroups.get(targetGroupArn)?.targetType ?? 'missing';
    return [{ targetGroupArn, targetType, containerName, containerPort }];
  });
}

/** What version consistency makes of the digests that a task's pull resolved. */
export type PinnedImages =
  | { readonly kind: 'unchanged' }
  /** The first task of the deployment: the revision with its digests, to be stored. */
  | { readonly kind: 'pinned'; readonly revision: ServiceRevision }
  /** The tag has moved since the deployment began: running it would break the promise of one version. */
  | { readonly kind: 'moved'; readonly image: string; readonly message: string };

/**
 * Pins the digests in the service revision, or compares them with those that an earlier task of the deployment pinned.
 * Containers with `versionConsistency: disabled` take no part (reference: ECS semantics 3.1, 6.5).
 */
export function pinImages(
  revision: ServiceRevision | undefined,
  taskDefinition: TaskDefinition,
  pulled: readonly PulledImage[],
): PinnedImages {
  if (revision === undefined) return { kind: 'unchanged' };
  let pinned = false;
  const containerImages = [];
  for (const entry of revision.containerImages) {
    const { containerName, image, imageDigest } = entry;
    const digest = pulled.find((candidate) => candidate.image === image)?.digest;
    const isConsistent =
      taskDefinition.definition.containerDefinitions?.find(({ name }) => name === containerName)
        ?.versionConsistency !== 'disabled';
    if (digest === undefined || !isConsistent || digest === imageDigest) {
      containerImages.push(entry);
      continue;
    }
    if (imageDigest !== undefined)
      return {
        kind: 'moved',
        image,
        message:
          `CannotPullContainerError: ${image} was ${imageDigest} when the deployment began and is ${digest} now; ` +
          `start a new deployment (update-service --force-new-deployment) to run what it is now`,
      };
    pinned = true;
    containerImages.push({ ...entry, imageDigest: digest });
  }
  return pinned
    ? { kind: 'pinned', revision: { ...revision, containerImages } }
    : { kind: 'unchanged' };
}
