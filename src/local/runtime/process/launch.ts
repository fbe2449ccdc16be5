/** Starts a container's keeper, and with it the program. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Clock } from '../../../base/clock.ts';
import { messageOf } from '../../../base/errors.ts';
import { cannotStart } from './command-line.ts';
import type { ContainerFolder, ContainerRecord, Started } from './container-folder.ts';
import { KEEPER, START } from './keeper.ts';
import { containerMark, markArgument } from './mark.ts';

/** How often the record of the start is looked for. */
const LOOK_MS = 4;
/** A start takes milliseconds; on a machine that needs longer than this nothing would work. */
const GIVE_UP_MS = 30_000;
/** How much of the output a failed start is explained with. */
const EXPLANATION_BYTES = 2000;

/** A started container. */
export interface Launched {
  readonly started: Started;
  /** The keeper, our child. */
  readonly keeper: ChildProcess;
}

/**
 * Spawns the keeper and waits until the program has taken over from it.
 * @param folder must hold the record already
 * @throws ContainerError CannotStartContainerError
 */
export async function launch(
  folder: ContainerFolder,
  record: ContainerRecord,
  clock: Clock,
): Promise<Launched> {
  const keeper = spawnKeeper(folder, record);
  let failure: string | undefined;
  keeper.once('error', (error) => (failure = error.message));
  keeper.once('exit', () => (failure ??= 'it ended before the program began'));
  const deadline = clock.monotonic() + GIVE_UP_MS;
  for (;;) {
    // In this order: a program that has ended already has begun, too.
    const over = failure;
    const started = await folder.started();
    if (started !== undefined) return { started, keeper };
    if (over !== undefined) {
      const output = (await folder.tail(EXPLANATION_BYTES)).trim();
      throw cannotStart(
        `the container could not be started: ${over}${output === '' ? '' : `: ${output}`}`,
      );
    }
    if (clock.monotonic() > deadline) {
      keeper.kill('SIGKILL');
      throw cannotStart(`the container did not start within ${GIVE_UP_MS / 1000} seconds`);
    }
    await clock.sleep(LOOK_MS);
  }
}

function spawnKeeper(folder: ContainerFolder, record: ContainerRecord): ChildProcess {
  // Appending, so that the log may be emptied while it is written.
  const log = openSync(folder.logFile, 'a', 0o600);
  try {
    return spawn(
      '/bin/sh',
      ['-c', KEEPER, markArgument(folder.path), folder.path, START, record.program, ...record.args],
      {
        cwd: record.cwd,
        env: { ...record.environment, ...containerMark(folder.path) },
        detached: true,
        stdio: ['ignore', log, log],
      },
    );
  } catch (error) {
    throw cannotStart(`the container could not be started: ${messageOf(error)}`, error);
  } finally {
    closeSync(log);
  }
}
