/**
 * Requests a second through the balancer against nginx with one worker, and against what `node:http` and undici allow, the
 * bare proxy: same machine, same target, each in a process of its own, runs by turns. And requests a CPU second, which depends less on what else the machine does: with proxy, client and
 * target on one core, since a client on another one goes to sleep when it waits, and waking it is charged to the proxy. Run
 * alone by `node bench/balancer.ts`. Needs nginx and wrk; says so and does nothing where they are not installed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { BenchProcess } from './bench-process.ts';
import { bind, canBind, onCore, release, SHARED_CORE } from './core.ts';
import { cpuMicrosOf } from './process-cpu.ts';
import { ratios, summary } from './series.ts';

const CONNECTIONS = 64;
const SECONDS = 3;
/** Just-in-time compilation takes tens of thousands of requests, and its CPU time is the balancer's. */
const WARM_UP_REQUESTS = 30_000;
const ROUNDS = 5;
const GOAL = 0.4;

/** What is measured. */
interface Proxy {
  readonly port: number;
  readonly pid: number;
}

/** One proxy in one round. */
interface Run {
  /** Everybody where the system puts him. */
  readonly perSecond: number;
  /** By the CPU time of the proxy alone; undefined where it cannot be known. */
  readonly perCpuSecond: number | undefined;
}

/** Runs the bench and prints the medians and their ratios. */
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
  let nginxProcess: ChildProcess | undefined;
  let bare: BenchProcess<{ readonly port: number }> | undefined;
  let balancer: BenchProcess<{ readonly port: number }> | undefined;
  try {
    const [line] = (await once(target.stdout, 'data')) as [Buffer];
    const targetPort = Number(line.toString());
    const nginxPort = await freePort();
    nginxProcess = await startNginx(nginx, folder, nginxPort, targetPort);
    const argsOf = (port: number): string[] => [String(port), String(targetPort)];
    bare = await BenchProcess.start('./bare-proxy.ts', argsOf(await freePort()));
    balancer = await BenchProcess.start('./balancer-server.ts', argsOf(await freePort()));
    await compare(wrk, pidOf(target), {
      nginx: { port: nginxPort, pid: pidOf(nginxProcess) },
      'node:http and undici': { port: bare.facts.port, pid: bare.pid },
      balancer: { port: balancer.facts.port, pid: balancer.pid },
    });
  } finally {
    await balancer?.stop();
    await bare?.stop();
    await ended(nginxProcess);
    await ended(target);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whom the balancer is measured against, in the order of the lines printed. */
const PEERS = ['nginx', 'node:http and undici'] as const;

type Name = (typeof PEERS)[number] | 'balancer';

async function compare(
  wrk: string,
  target: number,
  proxies: Readonly<Record<Name, Proxy>>,
): Promise<void> {
  const runs: Readonly<Record<Name, Run[]>> = {
    nginx: [],
    'node:http and undici': [],
    balancer: [],
  };
  const names = [...PEERS, 'balancer'] as const;
  for (const name of names)
    for (let done = 0; done < WARM_UP_REQUESTS;)
      done += (await load(wrk, proxies[name].port, 1)).requests;
  for (let round = 0; round < ROUNDS; round++)
    for (const name of names) runs[name].push(await measure(wrk, proxies[name], target));
  for (const [figure, unit] of [
    ['perSecond', 'req/s'],
    ['perCpuSecond', 'requests a CPU second'],
  ] as const) {
    const mine = runs.balancer.flatMap((each) => each[figure] ?? []);
    for (const peer of PEERS) {
      const its = runs[peer].flatMap((each) => each[figure] ?? []);
      if (its.length === 0) continue;
      const goal = figure === 'perSecond' && peer === 'nginx' ? `, goal at least ${GOAL}` : '';
      console.log(
        `balancer: ${summary(mine, 0)} ${unit} against ${peer} ${summary(its, 0)}, ${CONNECTIONS} connections, ` +
          `${ROUNDS} rounds: ${summary(ratios(mine, its), 2)} of it${goal}`,
      );
    }
  }
}

async function measure(wrk: string, proxy: Proxy, target: number): Promise<Run> {
  const { perSecond } = await load(wrk, proxy.port, SECONDS);
  const bound = canBind ? [proxy.pid, target] : [];
  for (const pid of bound) bind(pid, SHARED_CORE);
  const before = cpuMicrosOf(proxy.pid);
  const { requests } = await load(wrk, proxy.port, SECONDS, canBind ? SHARED_CORE : undefined);
  const after = cpuMicrosOf(proxy.pid);
  for (const pid of bound) release(pid);
  const known = before !== undefined && after !== undefined;
  return { perSecond, perCpuSecond: known ? (1e6 * requests) / (after - before) : undefined };
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
    `daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
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

/** What wrk got answered; throws when any answer was no 2xx or a socket failed. */
async function load(
  wrk: string,
  port: number,
  seconds: number,
  core?: number,
): Promise<{ readonly perSecond: number; readonly requests: number }> {
  const command = [
    wrk,
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    '--timeout',
    '20s',
    `http://127.0.0.1:${port}/`,
  ];
  const [program = '', ...args] = core === undefined ? command : onCore(core, ...command);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1];
  const count = /(\d+) requests in/.exec(output)?.[1];
  if (rate === undefined || count === undefined || /Non-2xx|Socket errors/.test(output))
    throw new Error(`wrk saw failures:\n${output}`);
  return { perSecond: Number(rate), requests: Number(count) };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('a process did not start');
  return pid;
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

if (import.meta.main) await run();
