/** `fairlead local reset`: back to an empty local ECS. */
import { existsSync, rmSync } from 'node:fs';
import { UserError } from '../../base/errors.ts';
import { endLeftovers } from '../../local/leftovers.ts';
import { stateFolder } from '../../local/state-folder.ts';
import { isHeld } from '../../local/state-lock.ts';
import { printProgress, type CliContext } from '../context.ts';

/** Ends what a killed control plane left running, then removes the folder. */
export async function reset(this: CliContext, flags: { readonly state: string }): Promise<void> {
  const folder = stateFolder(flags.state);
  if (!existsSync(folder.path)) {
    printProgress(this, `There is no state in ${folder.path}.`);
    return;
  }
  if (!existsSync(folder.journalPath) && !existsSync(folder.credentialsPath)) {
    throw new UserError('STATE_FOLDER', `${folder.path} is not the state folder of a local ECS.`, {
      hint: 'Nothing was removed. Name the right folder with --state.',
      exitCode: 2,
    });
  }
  if (isHeld(folder)) {
    throw new UserError('RUNNING', `A local ECS runs on ${folder.path}.`, {
      hint: 'Stop it first: fairlead local down',
      exitCode: 2,
    });
  }
  await endLeftovers(folder.path, this.clock, this.random);
  rmSync(folder.path, { recursive: true, force: true });
  printProgress(this, `Removed ${folder.path}.`);
}
