/**
 * Requests a second through the balancer against nginx with one worker: same machine, same target, runs by turns. Run
 * alone by `node bench/balancer.ts`. Needs nginx and wrk; says so and does nothing where they are not installed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { WorkerDataPlane } from '../src/local/balancer/worker-data-plane.ts';
import { benchListener, benchTargetGroup } from './balancer-config.ts';

const CONNECTIONS = 64;
const SECONDS = 4;
const ROUNDS = 5;
const GOAL = 0.4;

/** Runs the bench and prints the medians and their ratio. */
export async function run(): Promise<void> {
  const nginx = findTool('nginx', '/usr/sbin/nginx');
  const wrk = findTool('wrk', '/usr/bin/wrk');
  if (nginx === undefined || wrk === undefined) {
    console.log(`balancer: skipped, ${nginx === undefined ? 'nginx' : 'wrk'} is not installed`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const target = spawn(process.execPath, [new URL('./fixed-answer.ts', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let proxy: ChildProcess | undefined;
  let plane: WorkerDataPlane | undefined;
  try {
    const [line] = (await once(target.stdout, 'data')) as [Buffer];
    const targetPort = Number(line.toString());
    const nginxPort = await freePort();
    const balancerPort = await freePort();
    proxy = await startNginx(nginx, folder, nginxPort, targetPort);
    plane = await startBalancer(balancerPort, targetPort);

    const results: Record<'nginx' | 'balancer', number[]> = { nginx: [], balancer: [] };
    await load(wrk, nginxPort, 1);
    await load(wrk, balancerPort, 2);
    for (let round = 0; round < ROUNDS; round++) {
      results.nginx.push(await load(wrk, nginxPort, SECONDS));
      results.balancer.push(await load(wrk, balancerPort, SECONDS));
    }
    const [mine, peer] = [median(results.balancer), median(results.nginx)];
    console.log(
      `balancer: ${mine.toFixed(0)} req/s (${spread(results.balancer)}) against nginx ` +
        `${peer.toFixed(0)} req/s (${spread(results.nginx)}), ${CONNECTIONS} connections, medians of ${ROUNDS}: ` +
        `${(mine / peer).toFixed(2)} of nginx, goal at least ${GOAL}`,
    );
  } finally {
    await plane?.close();
    await ended(proxy);
    await ended(target);
    rmSync(folder, { recursive: true, force: true });
  }
}

function findTool(name: string, usualPlace: string): string | undefined {
  return [name, usualPlace].find((path) => spawnSync(path, ['-v']).error === undefined);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function startNginx(
  nginx: string,
  folder: string,
  port: number,
  targetPort: number,
): Promise<ChildProcess> {
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  upstream target { server 127.0.0.1:${targetPort}; keepalive ${CONNECTIONS}; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto http; proxy_set_header X-Forwarded-Port ${port};
    }
  }
}
`,
  );
  const arguments_ = [
    '-p',
    folder,
    '-e',
    join(folder, 'error.log'),
    '-c',
    join(folder, 'nginx.conf'),
  ];
  const child = spawn(nginx, arguments_, { stdio: 'ignore' });
  await reachable(port, child);
  return child;
}

async function startBalancer(port: number, targetPort: number): Promise<WorkerDataPlane> {
  const plane = new WorkerDataPlane();
  plane.putTargetGroup(benchTargetGroup('bench', [targetPort]));
  await plane.putListener(benchListener('bench', port, ['bench']));
  return plane;
}

/** Waits until a connection succeeds. */
async function reachable(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`nginx ended with code ${child.exitCode} before it listened`);
}

/** Requests a second that wrk got answered; throws when any answer was no 2xx or a socket failed. */
async function load(wrk: string, port: number, seconds: number): Promise<number> {
  const child = spawn(
    wrk,
    ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, `http://127.0.0.1:${port}/`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1];
  if (rate === undefined || /Non-2xx|Socket errors/.test(output))
    throw new Error(`wrk saw failures:\n${output}`);
  return Number(rate);
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
}

if (import.meta.main) await run();
