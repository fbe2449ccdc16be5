import { describe, expect, it } from 'vitest';
import {
  pinImages,
  revisionOf,
  targetBindings,
} from '../../../../src/local/controllers/tasks/service-revision.ts';
import type { ServiceRevision } from '../../../../src/local/state/entities.ts';
import { REVISION_ARN, SERVICE_ARN, serviceWith, TARGET_GROUP_ARN, World } from './world.ts';

const world = new World({
  containers: [
    { name: 'app', image: 'app:1' },
    { name: 'log', image: 'log:1', versionConsistency: 'disabled' },
  ],
  networkMode: 'bridge',
  balanced: { containerName: 'app', containerPort: 80 },
});
const { store, definition, revision } = world;
const task = world.task(world.createTask());

describe("a task's service revision", () => {
  it('has the number of its deployment', () => {
    expect(revisionOf(store, task)?.serviceRevisionArn).toBe(REVISION_ARN);
  });

  it('is the one that the service lists for the deployment', () => {
    const other = new World({ ...world.options });
    const arn = `${REVISION_ARN}9`;
    other.operate(() => {
      other.store.services.put(SERVICE_ARN, serviceWith(arn));
      other.store.serviceRevisions.put(arn, { ...revision, serviceRevisionArn: arn });
    });
    expect(revisionOf(other.store, task)?.serviceRevisionArn).toBe(arn);
  });

  it('does not exist for a task of RunTask', () => {
    const { serviceArn: _, ...loose } = task;
    expect(revisionOf(store, loose)).toBeUndefined();
    const { deploymentId: __, ...external } = task;
    expect(revisionOf(store, external)).toBeUndefined();
    expect(targetBindings(store, loose)).toEqual([]);
  });

  it('names its target groups, with their type, and those that are gone', () => {
    const other = new World({ ...world.options });
    const entry = { containerName: 'app', containerPort: 80 };
    const loadBalancers = [
      { targetGroupArn: TARGET_GROUP_ARN, ...entry },
      { targetGroupArn: 'gone', ...entry },
      { loadBalancerName: 'classic', ...entry },
    ];
    other.operate(() =>
      other.store.serviceRevisions.put(REVISION_ARN, { ...revision, loadBalancers }),
    );
    expect(targetBindings(other.store, task)).toEqual([
      { targetGroupArn: TARGET_GROUP_ARN, targetType: 'instance', ...entry },
      { targetGroupArn: 'gone', targetType: 'missing', ...entry },
    ]);
  });
});

describe('the images of a deployment', () => {
  const digests = [
    { image: 'app:1', digest: 'sha256:a' },
    { image: 'log:1', digest: 'sha256:l' },
  ];
  const pinnedRevision: ServiceRevision = {
    ...revision,
    containerImages: [
      { containerName: 'app', image: 'app:1', imageDigest: 'sha256:a' },
      { containerName: 'log', image: 'log:1' },
    ],
  };

  it('are pinned by its first task, but for those without version consistency', () => {
    expect(pinImages(revision, definition, digests)).toEqual({
      kind: 'pinned',
      revision: pinnedRevision,
    });
  });

  it('stay as they are for later tasks', () => {
    expect(pinImages(pinnedRevision, definition, digests)).toEqual({ kind: 'unchanged' });
    expect(pinImages(revision, definition, [])).toEqual({ kind: 'unchanged' });
    expect(pinImages(undefined, definition, digests)).toEqual({ kind: 'unchanged' });
  });

  it('must not have moved since', () => {
    const moved = [{ image: 'app:1', digest: 'sha256:b' }];
    expect(pinImages(pinnedRevision, definition, moved)).toMatchObject({
      kind: 'moved',
      image: 'app:1',
    });
  });
});
