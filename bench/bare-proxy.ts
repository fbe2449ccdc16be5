/**
 * What `node:http` and undici allow: a proxy of them with nothing around it, in a process of its own. No rules, no health, no
 * counts, no headers of its own, no care for clients that leave. argv: port to listen on, port of the target
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';
import { serveBench } from './bench-process.ts';

/** Passes an answer on as it comes. */
class Passing implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {
    // Nothing is kept for a client that leaves.
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    const raw = controller.rawHeaders;
    if (!Array.isArray(raw)) throw new TypeError('an HTTP/1 answer has its headers as an array');
    const headers = raw.map((each) => (typeof each === 'string' ? each : each.toString('latin1')));
    this.#response.writeHead(statusCode, headers);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#response.write(chunk);
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#response.destroy(error);
  }
}

const [, , port, targetPort] = process.argv;
const pool = new Pool(`http://127.0.0.1:${targetPort}`);
const server = createServer((request: IncomingMessage, response) => {
  pool.dispatch(
    { path: request.url ?? '/', method: 'GET', headers: request.rawHeaders, body: null },
    new Passing(response),
  );
});
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
serveBench({ port: Number(port) }, async () => {
  server.close();
  server.closeAllConnections();
  await pool.destroy();
});
