import { describe, expect, it } from 'vitest';
import { refusal, World } from './world.ts';

async function everything() {
  const world = new World();
  const group = await world.group('tg');
  const balancer = await world.balancer();
  const listener = await world.listener(balancer, 8080, group);
  const rule = await world.rule(listener, 1);
  return { world, arns: [group, balancer, listener, rule] };
}

describe('tags', () => {
  it('are put on, listed on and taken off every kind of resource', async () => {
    const { world, arns } = await everything();
    const all = async () =>
      (await world.call('DescribeTags', { ResourceArns: arns })).TagDescriptions;
    await world.call('AddTags', {
      ResourceArns: arns,
      Tags: [{ Key: 'team', Value: 'a' }, { Key: 'stage' }],
    });
    await world.call('AddTags', { ResourceArns: arns, Tags: [{ Key: 'team', Value: 'b' }] });
    const Tags = [
      { Key: 'team', Value: 'b' },
      { Key: 'stage', Value: '' },
    ];
    expect(await all()).toEqual(arns.map((ResourceArn) => ({ ResourceArn, Tags })));
    await world.call('RemoveTags', { ResourceArns: arns, TagKeys: ['stage', 'unknown'] });
    expect(await all()).toEqual(
      arns.map((ResourceArn) => ({ ResourceArn, Tags: [{ Key: 'team', Value: 'b' }] })),
    );
  });

  it('are put on all resources or on none', async () => {
    const { world, arns } = await everything();
    const gone = (arns[0] ?? '').replace(/.{16}$/, '0'.repeat(16));
    expect(
      await refusal(world.call('AddTags', { ResourceArns: [...arns, gone], Tags: [{ Key: 'a' }] })),
    ).toMatch(/^TargetGroupNotFound/);
    expect(Array.from(world.store.loadBalancers.values(), (row) => row.tags)).toEqual([[]]);
  });

  it.each([
    [[{ Key: 'a' }, { Key: 'a' }], /^DuplicateTagKeys/],
    [[{ Key: 'aws:x' }], /^ValidationError: .*reserved prefix/],
    [[{ Key: '' }], /^ValidationError: .*1 to 128/],
    [[{ Key: 'a', Value: 'x'.repeat(257) }], /^ValidationError: .*256/],
    [[{ Key: 'a<b' }], /^ValidationError: .*invalid characters/],
    [Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` })), /^TooManyTags/],
  ])('refuses %o', async (tags, message) => {
    const { world, arns } = await everything();
    expect(await refusal(world.call('AddTags', { ResourceArns: arns, Tags: tags }))).toMatch(
      message,
    );
  });

  it('are refused beyond 50 on one resource', async () => {
    const { world, arns } = await everything();
    const tags = Array.from({ length: 30 }, (_, index) => ({ Key: `k${index}` }));
    await world.call('AddTags', { ResourceArns: arns, Tags: tags });
    const more = tags.map(({ Key }) => ({ Key: `more-${Key}` }));
    expect(await refusal(world.call('AddTags', { ResourceArns: arns, Tags: more }))).toMatch(
      /^TooManyTags: .*60/,
    );
  });

  it('are described for at most 20 resources, named by their ARNs', async () => {
    const { world, arns } = await everything();
    const many = Array.from({ length: 21 }, () => arns[0] ?? '');
    expect(await refusal(world.call('DescribeTags', { ResourceArns: many }))).toMatch(
      /^ValidationError: Up to '20'/,
    );
    expect(await refusal(world.call('DescribeTags', { ResourceArns: ['tg'] }))).toBe(
      "ValidationError: 'tg' is not a valid load balancing ARN",
    );
  });
});
