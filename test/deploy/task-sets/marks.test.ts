import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatLease,
  greenTags,
  ownersTags,
  readGreenMarks,
  readLease,
  ROLLOUT_TAG,
  rolloutId,
  type GreenMarks,
  type Lease,
} from '../../../src/deploy/task-sets/marks.ts';

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const id = rolloutId(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));

const marks: fc.Arbitrary<GreenMarks> = fc.record({
  replaces: fc.option(fc.constant('ecs-svc/123'), { nil: undefined }),
  replacesDefinition: fc.option(
    fc.constant('arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1'),
    { nil: undefined },
  ),
  blueScale: fc.integer({ min: 1, max: 100 }),
  steps: fc
    .uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 39 })
    .map((tenths) => [...tenths.toSorted((a, b) => a - b).map((each) => each / 10), 100]),
  stepBakeMs: fc.integer({ min: 0, max: 86_400_000 }),
  finalBakeMs: fc.integer({ min: 0, max: 86_400_000 }),
  production: fc.option(fc.constant(`${ARN}:listener/app/web/0123456789abcdef/0123456789abcdef`), {
    nil: undefined,
  }),
  test: fc.option(
    fc.constant(`${ARN}:listener-rule/app/web/0123456789abcdef/0123456789abcdef/0123456789abcdef`),
    { nil: undefined },
  ),
  by: fc.constantFrom('ann@build-7', 'somebody'),
  wayBack: fc.option(
    fc.array(fc.constantFrom('web:1', 'web:12', 'my_family:3'), { maxLength: 9 }),
    {
      nil: undefined,
    },
  ),
});

describe('what a rollout leaves on ECS', () => {
  it('is read as it was written, in tags that AWS takes', () => {
    fc.assert(
      fc.property(marks, (written) => {
        const tags = greenTags(written);
        for (const { key = '', value = '' } of tags) {
          expect(key).toMatch(/^[\w:-]{1,128}$/);
          expect(value).toMatch(/^[\p{L}\p{N} +\-=._:/@]{1,256}$/u);
        }
        expect(readGreenMarks({ externalId: id, tags })).toEqual(written);
      }),
    );
  });

  it('keeps of a long way back what a tag can hold', () => {
    const wayBack = Array.from({ length: 60 }, (_, index) => `family-of-web:${60 - index}`);
    const tags = greenTags({
      ...{ replaces: undefined, replacesDefinition: undefined, blueScale: 100, steps: [100] },
      ...{ stepBakeMs: 0, finalBakeMs: 0, production: undefined, test: undefined, by: 'ann' },
      wayBack,
    });
    const read = readGreenMarks({ externalId: id, tags })?.wayBack ?? [];
    expect(read.length).toBeGreaterThan(10);
    expect(read).toStrictEqual(wayBack.slice(0, read.length));
  });

  it('is not found in task sets of others', () => {
    const tags = greenTags({
      ...{ replaces: undefined, replacesDefinition: undefined, blueScale: 100, steps: [100] },
      ...{ stepBakeMs: 0, finalBakeMs: 0, production: undefined, test: undefined, by: 'ann' },
      wayBack: undefined,
    });
    expect(readGreenMarks({ externalId: 'mine', tags })).toBeUndefined();
    expect(readGreenMarks({ externalId: id, tags: [] })).toBeUndefined();
    const broken = tags.map((tag) =>
      tag.key === 'fairlead:steps' ? { ...tag, value: '50 10 100' } : tag,
    );
    expect(readGreenMarks({ externalId: id, tags: broken })).toBeUndefined();
  });

  it('carries the tags of the owner on, and no marks of the rollout before', () => {
    expect(
      ownersTags([
        { key: 'team', value: 'web' },
        { key: 'fairlead:steps', value: '100' },
        { key: 'aws:cloudformation:stack-name', value: 'x' },
      ]),
    ).toEqual([{ key: 'team', value: 'web' }]);
  });

  it('says who is at work, which way, and how often was measured', () => {
    const lease: Lease = {
      ...{ rollout: id, direction: 'back', holder: '91be', beat: 7, looks: 2 },
    };
    const value = formatLease(lease);
    expect(value).toMatch(/^[\p{L}\p{N} +\-=._:/@]{1,256}$/u);
    expect(readLease([{ key: ROLLOUT_TAG, value }])).toEqual(lease);
    expect(readLease([{ key: ROLLOUT_TAG, value: 'something else' }])).toBeUndefined();
    expect(readLease([])).toBeUndefined();
    expect(readLease(undefined)).toBeUndefined();
  });
});
