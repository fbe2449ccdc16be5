/** The headers that cross the balancer: hop-by-hop ones stay behind, the forwarding ones are added. */

/** Where a request came in. */
export interface ForwardingFacts {
  readonly clientAddress: string;
  readonly listenerPort: string;
  /** The X-Amzn-Trace-Id for a request that came with this one. */
  readonly traceId: (incoming: string | undefined) => string;
  /** Of a request line in absolute form, which overrules `Host` (RFC 9112 3.2.2). */
  readonly authority?: string | undefined;
}

/** Concern one connection only (RFC 9110 7.6.1), or are written anew by the connection that sends. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A Connection header may name further headers of the hop; these it cannot take away. */
const NEVER_DROPPED: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'x-forwarded-for',
  'x-amzn-trace-id',
]);

/**
 * A request's headers as a target gets them. `Host` is kept as the client sent it, `Expect` has been answered already.
 * @param raw names and values by turns, as received
 */
export function requestHeaders(raw: readonly string[], facts: ForwardingFacts): string[] {
  const headers: string[] = [];
  let named: ReadonlySet<string> | undefined;
  let forwardedFor = '';
  let trace: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]?.length === 10 && raw[at]?.toLowerCase() === 'connection')
      named = addNamed(named, raw[at + 1] ?? '');
  }
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'x-forwarded-for') forwardedFor += `${value}, `;
    else if (lower === 'x-amzn-trace-id') trace = value;
    else if (lower === 'host') headers.push(name, facts.authority ?? value);
    else if (lower === 'x-forwarded-proto' || lower === 'x-forwarded-port' || lower === 'expect')
      continue;
    else if (!HOP_BY_HOP.has(lower) && named?.has(lower) !== true) headers.push(name, value);
  }
  headers.push(
    'X-Forwarded-For',
    forwardedFor + facts.clientAddress,
    'X-Forwarded-Proto',
    'http',
    'X-Forwarded-Port',
    facts.listenerPort,
    'X-Amzn-Trace-Id',
    facts.traceId(trace),
  );
  return headers;
}

/**
 * A target's answer's headers as the client gets them.
 * @param raw names and values by turns, as received
 */
export function responseHeaders(raw: readonly (Buffer | string)[]): string[] {
  const headers: string[] = [];
  let named: ReadonlySet<string> | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    const name = latin1(raw[at]);
    const value = latin1(raw[at + 1]);
    const lower = name.toLowerCase();
    if (lower === 'connection') named = addNamed(named, value);
    if (!HOP_BY_HOP.has(lower)) headers.push(name, value);
  }
  return named === undefined ? headers : withoutNames(headers, named);
}

function latin1(text: Buffer | string | undefined): string {
  return typeof text === 'string' ? text : (text?.toString('latin1') ?? '');
}

function addNamed(
  named: ReadonlySet<string> | undefined,
  connection: string,
): ReadonlySet<string> | undefined {
  const lower = connection.toLowerCase();
  if (lower === 'keep-alive' || lower === 'close') return named;
  const names = lower.split(',').map((name) => name.trim());
  return new Set([...(named ?? []), ...names.filter((name) => !NEVER_DROPPED.has(name))]);
}

function withoutNames(headers: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    if (!names.has(name.toLowerCase())) kept.push(name, headers[at + 1] ?? '');
  }
  return kept;
}
