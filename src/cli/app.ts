/** The tree of commands. Each loads its code only when it runs, so that `--help` starts as fast as Node itself. */
import {
  buildApplication,
  buildRouteMap,
  run,
  text_en,
  version,
  type ApplicationText,
  type StricliProcess,
} from '@stricli/core';
import { createRequire } from 'node:module';
import { UserError } from '../base/errors.ts';
import { demoCommand } from './demo-command.ts';
import { abortCommand, continueCommand } from './decide-commands.ts';
import { deployCommand } from './deploy-command.ts';
import { groupedHelp } from './grouped-help.ts';
import { iamCommand } from './iam-command.ts';
import { localRoutes } from './local/routes.ts';
import { runCommand } from './run-command.ts';
import {
  resumeCommand,
  revisionsCommand,
  rollbackCommand,
  statusCommand,
  tasksCommand,
  waitCommand,
} from './service-commands.ts';
import type { CliContext } from './context.ts';
import {
  exitCodeOfParser,
  helpHint,
  isUsageError,
  usageErrorText,
  withoutHelpCommand,
} from './usage-errors.ts';

/** Not read by node:fs: the import of it alone takes longer than all of this file. */
// eslint-disable-next-line @typescript-eslint/require-await -- the parser's interface
async function getCurrentVersion(): Promise<string> {
  const { version: current } = createRequire(import.meta.url)('../../package.json') as {
    readonly version: string;
  };
  return current;
}

const text: ApplicationText = {
  ...text_en,
  ...usageErrorText,
  exceptionWhileRunningCommand: (error) => explain(error),
  commandErrorResult: (error) => explain(error),
};

/** Names this close to what was typed are offered: a few letters more, less or swapped. */
const SIMILAR = {
  threshold: 4,
  weights: { insertion: 1, deletion: 2, substitution: 2, transposition: 1 },
};

const routes = {
  deploy: deployCommand,
  status: statusCommand,
  wait: waitCommand,
  resume: resumeCommand,
  rollback: rollbackCommand,
  continue: continueCommand,
  abort: abortCommand,
  run: runCommand,
  revisions: revisionsCommand,
  tasks: tasksCommand,
  iam: iamCommand,
  local: localRoutes,
  demo: demoCommand,
};

/** @param takesProgram what stands behind `--` belongs to the program that the command starts */
const application = (takesProgram: boolean) =>
  buildApplication<CliContext>(
    buildRouteMap({
      routes,
      docs: { brief: 'Roll out new container images on Amazon ECS without dropping a request' },
    }),
    {
      name: 'fairlead',
      scanner: {
        caseStyle: 'allow-kebab-for-camel',
        distanceOptions: SIMILAR,
        allowArgumentEscapeSequence: takesProgram,
      },
      localization: { loadText: () => text },
      determineExitCode: (error) => (error instanceof UserError ? error.exitCode : 1),
    },
    {
      // Naming any integration drops the built-in ones, --help among them.
      help: groupedHelp(),
      version: version({ brief: text_en.briefs.version, info: { getCurrentVersion } }),
    },
  );

/** Runs the command and leaves its exit code in `process.exitCode`. */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that goes away, as `| head` does, is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  // Node's exitCode may also be undefined, which exactOptionalPropertyTypes tells apart.
  const wanted = withoutHelpCommand(args);
  await run(application(wanted[0] === 'run'), wanted, {
    process: process as StricliProcess & CliContext['process'],
    // Only for commands: help needs no clock, no randomness and no signals.
    forCommand: async () => (await import('./system-context.ts')).systemContext(),
  });
  const code = Number(process.exitCode ?? 0);
  if (isUsageError(code)) process.stderr.write(`${helpHint(wanted, commandPaths())}\n`);
  process.exitCode = exitCodeOfParser(code);
}

/** `deploy`, `local`, `local up`, … */
function commandPaths(): ReadonlySet<string> {
  const local = localRoutes.getAllEntries().map(({ name }) => `local ${name.original}`);
  return new Set([...Object.keys(routes), ...local]);
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
