import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paginate } from '../../../src/local/elbv2/pagination.ts';
import { refusal, World } from './world.ts';

/** All pages; `between` changes the list before each further page. */
function pages(
  items: readonly string[],
  size: number,
  between: (items: readonly string[]) => readonly string[] = (same) => same,
): string[] {
  const all: string[] = [];
  let list = items;
  let marker: string | undefined;
  do {
    const page = paginate(list, (item) => item, { Marker: marker, PageSize: size });
    expect(page.items.length).toBeLessThanOrEqual(size);
    all.push(...page.items);
    marker = page.NextMarker;
    list = between(list);
  } while (marker !== undefined);
  return all;
}

const items = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 4 }));
const size = fc.integer({ min: 1, max: 5 });

describe('pages', () => {
  it('together have every item once, in order', () => {
    fc.assert(
      fc.property(items, size, (list, pageSize) => {
        const all = pages(list, pageSize);
        expect(all).toEqual([...list].sort((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it('neither repeat nor skip what stays when other items go in between', () => {
    fc.assert(
      fc.property(items, size, fc.nat(), (list, pageSize, gone) => {
        const victim = list[gone % Math.max(1, list.length)];
        const all = pages(list, pageSize, (now) => now.filter((item) => item !== victim));
        const stays = list.filter((item) => item !== victim);
        expect(all.filter((item) => item !== victim).sort()).toEqual([...stays].sort());
      }),
    );
  });

  it('end without a marker', () => {
    expect(paginate(['a', 'b'], (item) => item, { PageSize: 2 })).toEqual({ items: ['a', 'b'] });
  });

  it.each([0, 401, 1.5])('cannot have the size %s', (pageSize) => {
    expect(() => paginate([], String, { PageSize: pageSize })).toThrow(
      "must be between '1' and '400' inclusive",
    );
  });

  it('of target groups are reached by the marker of the page before', async () => {
    const world = new World();
    for (const name of ['a', 'b', 'c']) await world.group(name);
    const first = await world.call('DescribeTargetGroups', { PageSize: 2 });
    const second = await world.call('DescribeTargetGroups', {
      PageSize: 2,
      Marker: first.NextMarker,
    });
    expect(second.TargetGroups?.map((each) => each.TargetGroupName)).toEqual(['c']);
    expect(second.NextMarker).toBeUndefined();
    expect(await refusal(world.call('DescribeTargetGroups', { Marker: 'x' }))).toMatch(
      /^ValidationError: Marker 'x' is not valid/,
    );
  });
});
