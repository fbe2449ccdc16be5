/** npm as a process of its own, with whatever registry, proxy and cache it is configured with on this machine. */
import { delimiter, dirname } from 'node:path';
import { runProgram } from './program.ts';

/** A registry that does not answer is given up after a minute or two instead of a quarter of an hour. */
const PATIENCE = { npm_config_fetch_retries: '1', npm_config_fetch_timeout: '60000' };

/**
 * Runs `npm ARGS` in a folder, on the Node that runs the test.
 * @throws Error with what npm said when it fails, as it does without a registry
 */
export async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  await run('npm', cwd, args);
}

/**
 * Runs `npx ARGS` with what is installed in the folder, and gives its standard output.
 * @throws Error with what npx said when it fails
 */
export function npx(cwd: string, ...args: readonly string[]): Promise<string> {
  return run('npx', cwd, ['--no', '--', ...args]);
}

async function run(program: string, cwd: string, args: readonly string[]): Promise<string> {
  const { PATH = '' } = process.env;
  const { exitCode, stdout, stderr } = await runProgram(program, args, {
    cwd,
    // All of the environment: npm's own settings may be in it.
    env: {
      ...{ ...process.env, ...PATIENCE },
      PATH: `${dirname(process.execPath)}${delimiter}${PATH}`,
    },
  });
  if (exitCode === 0) return stdout;
  throw new Error(
    `"${program} ${args.join(' ')}" failed with exit code ${exitCode}. ` +
      'This test needs npm, and the registry that npm is configured with; it said:\n' +
      `${stdout}${stderr}`,
  );
}
