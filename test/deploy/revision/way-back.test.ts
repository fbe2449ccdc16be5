import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wayBack } from '../../../src/deploy/revision/way-back.ts';

const same = (one: string, other: string): boolean => one.codePointAt(0) === other.codePointAt(0);

/** Where a rollback goes from a history, oldest first, whose last is what runs. */
function back(history: string, succeeded = true): string | undefined {
  const revisions = history.split(' ');
  const present = revisions.pop() ?? '';
  return wayBack(revisions, present, succeeded, same)?.to;
}

describe('the way back', () => {
  it.each([
    ['a deploy is undone', 'a b', 'a'],
    ['so is one of many', 'a b c d', 'c'],
    ['what was replaced by the same again is no other revision', 'a b1 b2', 'a'],
    ['a second rollback goes on to the one before', 'a b c b', 'a'],
    ['a third one, too', 'a b c d c b', 'a'],
    ['at the first revision it ends', 'a b a', undefined],
    ['what was never replaced has none', 'a', undefined],
    [
      'a version that is deployed again after it was left goes back to what ran in between',
      'a b c a c',
      'a',
    ],
    ['what comes after a return is undone to the return', 'a b c a d', 'a'],
    ['two that take turns go to the other one', 'a b a b', 'a'],
    ['the newest of equal revisions is the one that is brought back', 'a1 a2 b', 'a2'],
  ])('%s: %s', (_name, history, expected) => {
    expect(back(history)).toBe(expected);
  });

  it.each([
    ['a b c', 'b'],
    // It was forced again and failed: what succeeded last is what ECS would go back to.
    ['a b a', 'b'],
    ['a b b', 'a'],
  ])(
    'from a rollout that did not succeed it is the last success that differs: %s',
    (history, to) => {
      expect(back(history, false)).toBe(to);
    },
  );

  it('tells what is passed over', () => {
    expect(wayBack(['a', 'b', 'c'], 'b', true, same)).toStrictEqual({ to: 'a', left: ['c'] });
    expect(wayBack(['a', 'b'], 'c', true, same)).toStrictEqual({ to: 'b', left: [] });
    expect(wayBack(['a', 'b'], 'a', true, same)).toBeUndefined();
  });

  const versions: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd');
  const histories = fc.array(versions, { minLength: 1, maxLength: 12 });

  it('never leads to the same version twice, however often one goes back', () => {
    fc.assert(
      fc.property(histories, (start) => {
        const history = [...start];
        const seen = new Set([history.at(-1)]);
        for (;;) {
          const to = back(history.join(' '));
          if (to === undefined) return;
          expect(seen).not.toContain(to);
          seen.add(to);
          history.push(to);
        }
      }),
    );
  });

  it('undoes a deploy of another version, whatever came before', () => {
    fc.assert(
      fc.property(histories, (history) => {
        expect(back([...history, 'x'].join(' '))).toBe(history.at(-1));
      }),
    );
  });
});
