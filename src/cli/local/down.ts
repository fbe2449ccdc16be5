/** `fairlead local down`: stops a control plane that runs elsewhere. */
import { systemCode, UserError } from '../../base/errors.ts';
import { isHeld } from '../../local/state-lock.ts';
import { readNotice, stateFolder } from '../../local/state-folder.ts';
import { printProgress, type CliContext } from '../context.ts';

const POLL_MS = 100;
/** Stopping takes up to 10 s of grace for the tasks; after this it is stuck. */
const STOP_TIMEOUT_MS = 30_000;

/** Asks it to stop and waits until it has let go of the state folder. */
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
  printProgress(this, 'Stopped. The state is kept; "fairlead local up" goes on from it.');
}
