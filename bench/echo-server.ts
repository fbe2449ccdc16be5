/**
 * The peer of the API's bench: what node:http alone can do. Reads each request to its end and answers with as many bytes as
 * the local ECS would. With a file it first appends the request's body to it and waits for the disk, as everybody must who
 * promises to remember. argv: length of the reply's body, file
 */
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveBench } from './bench-process.ts';

const [, , size, path] = process.argv;
const body = 'x'.repeat(Number(size));
const length = String(Buffer.byteLength(body));
const file = path === undefined ? undefined : openSync(path, 'a');

const server = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => {
    if (file !== undefined) writeSync(file, chunk);
  });
  request.once('end', () => {
    if (file !== undefined) fdatasyncSync(file);
    response
      .writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1', 'Content-Length': length })
      .end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  serveBench({ port: (server.address() as AddressInfo).port }, () => server.closeAllConnections());
});
