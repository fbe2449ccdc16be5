/** How many prepared requests a second a server answers: by wrk where it is installed, else by our own client. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCore } from './core.ts';
import { sendAll } from './keep-alive-client.ts';

const CONNECTIONS = 32;

export const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

/** What sends the requests. */
export const CLIENT = `${hasWrk ? 'wrk' : 'own client'}, ${CONNECTIONS} connections`;

/** Requests stand in a file, each ended by a zero byte; wrk sends them in turn. */
const WRK_SCRIPT = `
local requests, index = {}, 0
function init(arguments)
  local file = io.open(arguments[1], 'rb')
  for text in file:read('*a'):gmatch('([^%z]+)%z') do requests[#requests + 1] = text end
  file:close()
end
function request()
  index = index % #requests + 1
  return requests[index]
end
`;

/** How fast, and how many in all. */
export interface Rate {
  readonly perSecond: number;
  readonly requests: number;
}

/**
 * Sends the requests in turn, again and again.
 * @param core where the client runs; any unless given
 * @throws Error when an answer was no success
 */
export function requestRate(
  port: number,
  requests: readonly Buffer[],
  seconds: number,
  core?: number,
): Promise<Rate> {
  return hasWrk ? byWrk(port, requests, seconds, core) : byOwnClient(port, requests, seconds);
}

async function byWrk(
  port: number,
  requests: readonly Buffer[],
  seconds: number,
  core: number | undefined,
): Promise<Rate> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  try {
    const [script, file] = [join(folder, 'requests.lua'), join(folder, 'requests')];
    writeFileSync(script, WRK_SCRIPT);
    writeFileSync(file, Buffer.concat(requests.flatMap((request) => [request, Buffer.of(0)])));
    const options = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '20s', '-s', script];
    const [program = '', ...before] = core === undefined ? ['wrk'] : onCore(core, 'wrk');
    const args = [...before, ...options, `http://127.0.0.1:${port}/`, '--', file];
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    const perSecond = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1];
    const count = /(\d+) requests in/.exec(output)?.[1];
    if (perSecond === undefined || count === undefined || /Non-2xx|Socket errors/.test(output))
      throw new Error(`wrk saw failures:\n${output}`);
    return { perSecond: Number(perSecond), requests: Number(count) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byOwnClient(
  port: number,
  requests: readonly Buffer[],
  seconds: number,
): Promise<Rate> {
  const begin = performance.now();
  let index = 0;
  const count = await sendAll(port, CONNECTIONS, () =>
    performance.now() - begin < seconds * 1000 ? requests[index++ % requests.length] : undefined,
  );
  return { perSecond: count / ((performance.now() - begin) / 1000), requests: count };
}
