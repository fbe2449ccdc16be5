/** `fairlead local env`: what points AWS clients at the local ECS. */
import { UserError } from '../../base/errors.ts';
import { readCredentials, stateFolder } from '../../local/state-folder.ts';
import { runningControlPlane } from '../../local/state-lock.ts';
import { printResult, type CliContext } from '../context.ts';
import { API_ENDPOINT_VARIABLES } from '../endpoint-variables.ts';
import type { OutputForm } from '../options.ts';

/** Settings of the user's own that would win over ours. */
const UNSET = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ...API_ENDPOINT_VARIABLES,
];

const PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Prints exports for a POSIX shell, or the same as JSON. */
export function env(
  this: CliContext,
  flags: { readonly state: string; readonly output: OutputForm },
): void {
  const folder = stateFolder(flags.state);
  const notice = runningControlPlane(folder);
  const credentials = readCredentials(folder);
  if (credentials === undefined || notice === undefined) {
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
    ...withoutProxy(this.env),
  };
  if (flags.output === 'json') {
    printResult(this, JSON.stringify(variables, undefined, 2));
    return;
  }
  const exports = Object.entries(variables).map(
    ([name, value]) => `export ${name}=${quoted(value)}`,
  );
  printResult(this, [...exports, `unset ${UNSET.join(' ')}`].join('\n'));
}

/** Where a proxy is set, what keeps clients from asking it for a server of this machine. */
function withoutProxy(env: CliContext['env']): Readonly<Record<string, string>> {
  if (!PROXIES.some((name) => (env[name] ?? '') !== '')) return {};
  const hosts = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(/[\s,]+/).filter(Boolean);
  if (hosts.includes('*') || hosts.includes('127.0.0.1')) return {};
  const list = [...hosts, '127.0.0.1', 'localhost'].join(',');
  return { NO_PROXY: list, no_proxy: list };
}

/** For a POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
