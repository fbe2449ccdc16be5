import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paginate, sortableNumber, type PageRules } from '../../../src/local/ecs/pagination.ts';
import { refusalOf } from './fresh-context.ts';

const RULES: PageRules<string> = {
  operation: 'ListThings',
  defaultResults: 10,
  mostResults: 100,
  keyOf: (item) => item,
};

/** All pages, one after the other; `between` may change the items after each. */
function allPages(
  items: readonly string[],
  maxResults: number,
  rules: PageRules<string>,
  between: (page: number) => readonly string[] = () => items,
): readonly (readonly string[])[] {
  const pages: (readonly string[])[] = [];
  let nextToken: string | undefined;
  let present = items;
  do {
    const page = paginate(present, { maxResults, nextToken }, rules);
    pages.push(page.items);
    nextToken = page.nextToken;
    present = between(pages.length);
  } while (nextToken !== undefined);
  return pages;
}

const keys = fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 40 });
const sizes = fc.integer({ min: 1, max: 100 });
const orders = fc.constantFrom('ascending' as const, 'descending' as const);

describe('pages', () => {
  it('show each item exactly once and in order, for any page size', () => {
    fc.assert(
      fc.property(keys, sizes, orders, (items, size, order) => {
        const pages = allPages(items, size, { ...RULES, order });
        const sorted = items.toSorted((a, b) => (a < b ? -1 : 1));
        expect(pages.flat()).toEqual(order === 'ascending' ? sorted : sorted.reverse());
        expect(pages.every((page) => page.length <= size)).toBe(true);
      }),
    );
  });

  it('end without a token, also when the last one is full', () => {
    expect(allPages(['a', 'b', 'c', 'd'], 2, RULES)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(allPages([], 5, RULES)).toEqual([[]]);
  });

  it('show the items that stay exactly once when others come and go between pages', () => {
    fc.assert(
      fc.property(keys, keys, sizes, (staying, passing, size) => {
        const kept = new Set(staying);
        const others = passing.filter((item) => !kept.has(item));
        const pages = allPages([...staying, ...others], size, RULES, (page) =>
          page % 2 === 0 ? [...staying, ...others] : staying,
        );
        const shown = pages.flat().filter((item) => kept.has(item));
        expect(shown.toSorted()).toEqual(staying.toSorted());
      }),
    );
  });

  it('have as many items as the operation says when the caller does not', () => {
    const items = Array.from({ length: 11 }, (_, index) => sortableNumber(index));
    expect(paginate(items, {}, RULES).items).toHaveLength(10);
  });

  it('sort numbers as numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        expect(sortableNumber(a) < sortableNumber(b)).toBe(a < b);
      }),
    );
  });
});

describe('bad paging', () => {
  it.each([0, -1, 101, 1.5, Number.NaN])('maxResults %s is refused', (maxResults) => {
    expect(refusalOf(() => paginate([], { maxResults }, RULES))).toMatchObject({
      code: 'InvalidParameterException',
    });
  });

  it('refuses every token that this operation did not give', () => {
    const page = paginate(['a', 'b'], { maxResults: 1 }, RULES);
    const foreign = [
      { ...RULES, operation: 'ListOthers' },
      { ...RULES, order: 'descending' as const },
    ];
    for (const rules of foreign)
      expect(refusalOf(() => paginate(['a', 'b'], { nextToken: page.nextToken }, rules)).code).toBe(
        'InvalidParameterException',
      );
    fc.assert(
      fc.property(fc.string(), (nextToken) => {
        expect(refusalOf(() => paginate(['a'], { nextToken }, RULES)).message).toContain(
          'Invalid token',
        );
      }),
    );
  });
});
