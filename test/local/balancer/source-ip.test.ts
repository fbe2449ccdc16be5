import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrTest, parseCidr } from '../../../src/local/balancer/source-ip.ts';

const toText = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

describe('cidrTest', () => {
  it.each([
    [['127.0.0.0/8'], '127.0.0.1', true],
    [['10.0.0.0/8'], '127.0.0.1', false],
    [['192.0.2.7/32', '10.0.0.0/8'], '10.9.8.7', true],
    [['0.0.0.0/0'], '203.0.113.9', true],
    [['0.0.0.0/0'], '::1', false],
    [['2001:db8::/32'], '2001:db8:1::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['127.0.0.0/8'], '::ffff:127.0.0.1', true],
  ])('%s holds %s: %s', (blocks, address, expected) => {
    expect(cidrTest(blocks)(address)).toBe(expected);
  });

  it('holds exactly the addresses with the same leading bits', () => {
    const address = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), (base, other, prefix) => {
        const mask = prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0;
        const expected = ((base ^ other) & mask) === 0;
        expect(cidrTest([`${toText(base)}/${prefix}`])(toText(other))).toBe(expected);
      }),
    );
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '300.0.0.0/8', '::1/129', 'here/8', ''])(
    'refuses %j and says what would be right',
    (block) => {
      expect(parseCidr(block)).toBeUndefined();
      expect(() => cidrTest([block])).toThrow(/is no CIDR block such as/);
    },
  );
});
