/** Randomness as a dependency: real for the product, seeded for tests and simulations. */

/** A source of random bytes and numbers. */
export interface Random {
  /** `length` random bytes, 65,536 at most. */
  bytes(length: number): Uint8Array;
  /** A number in [0, 1). */
  fraction(): number;
}

/**
 * The machine's own cryptographic randomness. By the global object, which loads at its first use: importing node:crypto
 * would make `fairlead --help` a fifth slower.
 */
export const systemRandom: Random = {
  bytes: systemBytes,
  fraction: () => Buffer.from(systemBytes(6).buffer).readUIntBE(0, 6) / 2 ** 48,
};

function systemBytes(length: number): Uint8Array<ArrayBuffer> {
  // eslint-disable-next-line no-restricted-properties -- this is the one place that it is for
  return crypto.getRandomValues(new Uint8Array(length));
}

/** The same numbers for the same seed, on every machine (mulberry32); not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    fraction: () => next() / 2 ** 32,
  };
}
