/** The package as its users get it: packed, installed in an empty folder, and run on the Node that they have. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './npm.ts';
import { runProgram, type Outcome } from './program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The oldest Node that the package runs on, as far as the registry has one: there is no 22.19 for arm64. */
export const OLDEST_NODE = process.arch === 'arm64' ? '22.20.0' : '22.19.0';
/** The Node that runs the tests: the repository's. */
export const REPOSITORY_NODE = process.versions.node;
/** A Node that the package refuses. */
export const TOO_OLD_NODE = '20.19.0';

/** What a checkout has and a fresh clone does not. */
const NOT_CLONED = new Set([
  ...['.git', '.fairlead', '.stryker-tmp', 'coverage', 'dist', 'node_modules', 'reports'],
]);

/** Where and how a program runs. */
export interface Place {
  /** Also its home and where it makes temporary files. */
  readonly cwd: string;
  /** One of the versions above, first on its PATH. */
  readonly node: string;
  /** Beside PATH, HOME and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The installed package. */
export interface Installation {
  /** The copy of the checkout that was packed. */
  readonly checkout: string;
  /** The folder, empty before, in which the package was installed. */
  readonly home: string;
  /** The package itself, in the node_modules of `home`. */
  readonly folder: string;
  /** Makes an empty folder outside of the installation. */
  makeFolder(name: string): string;
  /** Runs an installed command, such as `fairlead`, or `node`. */
  run(place: Place, program: string, ...args: readonly string[]): Promise<Outcome>;
  remove(): void;
}

/**
 * Packs this checkout, installs the package, and fetches the other versions of Node.
 * @throws Error with what npm said, when it fails or reaches no registry
 */
export async function install(): Promise<Installation> {
  const root = mkdtempSync(join(tmpdir(), 'fairlead-package-'));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  const makeFolder = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  try {
    const checkout = join(root, 'checkout');
    copyCheckout(checkout);
    const home = makeFolder('home');
    const steps = [
      fetchNodes(makeFolder('nodes')),
      installPackage(checkout, makeFolder('tarball'), home),
    ] as const;
    // Both have ended before one's failure removes the folder under the other.
    await Promise.allSettled(steps);
    const [nodes] = await Promise.all(steps);
    const commands = join(home, 'node_modules/.bin');
    return {
      ...{ checkout, home, makeFolder, remove },
      folder: join(home, 'node_modules/fairlead'),
      run({ cwd, node, env = {} }, program, ...args) {
        const { PATH = '' } = process.env;
        const nodeFolder = nodes.get(node);
        if (nodeFolder === undefined) throw new Error(`Node ${node} was not fetched`);
        const path = [nodeFolder, commands, PATH].join(delimiter);
        // Neither the settings of whoever runs the tests, nor their credentials.
        const own = { PATH: path, HOME: cwd, TMPDIR: cwd, AWS_EC2_METADATA_DISABLED: 'true' };
        return runProgram(program, args, { cwd, env: { ...own, ...env } });
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** As a fresh clone after `npm ci`, so that nothing stale is packed and the `dist` of this checkout stays as it is. */
function copyCheckout(target: string): void {
  cpSync(ROOT, target, {
    recursive: true,
    filter: (path) => !NOT_CLONED.has(relative(ROOT, path)),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
}

/** From the checkout into an empty folder, by way of the tarball that would be published. */
async function installPackage(checkout: string, tarballs: string, home: string): Promise<void> {
  await npm(checkout, 'pack', '--pack-destination', tarballs);
  const [tarball = 'no tarball', ...others] = readdirSync(tarballs);
  if (others.length > 0) throw new Error(`npm pack made more than ${tarball}: ${others.join()}`);
  await npm(
    home,
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    join(tarballs, tarball),
  );
}

/** The folder of `node` by version. */
async function fetchNodes(folder: string): Promise<ReadonlyMap<string, string>> {
  // The registry has each platform's program as a package, which the package "node" only fetches by a script of its own.
  const appleSilicon = platform() === 'darwin' && process.arch === 'arm64';
  const name = `${appleSilicon ? 'node-bin' : 'node'}-${platform()}-${process.arch}`;
  const versions = [OLDEST_NODE, TOO_OLD_NODE];
  const aliases = versions.map((version) => `node-${version}@npm:${name}@${version}`);
  await npm(folder, 'install', '--no-audit', '--no-fund', '--prefer-offline', ...aliases);
  return new Map([
    [REPOSITORY_NODE, dirname(process.execPath)],
    ...versions.map(
      (version) => [version, join(folder, 'node_modules', `node-${version}`, 'bin')] as const,
    ),
  ]);
}
