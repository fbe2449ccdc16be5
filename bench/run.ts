/**
 * `npm run bench [-- name…]`: measures one figure after the other, each in a process of its own; each prints its ratio against
 * a peer of the same run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FIGURES = [
  'api',
  'balancer',
  'traffic-weights',
  'rolling-update',
  'detection',
  'virtual-rollout',
  'virtual-canary',
  'cold-start',
  'analysis',
];

const fileOf = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
const known = FIGURES.filter((name) => existsSync(fileOf(name)));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no figure ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : known) {
    console.log(`\n== ${name}`);
    const { status } = spawnSync(process.execPath, [fileOf(name)], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
