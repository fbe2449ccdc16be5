/** `fairlead local env`: what points AWS clients at the local ECS. */
import { UserError } from '../../base/errors.ts';
import { readCredentials, readNotice, stateFolder } from '../../local/state-folder.ts';
import { isHeld } from '../../local/state-lock.ts';
import { printResult, type CliContext } from '../context.ts';
import type { OutputForm } from '../options.ts';

/** Settings of the user's own that would win over ours. */
const UNSET = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN'];

/** Prints exports for a POSIX shell, or the same as JSON. */
export function env(
  this: CliContext,
  flags: { readonly state: string; readonly output: OutputForm },
): void {
  const folder = stateFolder(flags.state);
  const credentials = readCredentials(folder);
  const notice = readNotice(folder);
  if (credentials === undefined || notice === undefined || !isHeld(folder)) {
    throw new UserError('NOT_RUNNING', `No local ECS runs on ${folder.path}.`, {
      hint: 'Start it with "fairlead local up", or name its folder with --state.',
    });
  }
  const variables = {
    AWS_ENDPOINT_URL: notice.url,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: notice.region,
    AWS_DEFAULT_REGION: notice.region,
  };
  if (flags.output === 'json') {
    printResult(this, JSON.stringify(variables, undefined, 2));
    return;
  }
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  printResult(this, [...exports, `unset ${UNSET.join(' ')}`].join('\n'));
}
