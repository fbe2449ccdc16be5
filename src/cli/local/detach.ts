/** Starts the local ECS as a process of its own and waits until it answers. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../base/errors.ts';
import {
  makeStateFolder,
  readNotice,
  removeStateFolder,
  stateFolder,
  type StateFolder,
} from '../../local/state-folder.ts';
import { isHeld, runningControlPlane } from '../../local/state-lock.ts';
import { printProgress, type CliContext } from '../context.ts';
import { stateOption } from '../options.ts';
import type { UpFlags } from './up-flags.ts';

const POLL_MS = 50;
const START_TIMEOUT_MS = 30_000;
const NO_ANSWER = `did not answer within ${START_TIMEOUT_MS / 1000} s`;
/** How much of the log explains a start that failed. */
const LOG_TAIL_LINES = 20;

/** The command beside this module's parent: .ts when run from source, .js when run from dist. */
const BIN = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../bin.ts' : '../bin.js', import.meta.url),
);

/**
 * Runs `local up` in the background with its output in the state folder.
 * @throws UserError when it ends at once, with the end of its log
 */
export async function startDetached(context: CliContext, flags: UpFlags): Promise<void> {
  const folder = stateFolder(flags.state);
  const other = runningControlPlane(folder);
  if (other !== undefined) {
    throw new UserError(
      'ALREADY_RUNNING',
      `A local ECS already runs on ${other.url} (pid ${other.pid}) with the state folder ${folder.path}.`,
      {
        hint: 'Use that one, stop it with "fairlead local down", or start with another --state folder and --port.',
      },
    );
  }
  const isNew = makeStateFolder(folder);
  const log = openSync(folder.logPath, 'w', 0o600);
  const child = spawn(process.execPath, [BIN, 'local', 'up', ...argumentsOf(flags)], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const end = new AbortController();
  child.once('exit', () => end.abort());
  child.once('error', () => end.abort());
  const deadline = context.clock.monotonic() + START_TIMEOUT_MS;
  const state = stateOption(flags.state);
  for (;;) {
    const notice = readNotice(folder);
    if (notice !== undefined && notice.pid === child.pid) {
      child.unref();
      printProgress(
        context,
        `The local ECS listens on ${notice.url} in the background (pid ${notice.pid}); it writes to ${folder.logPath}.\n` +
          `Next: eval "$(fairlead local env${state})". Stop it with: fairlead local down${state}`,
      );
      return;
    }
    if (end.signal.aborted || context.clock.monotonic() > deadline) {
      throw end.signal.aborted ? endedAtOnce(folder, isNew) : failedStart(folder, NO_ANSWER);
    }
    await context.clock.sleep(POLL_MS);
  }
}

function argumentsOf(flags: UpFlags): readonly string[] {
  return [
    ...['--port', String(flags.port), '--state', flags.state, '--runtime', flags.runtime],
    ...['--log-format', flags.logFormat],
    ...(flags.timeScale === 1 ? [] : ['--time-scale', String(flags.timeScale)]),
    ...(flags.images === undefined ? [] : ['--images', flags.images]),
    ...(flags.functions === undefined ? [] : ['--functions', flags.functions]),
    ...(flags.auth ? [] : ['--no-auth']),
  ];
}

/** The end of a start that failed. A folder that was made for it goes with it, unless another start has taken it by now. */
function endedAtOnce(folder: StateFolder, isNew: boolean): UserError {
  const error = failedStart(folder, 'ended at once');
  if (!isNew || isHeld(folder)) return error;
  removeStateFolder(folder);
  return new UserError('START_FAILED', error.message);
}

function failedStart(folder: StateFolder, what: string): UserError {
  const tail = readFileSync(folder.logPath, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES);
  return new UserError(
    'START_FAILED',
    `The local ECS ${what}; its log ends with:\n${tail.join('\n')}`,
    { hint: `The whole log is in ${folder.logPath}.` },
  );
}
