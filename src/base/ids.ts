/** Identifiers in the forms that ECS and Elastic Load Balancing give theirs (reference: ECS semantics 1.6). */
import type { Random } from './random.ts';

/** Makes new identifiers. */
export interface IdSource {
  /** `length` lower-case hexadecimal digits: 32 for a task, 17 for an instance or a network interface, 16 for ELB. */
  hex(length: number): string;
  /** A version 4 UUID: containers, events, attachments, request ids. */
  uuid(): string;
  /** A 19-digit decimal number below 2^64: deployments, service revisions, task sets. */
  u64(): string;
  /** `length` characters of [A-Za-z0-9_-]: 21 for a service deployment, 43 for a pause hook. */
  base64url(length: number): string;
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** Identifiers drawn from the given randomness. */
export function idSource(random: Random): IdSource {
  const hex = (length: number): string =>
    Buffer.from(random.bytes(Math.ceil(length / 2)))
      .toString('hex')
      .slice(0, length);
  return {
    hex,
    uuid() {
      const digits = hex(32);
      const variant = '89ab'.charAt(Number.parseInt(digits.charAt(16), 16) & 3);
      return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        variant + digits.slice(17, 20),
        digits.slice(20),
      ].join('-');
    },
    u64() {
      // 10^18 <= id < 10^19 keeps every id at 19 digits and inside an unsigned 64-bit number.
      const span = 9n * 10n ** 18n;
      return String(10n ** 18n + (BigInt(`0x${hex(16)}`) % span));
    },
    base64url: (length) =>
      Array.from(random.bytes(length), (byte) => BASE64URL.charAt(byte & 63)).join(''),
  };
}
