/** The options of `fairlead iam`. */
import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { serviceFlags } from './options.ts';
import type { IamFlags } from './iam.ts';

const STRATEGIES = ['rolling', 'blue_green', 'canary', 'linear', 'task_sets'] as const;

const { output: _output, ...whichService } = serviceFlags;

/** `fairlead iam`. */
export const iamCommand = buildCommand<IamFlags, [], CliContext>({
  loader: async () => (await import('./iam.ts')).iam,
  parameters: {
    flags: {
      ...whichService,
      account: {
        kind: 'parsed',
        parse: parseAccount,
        brief: 'AWS account, twelve digits; else that of the service',
        optional: true,
        placeholder: 'id',
      },
      strategy: {
        kind: 'enum',
        values: STRATEGIES,
        brief: "How versions are rolled out; else the configuration's or the service's",
        optional: true,
      },
      run: {
        kind: 'boolean',
        brief: 'Also what "fairlead run" needs',
        default: false,
        withNegated: false,
      },
      offline: {
        kind: 'boolean',
        brief: 'Ask AWS nothing; what is not known is allowed for, or left to be filled in',
        default: false,
        withNegated: false,
      },
    },
  },
  docs: {
    brief: 'Print the least IAM policy for what the configuration does',
    fullDescription:
      'Prints the IAM policy as JSON: for "fairlead deploy" with this configuration, and for the commands that look at its rollouts, ' +
      'decide about them and take them back. Reads the service where it can be reached, and says on standard error what it could not know.',
  },
});

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new Error(`${text} is no account: give its twelve digits`);
  return text;
}
