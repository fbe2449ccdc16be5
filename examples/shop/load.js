/** Sends requests until Ctrl-C, and counts what comes back: node load.js http://127.0.0.1:8090/ [REQUESTS_A_SECOND] */
import { Agent, get } from 'node:http';

const [url = 'http://127.0.0.1:8090/', rate = '200'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const counts = {};

function count(what) {
  counts[what] = (counts[what] ?? 0) + 1;
}

const timer = setInterval(
  () => {
    get(url, { agent }, (response) => {
      count(
        `${response.statusCode} from ${response.headers['x-app-version'] ?? 'the load balancer'}`,
      );
      response.resume();
    }).on('error', (error) => count(error.code));
  },
  1000 / Number(rate),
);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    clearInterval(timer);
    agent.destroy();
    console.log(counts);
    process.exit();
  });
}
