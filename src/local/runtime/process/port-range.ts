/** Which host ports are leased: outside the range from which the system takes the ports of outgoing connections. */
import { readFileSync } from 'node:fs';

/** Both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What IANA gives to ephemeral ports, and macOS uses. */
const IANA_EPHEMERAL: PortRange = { first: 49152, last: 65535 };

/** Below it lie the ports of well-known services and of most people's development servers. */
const PREFERRED_FIRST = 20_000;
const LOWEST = 1024;
const HIGHEST = 65_535;
/** Fewer ports than this are no range to lease from while another one is larger. */
const ENOUGH = 1000;

/** The system's ephemeral range. */
export function ephemeralRange(platform: NodeJS.Platform): PortRange {
  if (platform !== 'linux') return IANA_EPHEMERAL;
  const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  const [first, last] = text.trim().split(/\s+/).map(Number);
  if (first === undefined || last === undefined || Number.isNaN(first + last))
    throw new Error(`/proc/sys/net/ipv4/ip_local_port_range holds ${JSON.stringify(text)}`);
  return { first, last };
}

/**
 * The ports to lease from, given the ephemeral range: from 20000 up to it, else behind it, else the larger of what is left on
 * either side. Where the ephemeral range leaves nothing, 20000 and up: then only the probe guards against a clash.
 */
export function leaseRange(ephemeral: PortRange): PortRange {
  const candidates: readonly PortRange[] = [
    { first: PREFERRED_FIRST, last: ephemeral.first - 1 },
    { first: Math.max(LOWEST, ephemeral.last + 1), last: HIGHEST },
    { first: LOWEST, last: ephemeral.first - 1 },
  ];
  const enough = candidates.find((range) => sizeOf(range) >= ENOUGH);
  if (enough !== undefined) return enough;
  const [largest] = candidates.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return largest !== undefined && sizeOf(largest) > 0
    ? largest
    : { first: PREFERRED_FIRST, last: HIGHEST };
}

/** How many ports a range has; 0 or less for an empty one. */
export function sizeOf(range: PortRange): number {
  return range.last - range.first + 1;
}
