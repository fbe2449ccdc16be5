/** The options of `fairlead deploy`. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { recordFlag, serviceFlags, timeoutFlag, waitFlag, type ServiceFlags } from './options.ts';
import { parseCount } from './parse.ts';

/** The options as the command gets them. */
export interface DeployFlags extends ServiceFlags {
  readonly image?: readonly string[];
  readonly taskDefinition?: string;
  readonly forceNewDeployment: boolean;
  readonly desiredCount?: number;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly enableExecuteCommand?: boolean;
  readonly allowMutableTag: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly wait: boolean;
  readonly rollback: boolean;
  readonly record?: string;
}

/** `fairlead deploy`. */
export const deployCommand = buildCommand<DeployFlags, [], CliContext>({
  loader: async () => (await import('./deploy.ts')).deploy,
  parameters: {
    flags: {
      ...serviceFlags,
      image: {
        kind: 'parsed',
        parse: String,
        brief: 'New image, as REF or CONTAINER=REF; may be given once for each container',
        variadic: true,
        optional: true,
        placeholder: '[container=]ref',
      },
      taskDefinition: {
        kind: 'parsed',
        parse: String,
        brief: 'File, FAMILY, FAMILY:REVISION or ARN to begin from; else what the service runs',
        optional: true,
        placeholder: 'file|family[:rev]',
      },
      forceNewDeployment: {
        kind: 'boolean',
        brief: 'Replace every task even if nothing changed',
        default: false,
        withNegated: false,
      },
      desiredCount: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'New desired count; else it is left alone',
        optional: true,
        placeholder: 'n',
      },
      healthCheckGracePeriodSeconds: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'Ignore failing health checks of new tasks for so long',
        optional: true,
        placeholder: 'seconds',
      },
      enableExecuteCommand: {
        kind: 'boolean',
        brief: 'Let "aws ecs execute-command" into the new tasks',
        optional: true,
      },
      allowMutableTag: {
        kind: 'boolean',
        brief: 'Take an image whose tag may move, such as latest',
        default: false,
        withNegated: false,
      },
      timeout: timeoutFlag,
      wait: waitFlag,
      rollback: {
        kind: 'boolean',
        brief: 'Roll back as soon as the rollout cannot succeed; --no-rollback only reports',
        default: true,
      },
      record: recordFlag,
    },
  },
  docs: {
    brief: 'Roll a new image out and say, with its cause, what became of it',
    fullDescription:
      'Takes the live task definition of the service, changes the image, registers it, updates the service once, and follows ' +
      'that very rollout to its end.\n\n' +
      'Exit codes: 0 succeeded or nothing to do, 1 error, 2 used wrongly or impossible (nothing was changed), 3 rolled back, ' +
      '4 failed or stopped, 5 timed out (still running), 6 superseded by another deployment, 7 paused, 130/143 interrupted.',
  },
});
