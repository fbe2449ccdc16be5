/** `fairlead iam`. */
import { readFile } from 'node:fs/promises';
import { defined } from '../base/defined.ts';
import { UserError } from '../base/errors.ts';
import { createAwsClients, destroyAwsClients, type AwsClients } from '../deploy/aws/aws-clients.ts';
import { iam as leastPolicy } from '../deploy/commands/iam.ts';
import { withOptions } from '../deploy/configuration/with-options.ts';
import type { StrategyWish } from '../deploy/configuration/configuration.ts';
import type { PolicyStrategy } from '../deploy/iam/policy-facts.ts';
import { configurationFor } from './configured.ts';
import { printProgress, printResult, type CliContext } from './context.ts';
import { checkEndpointVariables } from './endpoint-variables.ts';
import type { ServiceFlags } from './options.ts';

/** The options as the command gets them. */
export interface IamFlags extends Omit<ServiceFlags, 'output'> {
  readonly account?: string;
  readonly strategy?: StrategyWish['type'] | 'task_sets';
  readonly run: boolean;
  readonly offline: boolean;
}

/** Prints the policy. */
export async function iam(this: CliContext, flags: IamFlags): Promise<void> {
  const { cluster, service, region, endpointUrl, profile, account } = flags;
  const file = await configurationFor(this, flags);
  const configuration = withOptions(file, { cluster, service, region });
  const where = defined({ endpointUrl, profile, region: configuration.region });
  const { clients, problem } = flags.offline
    ? { clients: undefined, problem: undefined }
    : await clientsOf(this, where);
  const { clock, random } = this;
  try {
    const { policy, notes } = await leastPolicy(
      {
        configuration,
        options: {
          ...defined({ region, accountId: account, strategy: strategyOf(flags.strategy) }),
          run: flags.run,
        },
      },
      {
        readFile: (path) => readFile(path, 'utf8'),
        aws: clients === undefined ? undefined : { clients, clock, random },
      },
    );
    for (const note of [...(problem === undefined ? [] : [problem]), ...notes]) {
      printProgress(this, `note: ${note}`);
    }
    printResult(this, JSON.stringify(policy, undefined, 2));
  } finally {
    if (clients !== undefined) destroyAwsClients(clients);
  }
}

/** Without a region AWS cannot be asked, and the policy is made without. */
async function clientsOf(
  { env }: CliContext,
  where: Parameters<typeof createAwsClients>[0],
): Promise<{ readonly clients: AwsClients | undefined; readonly problem: string | undefined }> {
  checkEndpointVariables(env);
  try {
    return { clients: await createAwsClients(where), problem: undefined };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'REGION_MISSING') throw error;
    return { clients: undefined, problem: `AWS was not asked: ${error.message}` };
  }
}

function strategyOf(option: IamFlags['strategy']): PolicyStrategy | undefined {
  switch (option) {
    case 'blue_green':
    case 'canary':
    case 'linear':
      return 'shift';
    case 'rolling':
    case 'task_sets':
    case undefined:
      return option;
  }
}
