/** The entry of the balancer's thread. */
import { parentPort } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import { Balancer } from './balancer.ts';
import type { ToWorker } from './worker-protocol.ts';
import { serveDataPlane } from './worker-server.ts';

const port = parentPort;
if (port === null) throw new Error('balancer/worker is started as a worker thread only');
const receive = serveDataPlane(new Balancer(systemClock, systemRandom), (message) =>
  port.postMessage(message),
);
port.on('message', (message: ToWorker) => receive(message));
