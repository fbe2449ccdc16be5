import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/analysis/measurement.ts';
import { both, cut, judged, noData } from '../../../src/deploy/measure/assessments.ts';

const OUTCOMES: readonly Outcome[] = ['pass', 'inconclusive', 'no-data', 'fail'];

describe('both of two judgements', () => {
  it('are as bad as the worse, in either order', () => {
    for (const [one, first] of OUTCOMES.entries()) {
      for (const [other, second] of OUTCOMES.entries()) {
        const outcome = OUTCOMES[Math.max(one, other)];
        expect(both(judged(first, 'a'), judged(second, 'b'))).toMatchObject({
          ...{ outcome, text: 'a; b' },
        });
      }
    }
  });

  it('have the numbers of the one that decided, and of the other what that one lacks', () => {
    const limited = judged('pass', 'a', { value: 0.02, limit: 0.05, samples: 100 });
    const compared = judged('fail', 'b', { value: 0.02, limit: 0.01, baseline: 0.005 });
    expect(both(limited, compared)).toMatchObject({
      ...{ value: 0.02, limit: 0.01, samples: 100, baseline: 0.005, confidence: undefined },
    });
    expect(both(limited, { ...compared, outcome: 'pass' })).toMatchObject({ limit: 0.05 });
    expect(both(limited, noData('c'))).toMatchObject({ outcome: 'no-data', value: 0.02 });
  });
});

describe('a text', () => {
  it('has one line, no control characters, and no more characters than it may', () => {
    const anything = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 50 }), (text, most) => {
        const line = cut(text, most);
        expect(line.length).toBeLessThanOrEqual(most);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(line.isWellFormed()).toBe(true);
      }),
    );
  });

  it('that is short stays as it is', () => {
    expect(cut('5XX 1.2 % (24 of 2,000)', 400)).toBe('5XX 1.2 % (24 of 2,000)');
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('red \u001b[31malarm\u001b[0m\r\nnext', 400)).toBe('red [31malarm [0m next');
  });
});
