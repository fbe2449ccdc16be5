/** `fairlead local reset`: back to an empty local ECS. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { endLeftovers } from '../../local/leftovers.ts';
import { stateFolder } from '../../local/state-folder.ts';
import { isHeld } from '../../local/state-lock.ts';
import { printProgress, type CliContext } from '../context.ts';

/** Where commands put records when they are not told where (see record-file.ts). */
const RECORDS = 'records';

/** Ends what a killed control plane left running, then removes the state. */
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
  printProgress(this, removeState(folder.path));
}

/** Removes all but the records of rollouts, which live in the same folder and cannot be made again. */
function removeState(path: string): string {
  const kept = existsSync(join(path, RECORDS)) ? [RECORDS, '.gitignore'] : [];
  for (const name of readdirSync(path)) {
    if (!kept.includes(name)) rmSync(join(path, name), { recursive: true, force: true });
  }
  if (kept.length > 0) return `Removed the state in ${path}; the records of rollouts are kept.`;
  rmdirSync(path);
  return `Removed ${path}.`;
}
