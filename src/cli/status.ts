/** `fairlead status`. */
import { isTerminal, paletteFor } from './palette.ts';
import { createAwsClients, destroyAwsClients } from '../deploy/aws/aws-clients.ts';
import { status as readStatus, type ServiceStatus } from '../deploy/commands/status.ts';
import { queryJson } from '../report/query-json.ts';
import { statusLines } from '../report/status-lines.ts';
import { withService } from './configured.ts';
import { printResult, type CliContext } from './context.ts';
import { checkEndpointVariables } from './endpoint-variables.ts';
import { printQuery } from './query.ts';
import { clientOptions } from './rollout.ts';
import type { StatusFlags } from './service-commands.ts';
import { terminalSize } from './terminal-size.ts';

/** Milliseconds between two looks: each costs two calls or three. */
const EVERY_MS = 3_000;

/** Prints how the service stands; with --watch again and again, until Ctrl-C. */
export function status(this: CliContext, flags: StatusFlags): Promise<void> {
  if (flags.watch) return watch(this, flags);
  return printQuery(
    this,
    flags,
    (dependencies, name) => readStatus(name, dependencies),
    statusLines,
  );
}

/** A terminal is painted anew; elsewhere each change is printed, and in JSON a line for each. */
async function watch(context: CliContext, given: StatusFlags): Promise<void> {
  checkEndpointVariables(context.env);
  const flags = await withService(context, given);
  const clients = await createAwsClients(clientOptions(flags));
  const { clock, random, env, process: io } = context;
  const signal = context.interruption();
  const name = { cluster: flags.cluster, service: flags.service };
  const paints = flags.output === 'text' && isTerminal(io.stdout, env);
  let shown = '';
  try {
    for (;;) {
      const seen = await readStatus(name, { clients, clock, random, signal });
      const text = flags.output === 'json' ? lineOf(seen) : linesOf(context, seen);
      if (text !== shown) printResult(context, paints ? `\u001b[2J\u001b[H${text}` : text);
      shown = text;
      await clock.sleep(EVERY_MS, signal);
    }
  } catch (error) {
    // Leaving is what Ctrl-C is for: nothing was begun and nothing is lost.
    if (!signal.aborted) throw error;
  } finally {
    destroyAwsClients(clients);
  }
}

function linesOf({ env, process: { stdout } }: CliContext, seen: ServiceStatus): string {
  const width = terminalSize(stdout).columns;
  return statusLines(seen, { width, palette: paletteFor(stdout, env) }).join('\n');
}

function lineOf(seen: ServiceStatus): string {
  return JSON.stringify(JSON.parse(queryJson(seen)));
}
