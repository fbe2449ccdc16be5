/** Builds `dist/`: JavaScript and declarations from `src/`, one file of what `fairlead --help` reads, and an executable command. */
import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { build } from 'vite';

/** Files that declare commands and read their options, without what the commands do. */
const DECLARATION =
  /\/(?:cli\/(?:local\/)?(?:[a-z-]+-commands?|routes|options|parse)|base\/duration)\.js$/;

/** tsc, which also checks the types. */
function compile(): number | null {
  rmSync('dist', { recursive: true, force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  return status;
}

/**
 * Joins `cli/app.js` with the declarations of commands that it imports: finding and opening each of these small files takes
 * Node longer than running it. Everything else stays where it is: what a command loads when it runs, and what has an
 * identity that others compare, such as the errors.
 */
async function joinDeclarations(): Promise<void> {
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      ssr: 'dist/cli/app.js',
      outDir: 'dist/cli',
      emptyOutDir: false,
      minify: false,
      target: 'node22',
      rolldownOptions: {
        external: (id, importer) =>
          importer !== undefined && !DECLARATION.test(resolve(importer, '..', id)),
        output: { entryFileNames: 'app.js' },
      },
    },
  });
}

const status = compile();
if (status === 0) {
  await joinDeclarations();
  chmodSync('dist/cli/bin.js', 0o755);
}
process.exitCode = status ?? 1;
