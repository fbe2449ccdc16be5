/** The options of the commands that decide about a rollout that runs. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { logFormatFlag, recordFlag, serviceFlags, waitFlag } from './options.ts';
import { parseTime } from './parse.ts';
import type { ContinueFlags } from './continue.ts';
import type { AbortFlags } from './abort.ts';

/** `fairlead continue`. */
export const continueCommand = buildCommand<ContinueFlags, [], CliContext>({
  loader: async () => (await import('./continue.ts')).continueRollout,
  parameters: {
    flags: {
      ...serviceFlags,
      hook: {
        kind: 'parsed',
        parse: String,
        brief: 'Id of the pause hook to answer, where several wait; may be given more than once',
        variadic: true,
        optional: true,
        placeholder: 'id',
      },
      rollback: {
        kind: 'boolean',
        brief: 'Go back instead of on',
        default: false,
        withNegated: false,
      },
      record: recordFlag,
      logFormat: logFormatFlag,
    },
  },
  docs: {
    brief: 'Let a rollout go on that waits at a pause hook',
    fullDescription:
      'Answers the pause hook that the rollout waits at and returns at once; "fairlead wait" follows what comes then. A gate that ' +
      'another "fairlead deploy" measures at is answered too, and its analysis of this step skipped. Exit codes: 0 answered, ' +
      '2 nothing waits, or it is not clear which hook is meant.',
  },
});

/** `fairlead abort`. */
export const abortCommand = buildCommand<AbortFlags, [], CliContext>({
  loader: async () => (await import('./abort.ts')).abort,
  parameters: {
    flags: {
      ...serviceFlags,
      timeout: {
        kind: 'parsed',
        parse: parseTime,
        brief: 'How long to wait for the end, such as 90s or 15m; a bare number is seconds',
        default: '15m',
        placeholder: 'time',
      },
      wait: {
        ...waitFlag,
        brief: 'Wait for the end; --no-wait leaves once ECS has heard it',
      },
      record: recordFlag,
      logFormat: logFormatFlag,
    },
  },
  docs: {
    brief: 'Stop a rollout where it is, without going back',
    fullDescription:
      'Asks ECS to stop the rollout that runs (StopServiceDeployment with ABORT), and leaves both versions as they are. AWS documents ' +
      'ROLLBACK as the only way to stop a rollout and may refuse this one; then it is said what can be done instead. "fairlead ' +
      'rollback" goes back. Exit codes: 0 stopped, 2 no rollout runs or ECS refuses, 3 ECS rolled back instead, 4 it completed before.',
  },
});
