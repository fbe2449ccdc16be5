/** The `source-ip` condition: is an address inside one of some CIDR blocks? */
import { BlockList, isIP } from 'node:net';

/** The two parts of `10.0.0.0/8` or `2001:db8::/32`; undefined when the text is no CIDR block. */
export function parseCidr(
  text: string,
): { readonly address: string; readonly prefix: number; readonly family: 4 | 6 } | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const [, address = '', length = ''] = match;
  const family = isIP(address);
  const prefix = Number(length);
  if (family === 4 && prefix <= 32) return { address, prefix, family };
  if (family === 6 && prefix <= 128) return { address, prefix, family };
  return undefined;
}

/**
 * Compiles CIDR blocks to a test for client addresses; an IPv4 address in IPv6 form counts as IPv4.
 * @throws RangeError when a value is no CIDR block
 */
export function cidrTest(blocks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const cidr = parseCidr(block);
    if (cidr === undefined)
      throw new RangeError(`source-ip "${block}" is no CIDR block such as 10.0.0.0/8`);
    list.addSubnet(cidr.address, cidr.prefix, cidr.family === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  };
}
