/** Sends prepared requests over connections that stay open, one at a time on each. Does nothing that a server would wait for. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Sends what `next` gives, on so many connections, until it gives nothing more. Resolves with the number of answers.
 * @throws Error for an answer that is not 200, or a connection that ends
 */
export async function sendAll(
  port: number,
  connections: number,
  next: () => Buffer | undefined,
): Promise<number> {
  const counts = await Promise.all(
    Array.from({ length: connections }, () => sendOnOne(port, next)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The body of the answer to one request. */
export async function ask(port: number, request: Buffer): Promise<string> {
  const socket = await open(port);
  try {
    return await exchange(socket, request);
  } finally {
    socket.destroy();
  }
}

async function sendOnOne(port: number, next: () => Buffer | undefined): Promise<number> {
  const socket = await open(port);
  let count = 0;
  try {
    for (let request = next(); request !== undefined; request = next()) {
      await exchange(socket, request);
      count++;
    }
    return count;
  } finally {
    socket.destroy();
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function exchange(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer: Buffer | undefined;
    const settle = (result: string | Error): void => {
      socket.removeAllListeners();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    socket.on('data', (chunk) => {
      answer = answer === undefined ? chunk : Buffer.concat([answer, chunk]);
      const result = completeBody(answer);
      if (result !== undefined) settle(result);
    });
    socket.once('close', () => settle(new Error('the server closed the connection')));
    socket.once('error', settle);
    socket.write(request);
  });
}

/** The body once all of it has come; an Error for an answer that is no success. */
function completeBody(answer: Buffer): string | Error | undefined {
  const end = answer.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = answer.toString('latin1', 0, end);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
  const body = end + HEAD_END.length;
  if (answer.length < body + length) return undefined;
  const text = answer.toString('utf8', body);
  return head.startsWith('HTTP/1.1 200') ? text : new Error(`answered with:\n${head}\n${text}`);
}
