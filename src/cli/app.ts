/** The tree of commands. Each loads its code only when it runs, so that `--help` starts as fast as Node itself. */
import {
  buildApplication,
  buildRouteMap,
  help,
  run,
  text_en,
  version,
  type ApplicationText,
  type StricliProcess,
} from '@stricli/core';
import { readFileSync } from 'node:fs';
import { systemClock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import { systemRandom } from '../base/random.ts';
import { demoCommand } from './demo-command.ts';
import { deployCommand } from './deploy-command.ts';
import { localRoutes } from './local/routes.ts';
import {
  revisionsCommand,
  rollbackCommand,
  statusCommand,
  tasksCommand,
  waitCommand,
} from './service-commands.ts';
import type { CliContext } from './context.ts';
import { interruption } from './signals.ts';

const { version: currentVersion } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** What the command was called wrongly with: nothing was changed. */
const USAGE_EXIT_CODE = 2;

const text: ApplicationText = {
  ...text_en,
  exceptionWhileRunningCommand: (error) => explain(error),
  commandErrorResult: (error) => explain(error),
};

const app = buildApplication<CliContext>(
  buildRouteMap({
    routes: {
      deploy: deployCommand,
      status: statusCommand,
      wait: waitCommand,
      rollback: rollbackCommand,
      revisions: revisionsCommand,
      tasks: tasksCommand,
      local: localRoutes,
      demo: demoCommand,
    },
    docs: { brief: 'Roll out new container images on Amazon ECS without dropping a request' },
  }),
  {
    name: 'fairlead',
    scanner: { caseStyle: 'allow-kebab-for-camel' },
    localization: { loadText: () => text },
    determineExitCode: (error) => (error instanceof UserError ? error.exitCode : 1),
  },
  {
    // Naming any integration drops the built-in ones, --help among them.
    help: help({
      brief: text_en.briefs.help,
      defaultForRouteMap: true,
      formatting: {
        useAliasInUsageLine: false,
        onlyRequiredInUsageLine: true,
        caseStyle: 'convert-camel-to-kebab',
      },
    }),
    version: version({ brief: text_en.briefs.version, info: { currentVersion } }),
  },
);

/** Runs the command and leaves its exit code in `process.exitCode`. */
export async function main(args: readonly string[]): Promise<void> {
  const context: CliContext = {
    process,
    env: process.env,
    clock: systemClock,
    random: systemRandom,
    interruption,
  };
  // A reader that goes away, as `| head` does, is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  // Node's exitCode may also be undefined, which exactOptionalPropertyTypes tells apart.
  await run(app, args, { ...context, process: process as StricliProcess & CliContext['process'] });
  // The parser's own codes are negative: what it could not read was used wrongly.
  if (typeof process.exitCode === 'number' && process.exitCode < 0) {
    process.exitCode = USAGE_EXIT_CODE;
  }
}

/** What people can mend is said in two lines; anything else is a bug and keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof UserError) {
    return error.hint === undefined
      ? `fairlead: ${error.message}`
      : `fairlead: ${error.message}\n${error.hint}`;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `fairlead: unexpected error, please report it: ${detail}`;
}
