/** What deploy, wait and rollback have in common: clients, record, screen, summary and exit code. */
import { readFileSync } from 'node:fs';
import { createAwsClients, destroyAwsClients } from '../deploy/aws/aws-clients.ts';
import type { RolloutResult } from '../deploy/verdict/ending.ts';
import type { DeployDependencies } from '../deploy/session/session.ts';
import { openRecordWriter } from '../record/writer.ts';
import { resultJson } from '../report/result-json.ts';
import { endingLines, summaryLines } from '../report/summary.ts';
import { printProgress, printResult, type CliContext } from './context.ts';
import { checkEndpointVariables } from './endpoint-variables.ts';
import type { ServiceFlags } from './options.ts';
import { paletteFor } from './palette.ts';
import { defaultRecordFile } from './record-file.ts';
import { openScreen } from './screen.ts';
import { terminalSize } from './terminal-size.ts';

/** Options of the commands that follow a rollout. */
export type RolloutFlags = ServiceFlags & { readonly record?: string };

/** Runs the command and leaves its exit code. */
export async function followRollout(
  context: CliContext,
  flags: RolloutFlags,
  run: (dependencies: DeployDependencies) => Promise<RolloutResult>,
): Promise<void> {
  checkEndpointVariables(context.env);
  const clients = await createAwsClients(clientOptions(flags));
  const { process: io, env, clock, random } = context;
  const path = flags.record ?? defaultRecordFile(flags.service, clock.now());
  const writer = openRecordWriter(path);
  const screen = openScreen({ output: io.stderr, env, clock });
  let result: RolloutResult;
  try {
    result = await run({
      clients,
      clock,
      random,
      sinks: [writer.write, screen.sink],
      signal: context.interruption(),
      tool: { name: 'fairlead', version: packageVersion() },
    });
  } finally {
    screen.close();
    writer.close();
    destroyAwsClients(clients);
  }
  const problem = writer.problem();
  const record = problem === undefined && !writer.isEmpty() ? path : undefined;
  io.exitCode = result.exitCode;
  if (flags.output === 'json') {
    if (problem !== undefined) printProgress(context, `warning: ${problem}`);
    printResult(context, JSON.stringify(resultJson(result, screen.model(), record), undefined, 2));
    return;
  }
  const look = { width: terminalSize(io.stdout).columns, palette: paletteFor(io.stdout, env) };
  const summary = summaryLines(screen.model(), { ...look, record, recordProblem: problem });
  printResult(context, (summary.length > 0 ? summary : endingLines(result, look)).join('\n'));
}

/** Where the AWS clients go, as the options say. */
export function clientOptions({ endpointUrl, region, profile }: ServiceFlags): {
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly profile?: string;
} {
  return {
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** The version of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
