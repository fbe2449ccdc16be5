/** `fairlead local down`: stops a control plane that runs elsewhere. */
import { systemCode, UserError } from '../../base/errors.ts';
import { isHeld } from '../../local/state-lock.ts';
import { readNotice, stateFolder } from '../../local/state-folder.ts';
import { printProgress, type CliContext } from '../context.ts';

const POLL_MS = 100;
/** Stopping takes up to 10 s of grace for the tasks; after this it is stuck. */
const STOP_TIMEOUT_MS = 30_000;

/**
 * How long the process may take to end after it has let go of everything. It is not waited for any longer: where nobody asks
 * for the exit code of such a process, as in many containers, its pid stays taken.
 */
const END_TIMEOUT_MS = 2_000;

/** Asks it to stop and waits until it has let go of the state folder, and its process has ended. */
export async function down(this: CliContext, flags: { readonly state: string }): Promise<void> {
  const folder = stateFolder(flags.state);
  if (!isHeld(folder)) {
    printProgress(this, `No local ECS runs on ${folder.path}.`);
    return;
  }
  const notice = readNotice(folder);
  if (notice === undefined) {
    throw new UserError(
      'STARTING',
      `The local ECS on ${folder.path} is just starting or stopping.`,
      {
        hint: 'Try again in a moment.',
      },
    );
  }
  printProgress(this, `Stopping the local ECS on ${notice.url} and its tasks …`);
  try {
    process.kill(notice.pid, 'SIGTERM');
  } catch (cause) {
    if (systemCode(cause) !== 'ESRCH') throw cause;
  }
  const deadline = this.clock.monotonic() + STOP_TIMEOUT_MS;
  while (isHeld(folder)) {
    if (this.clock.monotonic() > deadline) {
      throw new UserError(
        'STOP_TIMEOUT',
        `The local ECS (pid ${notice.pid}) did not stop within 30 s.`,
        {
          hint: `Its log may say why; as a last resort: kill -9 ${notice.pid} (its tasks are ended by the next start or by "fairlead local reset").`,
        },
      );
    }
    await this.clock.sleep(POLL_MS);
  }
  const end = this.clock.monotonic() + END_TIMEOUT_MS;
  while (!hasEnded(notice.pid) && this.clock.monotonic() < end) await this.clock.sleep(POLL_MS);
  printProgress(this, 'Stopped. The state is kept; "fairlead local up" goes on from it.');
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    // ESRCH; or EPERM, because the pid is somebody else's by now.
    return true;
  }
}
