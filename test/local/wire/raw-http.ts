/** Bytes on a socket and what comes back, without an HTTP client's opinions. */
import { connect } from 'node:net';

export interface RawReply {
  /** 0 when the connection ended without a reply. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawOptions {
  /** Ends the sending side after the bytes. */
  readonly halfClose?: boolean;
  /** The reply's length tells of a body that does not come: HEAD. */
  readonly bodyless?: boolean;
}

/** Sends the bytes and resolves with the first reply, or with status 0 when the server hangs up. */
export function sendRaw(
  port: number,
  bytes: Uint8Array | string,
  { halfClose = false, bodyless = false }: RawOptions = {},
): Promise<RawReply> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const finish = (): void => {
      socket.destroy();
      resolve(parseReply(Buffer.concat(chunks), bodyless) ?? { status: 0, headers: {}, body: '' });
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (parseReply(Buffer.concat(chunks), bodyless) !== undefined) finish();
    });
    socket.on('error', () => undefined);
    socket.on('close', finish);
    if (halfClose) socket.end(bytes);
    else socket.write(bytes);
  });
}

/** A well-formed POST; the headers given replace or (undefined) remove the usual ones. */
export function post(
  port: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string | undefined>> = {},
  requestLine = 'POST / HTTP/1.1',
): Buffer {
  const bytes = Buffer.from(body);
  const all: Record<string, string | undefined> = {
    host: `127.0.0.1:${port}`,
    'content-length': String(bytes.length),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return Buffer.concat([Buffer.from(`${[requestLine, ...lines].join('\r\n')}\r\n\r\n`), bytes]);
}

function parseReply(bytes: Buffer, bodyless: boolean): RawReply | undefined {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  if (status === 100) return parseReply(bytes.subarray(end + 4), bodyless);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const body = bytes.subarray(end + 4);
  const length = bodyless ? 0 : Number(headers['content-length'] ?? 0);
  if (body.length < length) return undefined;
  return { status, headers, body: body.subarray(0, length).toString('utf8') };
}
