/** Checks the promises about versions that no other tool checks. */
import { readFileSync } from 'node:fs';
import semver from 'semver';

/** The oldest Node that users may have. */
const USERS_NODE = '22.19.0';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));

const problems: string[] = [];

const lock = read('package-lock.json') as { packages: Record<string, Locked> };
for (const [path, { version, dev, engines }] of Object.entries(lock.packages)) {
  if (path === '' || dev === true || engines?.node === undefined) continue;
  if (!semver.satisfies(USERS_NODE, engines.node)) {
    problems.push(`${path}@${String(version)} needs node ${engines.node}, not ${USERS_NODE}`);
  }
}

const pkg = read('package.json') as { engines: { node: string } };
const lowest = semver.minVersion(pkg.engines.node)?.version;
if (lowest !== USERS_NODE) {
  problems.push(`engines.node begins at ${String(lowest)}, scripts/floors.ts at ${USERS_NODE}`);
}

const types = lock.packages['node_modules/@types/node']?.version ?? '0.0.0';
if (semver.major(types) !== semver.major(USERS_NODE)) {
  problems.push(`@types/node ${types} describes another Node than ${USERS_NODE}`);
}

for (const problem of problems) console.error(`floors: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
