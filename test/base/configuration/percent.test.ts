import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePercent, parseShare } from '../../../src/base/configuration/percent.ts';

describe('percentages', () => {
  it.each([
    ['20%', 20, 0.2],
    ['0.7%', 0.7, 0.007],
    [' 12.5 % ', 12.5, 0.125],
    ['0%', 0, 0],
    ['100%', 100, 1],
  ])('%s is %d percent', (text, percent, share) => {
    expect(parsePercent(text)).toBe(percent);
    expect(parseShare(text)).toBe(share);
  });

  it.each([
    '20',
    '0.2',
    '101%',
    '-1%',
    '1,5%',
    '%',
    '1e1%',
    '.5%',
    '5.%',
    '5%%',
    '0x5%',
    'NaN%',
    '',
  ])('%j is none: the sign is what tells 20% from a share', (text) => {
    expect(parsePercent(text)).toBeUndefined();
    expect(parseShare(text)).toBeUndefined();
  });

  it('every percentage of at most three decimals is read as what was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (thousandths) => {
        const percent = Number(`${thousandths}e-3`);
        expect(parsePercent(`${percent}%`)).toBe(percent);
        expect(parseShare(`${percent}%`)).toBe(Number(`${thousandths}e-5`));
      }),
    );
  });
});
