/** The options of `fairlead run`. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { serviceFlags, waitFlag } from './options.ts';
import { parseTime } from './parse.ts';
import type { RunFlags } from './run.ts';

/** `fairlead run`. */
export const runCommand = buildCommand<RunFlags, string[], CliContext>({
  loader: async () => (await import('./run.ts')).run,
  parameters: {
    flags: {
      ...serviceFlags,
      taskDefinition: {
        kind: 'parsed',
        parse: String,
        brief: 'FAMILY, FAMILY:REVISION or ARN; else what the service runs',
        optional: true,
        placeholder: 'family[:rev]',
      },
      container: {
        kind: 'parsed',
        parse: String,
        brief: 'Container that the command is for; else the only essential one',
        optional: true,
        placeholder: 'name',
      },
      timeout: {
        kind: 'parsed',
        parse: parseTime,
        brief: 'Stop the task after so long, such as 90s or 2h; a bare number is seconds',
        default: '1h',
        placeholder: 'time',
      },
      onCancel: {
        kind: 'enum',
        values: ['stop', 'detach'],
        brief: 'What Ctrl-C and SIGTERM do to the task',
        default: 'stop',
      },
      wait: {
        ...waitFlag,
        brief: 'Wait for the end; --no-wait leaves once the task is started',
      },
    },
    positional: {
      kind: 'array',
      parameter: {
        brief: "The program and its arguments, behind --; else the container's own",
        parse: String,
        placeholder: 'command',
      },
    },
  },
  docs: {
    brief: 'Run a one-off task as the service would; its exit code is ours',
    fullDescription:
      'Starts one task with the network, launch type and task definition of the service, prints what the container writes to ' +
      'CloudWatch Logs, and ends with its exit code: fairlead run --service web -- npm run migrate\n\n' +
      'Exit codes: that of the container; 124 it took too long and was stopped, 125 it could not start or its end is not known, ' +
      '130/143 interrupted.',
  },
});
