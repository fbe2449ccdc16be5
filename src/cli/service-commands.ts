/** The options of the commands that look at or turn back a service. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { logFormatFlag, recordFlag, serviceFlags, timeoutFlag, waitFlag } from './options.ts';
import { parseCount } from './parse.ts';
import type { StatusFlags } from './status.ts';
import type { WaitFlags } from './wait.ts';
import type { ResumeFlags } from './resume.ts';
import type { RollbackFlags } from './rollback.ts';
import type { RevisionsFlags } from './revisions.ts';
import type { TasksFlags } from './tasks.ts';

/** `fairlead status`. */
export const statusCommand = buildCommand<StatusFlags, [], CliContext>({
  loader: async () => (await import('./status.ts')).status,
  parameters: {
    flags: {
      ...serviceFlags,
      watch: {
        kind: 'boolean',
        brief: 'Look again and again, until Ctrl-C',
        default: false,
        withNegated: false,
      },
    },
  },
  docs: { brief: 'Show what a service runs and how its rollout stands' },
});

/** `fairlead wait`. */
export const waitCommand = buildCommand<WaitFlags, [], CliContext>({
  loader: async () => (await import('./wait.ts')).wait,
  parameters: {
    flags: {
      ...serviceFlags,
      until: {
        kind: 'parsed',
        parse: String,
        brief: 'Wait until this lifecycle stage, such as BAKE_TIME, or "paused"',
        optional: true,
        placeholder: 'stage',
      },
      timeout: timeoutFlag,
      record: recordFlag,
      logFormat: logFormatFlag,
    },
  },
  docs: {
    brief: 'Follow the rollout that is under way to its verdict',
    fullDescription:
      'Follows the rollout that is under way to its verdict; with none under way, says how the last one ended. Changes nothing. ' +
      'Exit codes are those of "fairlead deploy".',
  },
});

/** `fairlead resume`. */
export const resumeCommand = buildCommand<ResumeFlags, [], CliContext>({
  loader: async () => (await import('./resume.ts')).resume,
  parameters: {
    flags: {
      ...serviceFlags,
      onCancel: {
        kind: 'enum',
        values: ['detach', 'stop', 'rollback'],
        brief: 'What Ctrl-C and SIGTERM do to the rollout; else what the configuration says',
        optional: true,
      },
      supersede: {
        kind: 'boolean',
        brief: 'Take over a rollout by task sets that another client is at work on',
        default: false,
        withNegated: false,
      },
      timeout: timeoutFlag,
      record: recordFlag,
      logFormat: logFormatFlag,
    },
  },
  docs: {
    brief: 'Go on with a rollout that was begun before, from any machine',
    fullDescription:
      'Joins the rollout that runs, keeps its gates as the configuration says, and follows it to its verdict. With task sets it goes on ' +
      'where the client before was lost. Begins no rollout. Exit codes are those of "fairlead deploy".',
  },
});

/** `fairlead rollback`. */
export const rollbackCommand = buildCommand<RollbackFlags, [], CliContext>({
  loader: async () => (await import('./rollback.ts')).rollback,
  parameters: {
    flags: {
      ...serviceFlags,
      to: {
        kind: 'parsed',
        parse: String,
        brief:
          'Task definition (12, FAMILY:REVISION, ARN) or service revision (ARN) to go to; else the one before',
        optional: true,
        placeholder: 'revision',
      },
      timeout: timeoutFlag,
      wait: waitFlag,
      record: recordFlag,
      logFormat: logFormatFlag,
    },
  },
  docs: {
    brief: 'Go back to the last revision that succeeded, all of it',
    fullDescription:
      'Ends the rollout that is under way, and ECS goes back; otherwise updates the service to the last service revision that succeeded: ' +
      'task definition, network, load balancers and where tasks run. Run again it goes on to the one before, never forward. --to names ' +
      'another ("fairlead revisions" lists them), or a task definition, which is then all that changes. Exit codes are those of "fairlead deploy": 0 when the service is back where it was asked to be.',
  },
});

/** `fairlead revisions`. */
export const revisionsCommand = buildCommand<RevisionsFlags, [], CliContext>({
  loader: async () => (await import('./revisions.ts')).revisions,
  parameters: {
    flags: {
      ...serviceFlags,
      limit: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'At most so many',
        default: '20',
        placeholder: 'n',
      },
    },
  },
  docs: { brief: 'List the rollouts of a service: what each brought and how it ended' },
});

/** `fairlead tasks`. */
export const tasksCommand = buildCommand<TasksFlags, [], CliContext>({
  loader: async () => (await import('./tasks.ts')).tasks,
  parameters: {
    flags: {
      ...serviceFlags,
      stopped: { kind: 'boolean', brief: 'Stopped tasks too, with the reason', default: true },
    },
  },
  docs: { brief: 'List the tasks of a service, and why those that stopped did' },
});
