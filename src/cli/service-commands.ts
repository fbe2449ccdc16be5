/** The options of the commands that look at or turn back a service. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { recordFlag, serviceFlags, timeoutFlag, waitFlag, type ServiceFlags } from './options.ts';
import { parseCount } from './parse.ts';

/** `fairlead status`. */
export const statusCommand = buildCommand<ServiceFlags, [], CliContext>({
  loader: async () => (await import('./status.ts')).status,
  parameters: { flags: serviceFlags },
  docs: { brief: 'Show what a service runs and how its rollout stands' },
});

/** Options of `fairlead wait`. */
export interface WaitFlags extends ServiceFlags {
  /** Milliseconds. */
  readonly timeout: number;
  readonly record?: string;
}

/** `fairlead wait`. */
export const waitCommand = buildCommand<WaitFlags, [], CliContext>({
  loader: async () => (await import('./wait.ts')).wait,
  parameters: { flags: { ...serviceFlags, timeout: timeoutFlag, record: recordFlag } },
  docs: {
    brief: 'Follow the rollout that is under way to its verdict',
    fullDescription:
      'Follows the rollout that is under way to its verdict; with none under way, says how the last one ended. Changes nothing. ' +
      'Exit codes are those of "fairlead deploy".',
  },
});

/** Options of `fairlead rollback`. */
export interface RollbackFlags extends ServiceFlags {
  readonly to?: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly wait: boolean;
  readonly record?: string;
}

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
          'Revision to go back to: a number, FAMILY:REVISION or ARN; else the last that completed',
        optional: true,
        placeholder: 'revision',
      },
      timeout: timeoutFlag,
      wait: waitFlag,
      record: recordFlag,
    },
  },
  docs: {
    brief: 'Go back to the last revision that completed',
    fullDescription:
      'Goes back to the last revision that completed, or to the one that --to names. While a rollout is under way it is stopped ' +
      'and rolled back by ECS; afterwards the service is updated to the former revision. Exit codes are those of "fairlead deploy": 0 when the service is back where it was asked to be.',
  },
});

/** Options of `fairlead revisions`. */
export interface RevisionsFlags extends ServiceFlags {
  readonly limit: number;
}

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

/** Options of `fairlead tasks`. */
export interface TasksFlags extends ServiceFlags {
  readonly stopped: boolean;
}

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
