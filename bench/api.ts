/**
 * Reads and writes a second of the local ECS against a bare node:http server that reads the very same requests and answers with
 * as many bytes: same machine, each in a process of its own, runs by turns, at 1, 1,000 and 10,000 services, without signatures
 * and with them. The requests are signed before the clock starts, so that what is measured is verifying. Writes are measured against a server that syncs
 * them to the disk, too, since the local ECS answers only then. Run alone by `node bench/api.ts [services…]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signedRequest, unsignedRequest, type ApiCall, type ApiFacts } from './api-request.ts';
import { describeService, populate, registration } from './api-services.ts';
import { BenchProcess } from './bench-process.ts';
import { ask, sendAll } from './keep-alive-client.ts';
import { bind, canBind, release, SHARED_CORE } from './core.ts';
import { CLIENT, hasWrk, requestRate } from './request-rate.ts';
import { median, ratios, summary } from './series.ts';

const SIZES = [1, 1_000, 10_000];
const READS = { name: 'DescribeServices', goals: { none: 0.5, sigv4: 0.35 } };
const WRITES = { name: 'RegisterTaskDefinition', goals: undefined };
/**
 * Just-in-time compilation takes tens of thousands of requests, and its CPU time is the server's. Writes get less, because every
 * one stays in the memory of the server.
 */
const PACE = {
  reads: { warmUpRequests: 30_000, rounds: 5, seconds: 2, synced: false },
  writes: { warmUpRequests: 3_000, rounds: 3, seconds: 2, synced: true },
};

type Kind = typeof READS | typeof WRITES;
type Auth = 'none' | 'sigv4';
type Peer = 'echo' | 'signed echo' | 'synced echo';
/** The server without signatures, asked the first of the requests again and again: what asking for many costs shows against it. */
type Same = 'none, one request';
/** Whom each is compared with: the one that gets the same requests. */
const PEERS = { none: 'echo', sigv4: 'signed echo' } as const;
type Listening = BenchProcess<{ readonly port: number }>;

/** The two servers of one size. */
type Servers = Readonly<Record<Auth, BenchProcess<ApiFacts>>>;

/** One server in one round. */
interface Run {
  /** With the client on another core. */
  readonly perSecond: number;
  /** What one core could answer in a second: by the CPU time of the server for a request, with the client on the same core. */
  readonly perCpuSecond: number;
}

/** What became of each server in each round. */
type Runs = Readonly<Partial<Record<Auth | Peer | Same, readonly Run[]>>>;

/** Runs the bench and prints its figures. */
export async function run(sizes: readonly number[] = SIZES): Promise<void> {
  console.log(`api: by ${CLIENT}; requests signed beforehand; state on disk`);
  const reads: Runs[] = [];
  for (const services of sizes) reads.push(await measureSize(services));
  for (const auth of ['none', 'sigv4'] as const) {
    const costs = reads.map((runs) => median(against(runs, auth, PEERS[auth], 'perCpuSecond')));
    const flat = costs.slice(1).map((cost) => ((costs[0] ?? cost) / cost).toFixed(2));
    if (flat.length > 0)
      console.log(
        `api: ${nameOf(auth)}: a read at ${sizes.slice(1).join(' and ')} services takes the CPU time of one at ${String(sizes[0])} times ` +
          flat.join(' and '),
      );
  }
}

async function measureSize(services: number): Promise<Runs> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const start = (auth: Auth) =>
    BenchProcess.start<ApiFacts>('./api-server.ts', [auth, join(folder, auth)]);
  const servers: Servers = { none: await start('none'), sigv4: await start('sigv4') };
  try {
    const calls = Array.from({ length: services }, (_, index) => describeService(index));
    await populateAndWeigh(servers.none, calls);
    await populate(servers.sigv4.facts, services, true);
    const reads = await compare(servers, calls, PACE.reads, folder);
    report(`${services} services`, READS, reads);
    const writes = await compare(servers, [registration('bench')], PACE.writes, folder);
    report(`${services} services`, WRITES, writes);
    return reads;
  } finally {
    await servers.none.stop();
    await servers.sigv4.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Creates the services and prints the memory that each takes, before and after it was first looked at. */
async function populateAndWeigh(
  server: BenchProcess<ApiFacts>,
  calls: readonly ApiCall[],
): Promise<void> {
  const empty = await server.get('heapBytes');
  await populate(server.facts, calls.length, false);
  const created = await server.get('heapBytes');
  const left = [...calls];
  await sendAll(server.facts.port, 1, () => {
    const call = left.pop();
    return call && unsignedRequest(call, server.facts);
  });
  const described = await server.get('heapBytes');
  const each = (bytes: number): string => ((bytes - empty) / calls.length / 1024).toFixed(1);
  if (calls.length > 1)
    console.log(
      `api: ${calls.length} services take ${each(created)} KiB of memory each, with their task, events and history; ` +
        `${each(described)} KiB once they were described`,
    );
}

/** Asks the peers and the servers by turns. */
async function compare(
  servers: Servers,
  calls: readonly ApiCall[],
  pace: (typeof PACE)[keyof typeof PACE],
  folder: string,
): Promise<Runs> {
  const unsigned = calls.map((call) => unsignedRequest(call, servers.none.facts));
  const signed = await Promise.all(calls.map((call) => signedRequest(call, servers.sigv4.facts)));
  const [first] = unsigned;
  if (first === undefined) throw new Error('there is nothing to ask');
  const size = String(Buffer.byteLength(await ask(servers.none.facts.port, first)));
  const file = join(folder, 'echo');
  const echo: Listening = await BenchProcess.start('./echo-server.ts', [size]);
  const synced: Listening = await BenchProcess.start('./echo-server.ts', [size, file]);
  const turns: readonly (readonly [Auth | Peer | Same, Listening, readonly Buffer[]])[] = [
    ['echo', echo, unsigned],
    ['none', servers.none, unsigned],
    ...(unsigned.length > 1 ? [['none, one request', servers.none, [first]] as const] : []),
    ['signed echo', echo, signed],
    ['sigv4', servers.sigv4, signed],
    ...(pace.synced ? [['synced echo', synced, unsigned] as const] : []),
  ];
  const runs: Partial<Record<Auth | Peer | Same, Run[]>> = {};
  try {
    for (const [, { facts }, requests] of turns)
      for (let done = 0; done < pace.warmUpRequests;)
        done += (await requestRate(facts.port, requests, 1)).requests;
    for (let round = 0; round < pace.rounds; round++)
      for (const [name, server, requests] of turns)
        (runs[name] ??= []).push(await measure(server, requests, pace.seconds));
    return runs;
  } finally {
    await echo.stop();
    await synced.stop();
  }
}

async function measure(
  server: Listening,
  requests: readonly Buffer[],
  seconds: number,
): Promise<Run> {
  const { perSecond } = await requestRate(server.facts.port, requests, seconds);
  return { perSecond, perCpuSecond: await perCpuSecond(server, requests, seconds) };
}

/**
 * On one core, since a client on another one goes to sleep when it waits for a slow server, and each answer then has to wake
 * it, at the server's cost: the slower a server is, the slower it seems.
 */
async function perCpuSecond(
  server: Listening,
  requests: readonly Buffer[],
  seconds: number,
): Promise<number> {
  const shared = canBind && hasWrk;
  if (shared) bind(server.pid, SHARED_CORE);
  const before = await server.get('cpuMicros');
  const rate = await requestRate(
    server.facts.port,
    requests,
    seconds,
    shared ? SHARED_CORE : undefined,
  );
  const after = await server.get('cpuMicros');
  if (shared) release(server.pid);
  return (1e6 * rate.requests) / (after - before);
}

/** Prints how each server compares with the peers. */
function report(where: string, { name, goals }: Kind, runs: Runs): void {
  const line = (one: Auth | Peer): string =>
    `${summary(of(runs, one, 'perSecond'), 0)} req/s, ${summary(of(runs, one, 'perCpuSecond'), 0)} per CPU second`;
  console.log(`api: ${where}, ${name}, medians of ${runs.echo?.length ?? 0}:`);
  for (const auth of ['none', 'sigv4'] as const) {
    const peer = PEERS[auth];
    const goal = goals === undefined ? '' : `, goal at least ${goals[auth]}`;
    console.log(`api:   ${peer} ${line(peer)}`);
    console.log(`api:   ${nameOf(auth)} ${line(auth)}: ${bothAgainst(runs, auth, peer)}${goal}`);
  }
  if (runs['none, one request'] !== undefined) {
    const cost = against(runs, 'none', 'none, one request', 'perCpuSecond').map((each) => 1 / each);
    console.log(
      `api:   asked for one service after the other, --no-auth takes ${summary(cost, 2)} times the CPU time of being asked for one again and again`,
    );
  }
  if (runs['synced echo'] === undefined) return;
  console.log(
    `api:   echo that syncs ${line('synced echo')}: --no-auth is ${bothAgainst(runs, 'none', 'synced echo')}`,
  );
}

/** How it compares, by the clock and by CPU time. */
function bothAgainst(runs: Runs, auth: Auth, peer: Peer): string {
  const rate = summary(against(runs, auth, peer, 'perSecond'), 2);
  const cost = summary(against(runs, auth, peer, 'perCpuSecond'), 2);
  return `${rate} of it, by CPU time ${cost}`;
}

/** The ratio in each round. */
function against(runs: Runs, auth: Auth, peer: Peer | Same, figure: keyof Run): readonly number[] {
  return ratios(of(runs, auth, figure), of(runs, peer, figure));
}

function of(runs: Runs, name: Auth | Peer | Same, figure: keyof Run): readonly number[] {
  return (runs[name] ?? []).map((each) => each[figure]);
}

function nameOf(auth: Auth): string {
  return auth === 'none' ? '--no-auth' : 'SigV4';
}

if (import.meta.main) {
  const sizes = process.argv.slice(2).map(Number);
  await run(sizes.length > 0 ? sizes : SIZES);
}
