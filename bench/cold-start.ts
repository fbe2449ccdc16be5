/**
 * How long `fairlead --help` takes, as it is installed (`dist/`), against `node -e 0` on the same Node: processes started by
 * turns, from spawn to exit. Run alone by `node bench/cold-start.ts`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, ratios, summary } from './series.ts';

const RUNS = 101;
/** The first runs read files that nothing has read before, and fill the compile cache. */
const WARM_UP = 5;
const GOAL = 1.5;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs the bench and prints the medians and their ratio. */
export function run(): void {
  const home = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  try {
    const bin = install(home);
    const times = { fairlead: new Array<number>(), node: new Array<number>() };
    for (let round = -WARM_UP; round < RUNS; round++) {
      const node = timeOf(['-e', '0'], home);
      const fairlead = timeOf([bin, '--help'], home);
      if (round < 0) continue;
      times.node.push(node);
      times.fairlead.push(fairlead);
    }
    const ratio = median(times.fairlead) / median(times.node);
    console.log(
      `cold start: fairlead --help ${summary(times.fairlead, 1)} ms against node -e 0 ${summary(times.node, 1)} ms, ` +
        `Node ${process.version}, medians of ${RUNS}: ${ratio.toFixed(2)} times (by turns ` +
        `${median(ratios(times.fairlead, times.node)).toFixed(2)}), goal at most ${GOAL}`,
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A fresh build, and the one package that it needs, where npm would put them: nobody else builds there meanwhile. */
function install(home: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/build.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
  const modules = join(home, 'node_modules');
  for (const part of ['dist', 'package.json'])
    cpSync(join(ROOT, part), join(modules, 'fairlead', part), { recursive: true });
  cpSync(join(ROOT, 'node_modules/@stricli/core'), join(modules, '@stricli/core'), {
    recursive: true,
  });
  return join(modules, 'fairlead/dist/cli/bin.js');
}

/** Milliseconds. Nobody reads what the process writes, as hyperfine does it. */
function timeOf(args: readonly string[], home: string): number {
  const begin = performance.now();
  const { status } = spawnSync(process.execPath, args, {
    env: { PATH: process.env['PATH'], TMPDIR: home },
    stdio: 'ignore',
  });
  const end = performance.now();
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(status)}`);
  return end - begin;
}

if (import.meta.main) run();
