/** `fairlead local status`: whether the local ECS runs, where, and since when. */
import { formatDuration } from '../../base/duration.ts';
import { isoTime } from '../../base/clock.ts';
import { stateFolder } from '../../local/state-folder.ts';
import { runningControlPlane } from '../../local/state-lock.ts';
import { printResult, type CliContext } from '../context.ts';
import type { OutputForm } from '../options.ts';

/** The exit code when none runs: a script can ask by it. */
const NOT_RUNNING = 1;

/** Prints it. */
export function status(
  this: CliContext,
  flags: { readonly state: string; readonly output: OutputForm },
): void {
  const folder = stateFolder(flags.state);
  const notice = runningControlPlane(folder);
  if (notice === undefined) this.process.exitCode = NOT_RUNNING;
  if (flags.output === 'json') {
    const found = notice === undefined ? {} : { ...notice, startedAt: isoTime(notice.startedAt) };
    printResult(
      this,
      JSON.stringify({ running: notice !== undefined, state: folder.path, ...found }, undefined, 2),
    );
    return;
  }
  if (notice === undefined) {
    printResult(this, `No local ECS runs on ${folder.path}. Start it with: fairlead local up`);
    return;
  }
  printResult(
    this,
    [
      `The local ECS runs on ${notice.url}`,
      `  process     ${notice.pid}, for ${formatDuration(this.clock.now() - notice.startedAt)}`,
      `  runtime     ${notice.runtime}`,
      `  signatures  ${notice.auth === 'sigv4' ? 'verified' : 'not verified (--no-auth)'}`,
      ...(notice.timeScale === undefined || notice.timeScale === 1
        ? []
        : [`  time        scaled by ${notice.timeScale}`]),
      `  account     ${notice.accountId}, default region ${notice.region}`,
      `  state       ${folder.path}`,
    ].join('\n'),
  );
}
