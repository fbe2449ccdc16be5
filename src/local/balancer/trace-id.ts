/** The X-Amzn-Trace-Id header, by which a request can be followed through balancers and services. */

/** Makes trace ids: `Root=1-67891233-abcdef012345678912345678`. */
export interface TraceIds {
  /** The header to send on for a request that came with `incoming`. */
  readonly next: (incoming: string | undefined) => string;
}

/**
 * @param now epoch milliseconds
 * @param prefix 16 hexadecimal digits that no other balancer has; a counter follows them, because drawing randomness for
 * every request would cost more than the rest of the header
 */
export function traceIds(now: () => number, prefix: string): TraceIds {
  let count = 0;
  const id = (): string => {
    count = (count + 1) % 0x1_0000_0000;
    const time = Math.floor(now() / 1000).toString(16);
    return `1-${time.padStart(8, '0')}-${prefix}${count.toString(16).padStart(8, '0')}`;
  };
  return {
    next(incoming) {
      if (incoming === undefined || incoming === '') return `Root=${id()}`;
      const kept = incoming.split(';').filter((field) => !/^\s*Self=/i.test(field));
      const hasRoot = kept.some((field) => /^\s*Root=/i.test(field));
      return [`${hasRoot ? 'Self' : 'Root'}=${id()}`, ...kept].join(';');
    },
  };
}
