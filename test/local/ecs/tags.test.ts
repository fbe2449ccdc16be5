import type { Tag } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { containerInstanceArn } from '../../../src/local/ecs/container-instance.ts';
import { createCluster } from '../../../src/local/ecs/operations/create-cluster.ts';
import { deleteCluster } from '../../../src/local/ecs/operations/delete-cluster.ts';
import { listTagsForResource } from '../../../src/local/ecs/operations/list-tags-for-resource.ts';
import { registerTaskDefinition } from '../../../src/local/ecs/operations/register-task-definition.ts';
import { tagResource } from '../../../src/local/ecs/operations/tag-resource.ts';
import { untagResource } from '../../../src/local/ecs/operations/untag-resource.ts';
import {
  freshContext,
  refusalOf,
  storedService,
  storedTask,
  type FreshContext,
} from './fresh-context.ts';

const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod';
const SERVICE = CLUSTER.replace(':cluster/prod', ':service/prod/web');
const TASK = CLUSTER.replace(':cluster/prod', ':task/prod/0123');
const DEFINITION = CLUSTER.replace(':cluster/prod', ':task-definition/web:1');
const INSTANCE = containerInstanceArn(CLUSTER);

let context: FreshContext;

beforeEach(() => {
  context = freshContext();
  createCluster({ clusterName: 'prod' }, context);
  registerTaskDefinition(
    { family: 'web', containerDefinitions: [{ name: 'app', image: 'busybox', memory: 64 }] },
    context,
  );
  const { store } = context;
  const service = storedService(CLUSTER, 'web');
  const task = storedTask(CLUSTER, '0123');
  store.transaction(() => {
    store.services.put(service.serviceArn, service);
    store.tasks.put(task.taskArn, task);
  });
});

function tag(resourceArn: string, tags: Tag[]): void {
  expect(tagResource({ resourceArn, tags }, context)).toEqual({});
}

function untag(resourceArn: string, ...tagKeys: string[]): void {
  expect(untagResource({ resourceArn, tagKeys }, context)).toEqual({});
}

function tagsOf(resourceArn: string): unknown {
  return listTagsForResource({ resourceArn }, context).tags;
}

describe.each([
  ['cluster', CLUSTER],
  ['service', SERVICE],
  ['task', TASK],
  ['task definition', DEFINITION],
  ['container instance', INSTANCE],
])('the tags of a %s', (_, arn) => {
  it('are added, replaced and taken away by key, which differs by case', () => {
    expect(tagsOf(arn)).toEqual([]);
    tag(arn, [
      { key: 'phase', value: 'one' },
      { key: 'keep', value: '' },
    ]);
    tag(arn, [
      { key: 'phase', value: 'two' },
      { key: 'Phase', value: 'upper' },
    ]);
    expect(tagsOf(arn)).toEqual([
      { key: 'phase', value: 'two' },
      { key: 'keep', value: '' },
      { key: 'Phase', value: 'upper' },
    ]);
    untag(arn, 'Phase', 'missing');
    expect(tagsOf(arn)).toEqual([
      { key: 'phase', value: 'two' },
      { key: 'keep', value: '' },
    ]);
  });

  it('are at most 50 in all, and bad ones change nothing', () => {
    const many = Array.from({ length: 50 }, (_value, index) => ({ key: `k${index}`, value: 'v' }));
    tag(arn, many);
    tag(arn, [{ key: 'k0', value: 'other' }]);
    const before = tagsOf(arn);
    for (const tags of [
      [{ key: 'k51', value: 'v' }],
      [{ key: 'k1', value: 'changed' }, { key: 'a' }],
      [],
    ])
      expect(refusalOf(() => tagResource({ resourceArn: arn, tags }, context)).code).toBe(
        arn === CLUSTER ? 'InvalidParameterException' : 'ClientException',
      );
    expect(tagsOf(arn)).toEqual(before);
  });
});

describe('tags', () => {
  it('without a value are refused in the words of each kind of resource', () => {
    const refused = (resourceArn: string): unknown =>
      refusalOf(() => tagResource({ resourceArn, tags: [{ key: 'a' }] }, context));
    const message = 'Tag value can not be null.';
    expect(refused(CLUSTER)).toEqual({ code: 'InvalidParameterException', message });
    expect(refused(DEFINITION)).toEqual({ code: 'ClientException', message });
  });

  it.each<[string, Tag[]]>([
    ['no key', [{ value: 'a' }]],
    ['an empty key', [{ key: '', value: 'a' }]],
    ['a key of 129 characters', [{ key: 'k'.repeat(129), value: 'a' }]],
    ['a value of 257 characters', [{ key: 'k', value: 'v'.repeat(257) }]],
    ['an illegal character', [{ key: 'k', value: 'a;b' }]],
    ["AWS's prefix", [{ key: 'AWS:x', value: 'a' }]],
    [
      'one key twice',
      [
        { key: 'k', value: 'a' },
        { key: 'k', value: 'b' },
      ],
    ],
  ])('with %s are refused', (_, tags) => {
    expect(refusalOf(() => tagResource({ resourceArn: CLUSTER, tags }, context)).code).toBe(
      'InvalidParameterException',
    );
  });

  it('come back as they were given, whatever legal text they have', () => {
    const text = fc.stringMatching(/^[A-Za-z0-9äßλ _.:/=+@-]{1,40}$/);
    fc.assert(
      fc.property(text, text, (key, value) => {
        fc.pre(!/^aws:/i.test(key) && !/^aws:/i.test(value));
        tag(CLUSTER, [{ key, value }]);
        expect(tagsOf(CLUSTER)).toEqual([{ key, value }]);
        untag(CLUSTER, key);
      }),
    );
  });
});

describe('a resource that cannot be tagged', () => {
  it.each([
    [CLUSTER.replace('prod', 'none'), 'ClusterNotFoundException', 'Cluster not found.'],
    [SERVICE.replace('web', 'none'), 'ServiceNotFoundException', 'Service not found.'],
    [TASK.replace('0123', '4567'), 'ResourceNotFoundException', 'task was not found'],
    [DEFINITION.replace(/:1$/, ':2'), 'ResourceNotFoundException', 'task definition was not found'],
    [`${INSTANCE}0`, 'ResourceNotFoundException', 'container instance was not found'],
    [
      SERVICE.replace('prod/', ''),
      'InvalidParameterException',
      'Long arn format must be used for tagging operations',
    ],
    [
      CLUSTER.replace('cluster', 'capacity-provider'),
      'InvalidParameterException',
      'Unsupported resource type: capacity-provider',
    ],
    [
      CLUSTER.replace('eu-west-1', 'us-east-1'),
      'InvalidParameterException',
      'Invalid Region in ARN',
    ],
    ['prod', 'InvalidParameterException', 'is not an Amazon ECS ARN'],
  ])('%s', (resourceArn, code, message) => {
    const refusal = refusalOf(() => tagsOf(resourceArn));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
  });

  it('is a deleted cluster', () => {
    const { store } = context;
    store.transaction(() => {
      store.services.delete(SERVICE);
      store.tasks.delete(TASK);
    });
    deleteCluster({ cluster: 'prod' }, context);
    expect(refusalOf(() => tagsOf(CLUSTER))).toEqual({
      code: 'InvalidParameterException',
      message: 'The specified cluster is inactive. Specify an active cluster and try again.',
    });
  });

  it('is a stopped task', () => {
    const { store } = context;
    const stopped = storedTask(CLUSTER, '0123', { lastStatus: 'STOPPED' });
    store.transaction(() => store.tasks.put(TASK, stopped));
    expect(refusalOf(() => tagsOf(TASK)).message).toContain('is stopped');
  });
});
