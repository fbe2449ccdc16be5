/** `fairlead status`. */
import { createAwsClients, destroyAwsClients } from '../deploy/aws/aws-clients.ts';
import { status as readStatus, type ServiceStatus } from '../deploy/commands/status.ts';
import { queryJson } from '../report/query-json.ts';
import { repaint } from '../report/repaint.ts';
import { statusLines, statusScreen } from '../report/status-lines.ts';
import { withService } from './configured.ts';
import { printResult, type CliContext } from './context.ts';
import { checkEndpointVariables } from './endpoint-variables.ts';
import { isTerminal, paletteFor } from './palette.ts';
import { printQuery } from './query.ts';
import { clientOptions } from './rollout.ts';
import { DEFAULT_COLUMNS, DEFAULT_ROWS, terminalSize } from './terminal-size.ts';
import type { ServiceFlags } from './options.ts';

/** Options of `fairlead status`. */
export interface StatusFlags extends ServiceFlags {
  readonly watch: boolean;
}

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
  const show =
    flags.output === 'json'
      ? changes(context, lineOf)
      : isTerminal(io.stdout, env)
        ? picture(context)
        : changes(context, (seen) => `${statusLines(seen).join('\n')}\n`);
  try {
    for (;;) {
      show(await readStatus(name, { clients, clock, random, signal }));
      await clock.sleep(EVERY_MS, signal);
    }
  } catch (error) {
    // Leaving is what Ctrl-C is for: nothing was begun and nothing is lost.
    if (!signal.aborted) throw error;
  } finally {
    destroyAwsClients(clients);
  }
}

type Show = (seen: ServiceStatus) => void;

function picture({ env, process: { stdout } }: CliContext): Show {
  const palette = paletteFor(stdout, env);
  let painted: readonly string[] = [];
  return (seen) => {
    const { columns: width = DEFAULT_COLUMNS, rows = DEFAULT_ROWS } = terminalSize(stdout);
    const lines = statusScreen(seen, { width, height: rows - 1, palette });
    stdout.write(repaint(painted, lines, width));
    painted = lines;
  };
}

function changes(context: CliContext, textOf: (seen: ServiceStatus) => string): Show {
  let shown = '';
  return (seen) => {
    const text = textOf(seen);
    if (text !== shown) printResult(context, text);
    shown = text;
  };
}

function lineOf(seen: ServiceStatus): string {
  return JSON.stringify(JSON.parse(queryJson(seen)));
}
