/** What status, revisions and tasks have in common: clients, and the two forms of a result. */
import { createAwsClients, destroyAwsClients } from '../deploy/aws/aws-clients.ts';
import type { QueryDependencies } from '../deploy/session/query.ts';
import { queryJson } from '../report/query-json.ts';
import type { TableOptions } from '../report/table.ts';
import { printResult, type CliContext } from './context.ts';
import type { ServiceName } from '../deploy/aws/service-reader.ts';
import { withService } from './configured.ts';
import { checkEndpointVariables } from './endpoint-variables.ts';
import type { ServiceFlags } from './options.ts';
import { paletteFor } from './palette.ts';
import { clientOptions } from './rollout.ts';
import { terminalSize } from './terminal-size.ts';

/** Reads something and prints it. */
export async function printQuery<Result>(
  context: CliContext,
  given: ServiceFlags,
  read: (dependencies: QueryDependencies, name: ServiceName) => Promise<Result>,
  lines: (result: Result, options: TableOptions) => readonly string[],
): Promise<void> {
  checkEndpointVariables(context.env);
  const flags = await withService(context, given);
  const name = { cluster: flags.cluster, service: flags.service };
  const clients = await createAwsClients(clientOptions(flags));
  const { clock, random, env } = context;
  const { stdout } = context.process;
  try {
    const result = await read({ clients, clock, random }, name);
    printResult(
      context,
      flags.output === 'json'
        ? queryJson(result)
        : lines(result, {
            width: terminalSize(stdout).columns,
            palette: paletteFor(stdout, env),
          }).join('\n'),
    );
  } finally {
    destroyAwsClients(clients);
  }
}
