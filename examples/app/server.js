/**
 * The example app: a small HTTP server that does a few milliseconds of work for each request, tells its version, and on
 * SIGTERM finishes what it has begun before it ends. Plain Node, no dependencies.
 *
 *     PORT       where it listens (8080)
 *     HOST       on which address (127.0.0.1; a container image needs 0.0.0.0)
 *     IMAGE_TAG  its version
 *     WORK_MS    how long a request takes (5)
 *     DRAIN_MS   how long it goes on serving after SIGTERM, for requests that are still under way to it (300)
 *     BROKEN     1: its health check fails forever
 */
import { createServer } from 'node:http';

const { PORT = '8080', HOST = '127.0.0.1', IMAGE_TAG: version = 'dev' } = process.env;
const workMs = Number(process.env.WORK_MS ?? 5);
const drainMs = Number(process.env.DRAIN_MS ?? 300);
const broken = process.env.BROKEN === '1';

let draining = false;
let drained = false;
let inFlight = 0;

const server = createServer((request, response) => {
  inFlight++;
  response.once('close', () => {
    inFlight--;
    endWhenDone();
  });
  response.setHeader('x-app-version', version);
  // A client that keeps its connection would send its next request to a server that is gone.
  if (draining) response.setHeader('connection', 'close');
  const [path] = request.url.split('?');
  if (path === '/health') {
    if (broken) console.error('health check failed: BROKEN=1 says that this version never works');
    answer(response, broken ? 500 : 200, { status: broken ? 'broken' : 'ok', version });
    return;
  }
  setTimeout(() => answer(response, 200, { version, path, pid: process.pid }), workMs);
});

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body) + '\n');
}

function endWhenDone() {
  if (!drained || inFlight > 0) return;
  // close() ends idle connections, too; with nothing left to do the process exits with 0.
  server.close();
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (draining) return;
    console.log(`${signal}: draining`);
    draining = true;
    setTimeout(() => {
      drained = true;
      endWhenDone();
    }, drainMs);
  });
}

// Longer than the idle time of usual load balancers (60 s), so that it is never this side that closes first.
server.keepAliveTimeout = 75_000;
server.listen(Number(PORT), HOST, () => {
  const { address, port } = server.address();
  console.log(`version ${version} listens on ${address}:${port}`);
});
