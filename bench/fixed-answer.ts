/** A target for the balancer's bench: answers every request with the same bytes. Prints its port when it listens. */
import { createServer, type AddressInfo } from 'node:net';

const BODY = JSON.stringify({ service: 'bench', version: '1.0.0', message: 'the same every time' });
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
);

// Requests have no body and no proxy sends the next one before it has its answer: a read that ends a header is a request.
const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (chunk.subarray(-4).toString('latin1') === '\r\n\r\n') socket.write(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
