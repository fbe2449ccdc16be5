/**
 * A whole local ECS, its SDK clients, and programs whose own reports tell what really runs: each writes a file named by its
 * pid, so that no test has to believe the control plane.
 */
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/clock.ts';
import { startLocalEcs, type LocalEcs, type LocalEcsOptions } from '../../src/local/index.ts';

const PROGRAMS = fileURLToPath(new URL('../fixtures/programs', import.meta.url));
const EXAMPLE_APP = fileURLToPath(new URL('../../examples/app', import.meta.url));

/** A program that runs until it is told to end, an HTTP server whose tag `broken` never gets healthy, and ways to fail. */
const IMAGES = (reports: string): string => `images:
  my-repo/my-app: { command: [node, worker.js], cwd: '${PROGRAMS}', environment: { REPORTS: '${reports}' } }
  app: { command: [node, server.js], cwd: '${EXAMPLE_APP}' }
  app:broken: { command: [node, server.js], cwd: '${EXAMPLE_APP}', environment: { BROKEN: '1' } }
  slow-app: { command: [node, server.js], cwd: '${EXAMPLE_APP}', environment: { WORK_MS: '200' } }
  no-program: { command: [no-such-program-here] }
`;

/** What a program of the image my-repo/my-app says of itself. */
export interface Report {
  readonly pid: number;
  /** When it began (epoch ms). */
  readonly at: number;
  readonly tag: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly gotSigterm: boolean;
}

/** Where a test takes place. */
export interface Folders {
  readonly root: string;
  readonly images: string;
  readonly state: string;
  /** Of the programs that run now, by pid. */
  readonly running: () => readonly Report[];
  /** Of every program that ever ran. */
  readonly reports: () => readonly Report[];
  /** Waits until exactly programs with these tags run, in any order: a program reports a moment after it was started. */
  readonly settledOn: (tags: readonly string[]) => Promise<readonly Report[]>;
  readonly remove: () => void;
}

/** The folder of one test, with an images file. */
export function makeFolders(): Folders {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-system-'));
  const reportsFolder = join(root, 'reports');
  const images = join(root, 'images.yaml');
  mkdirSync(reportsFolder);
  writeFileSync(images, IMAGES(reportsFolder));
  const reports = (): readonly Report[] =>
    readdirSync(reportsFolder)
      .map((name) => readReport(Number(name), join(reportsFolder, name)))
      .filter((report) => report !== undefined);
  const running = (): readonly Report[] => reports().filter(({ pid }) => isAlive(pid));
  return {
    root,
    images,
    state: join(root, 'state'),
    reports,
    running,
    settledOn: (tags) => {
      const wanted = tags.toSorted().join();
      return until(
        running,
        (found) =>
          found
            .map(({ tag }) => tag)
            .sort()
            .join() === wanted,
      );
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function readReport(pid: number, path: string): Report | undefined {
  const text = readFileSync(path, 'utf8');
  // The program has opened its file, but not yet written it.
  if (!text.includes('\n')) return undefined;
  const [first = '', ...signals] = text.trimEnd().split('\n');
  const facts = JSON.parse(first) as Omit<Report, 'pid' | 'gotSigterm'>;
  return { pid, ...facts, gotSigterm: signals.includes('SIGTERM') };
}

/** Whether a process with this pid runs; one that has ended and that nobody has asked for does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (platform() !== 'linux') return true;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}

/** Clients that do not retry: what a test asks for is answered once. */
export interface Clients {
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
}

export function clientsOf(facts: Pick<LocalEcs, 'url' | 'region' | 'credentials'>): Clients {
  const { url, region, credentials } = facts;
  const config = { endpoint: url, region, credentials, maxAttempts: 1 };
  return { ecs: new ECSClient(config), elbv2: new ElasticLoadBalancingV2Client(config) };
}

/** A local ECS in this process. */
export interface World extends Clients {
  readonly local: LocalEcs;
  readonly folders: Folders;
  /** Stops everything and removes the folders. */
  close(): Promise<void>;
}

/** An unchecked task counts as healthy at once, where AWS takes 40 s. */
export const QUICK = { healthyAfterMs: 200, completesAfterMs: 200 };

export async function openWorld(options: LocalEcsOptions = {}): Promise<World> {
  const folders = makeFolders();
  const local = await startLocalEcs({
    images: folders.images,
    stateFolder: folders.state,
    timings: QUICK,
    ...options,
  });
  const clients = clientsOf(local);
  return {
    ...clients,
    local,
    folders,
    async close() {
      clients.ecs.destroy();
      clients.elbv2.destroy();
      await local.close();
      folders.remove();
    },
  };
}

const LOOK_MS = 50;
/** Far above what any wait of these tests takes; it only turns a test that would hang into one that says what it saw. */
const GIVE_UP_MS = 60_000;

/** Waits until `look` gives what `accepts` accepts; says what it saw last when that does not come. */
export async function until<T>(
  look: () => T | Promise<T>,
  accepts: (seen: T) => boolean,
): Promise<T> {
  const deadline = systemClock.monotonic() + GIVE_UP_MS;
  for (;;) {
    const seen = await look();
    if (accepts(seen)) return seen;
    if (systemClock.monotonic() > deadline)
      throw new Error(`waited in vain; last seen: ${JSON.stringify(seen, undefined, 2)}`);
    await systemClock.sleep(LOOK_MS);
  }
}

/** A port that nobody has now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
