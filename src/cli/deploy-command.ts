/** The options of `fairlead deploy`. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { logFormatFlag, recordFlag, serviceFlags, timeoutFlag, waitFlag } from './options.ts';
import { parseCount, parseTime } from './parse.ts';
import type { DeployFlags } from './deploy.ts';

const STRATEGIES = ['rolling', 'blue_green', 'canary', 'linear'] as const;
const CANCEL_POLICIES = ['detach', 'stop', 'rollback'] as const;

const parsed = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: String, brief, placeholder, optional: true }) as const;
const several = (brief: string, placeholder: string) =>
  ({ ...parsed(brief, placeholder), variadic: true }) as const;
const time = (brief: string) =>
  ({ kind: 'parsed', parse: parseTime, brief, placeholder: 'time', optional: true }) as const;
const count = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: parseCount, brief, placeholder, optional: true }) as const;
const yes = (brief: string) =>
  ({ kind: 'boolean', brief, default: false, withNegated: false }) as const;

/** `fairlead deploy`. */
export const deployCommand = buildCommand<DeployFlags, [], CliContext>({
  loader: async () => (await import('./deploy.ts')).deploy,
  parameters: {
    flags: {
      ...serviceFlags,
      image: several('New image; once for each container', '[container=]ref'),
      taskDefinition: parsed('Or FAMILY:REVISION, or ARN; else what runs', 'file|family'),
      serviceDefinition: parsed('Create the service, or update what differs', 'file'),
      strategy: {
        kind: 'enum',
        values: STRATEGIES,
        brief: "How traffic moves; else the service's own",
        optional: true,
      },
      steps: parsed('Traffic of steps: 20%; task sets: 5%,25%', 'percents'),
      stepBake: time('How long each step but the last is watched'),
      finalBake: time('How long both versions run in the end'),
      onClientLoss: {
        kind: 'enum',
        values: ['rollback'],
        brief: 'ECS rolls back when Fairlead is gone',
        optional: true,
      },
      analysis: several('Such as "{ metric: target_5xx_ratio, max: 1% }"', 'check'),
      before: several('Such as "{ run_task: migrate }"', 'hook'),
      after: several('Such as "{ command: ./smoke.sh }"', 'hook'),
      forceNewDeployment: yes('Replace every task even if nothing changed'),
      desiredCount: count('New desired count; else it is left alone', 'n'),
      healthCheckGracePeriodSeconds: count('Ignore failing checks of new tasks so long', 'n'),
      enableExecuteCommand: {
        kind: 'boolean',
        brief: 'Let "aws ecs execute-command" into new tasks',
        optional: true,
      },
      allowMutableTag: yes('Take tags that move, such as latest'),
      supersede: yes('Take the place of a rollout that runs'),
      onCancel: {
        kind: 'enum',
        values: CANCEL_POLICIES,
        brief: 'What Ctrl-C and SIGTERM do; else detach',
        optional: true,
      },
      timeout: timeoutFlag,
      wait: waitFlag,
      rollback: {
        kind: 'boolean',
        brief: 'Go back if it cannot succeed',
        default: true,
      },
      record: recordFlag,
      logFormat: logFormatFlag,
    },
  },
  docs: {
    brief: 'Roll a new image out and say, with its cause, what became of it',
    fullDescription:
      'Reads ./fairlead.yaml, or takes everything from the options. Exit codes: 0 succeeded or nothing to do, 1 error, 2 ' +
      'impossible, 3 rolled back, 4 failed or stopped, 5 timed out, 6 superseded, 7 paused, 130/143 interrupted.',
  },
});
