/** What deploy, wait and rollback have in common: clients, record, screen, summary and exit code. */
import { readFileSync } from 'node:fs';
import { createAwsClients, destroyAwsClients } from '../deploy/aws/aws-clients.ts';
import type { RolloutResult } from '../deploy/verdict/ending.ts';
import type { CancelPolicy } from '../deploy/configuration/configuration.ts';
import type { DeployDependencies } from '../deploy/session/session.ts';
import { openRecordWriter } from '../record/writer.ts';
import { resultJson } from '../report/result-json.ts';
import { endingLines, summaryLines } from '../report/summary.ts';
import { printProgress, printResult, type CliContext } from './context.ts';
import type { ServiceName } from '../deploy/aws/service-reader.ts';
import { withService } from './configured.ts';
import { checkEndpointVariables } from './endpoint-variables.ts';
import type { LogFormat, ServiceFlags } from './options.ts';
import { paletteFor } from './palette.ts';
import { defaultRecordFile } from './record-file.ts';
import { openScreen } from './screen.ts';
import { whoAmI } from './who-am-i.ts';
import { terminalSize } from './terminal-size.ts';

/** Options of the commands that follow a rollout. */
export type RolloutFlags = ServiceFlags & {
  readonly record?: string;
  readonly logFormat?: LogFormat;
  /** What the first interruption does; with `detach` a second one ends the process. */
  readonly onCancel?: CancelPolicy;
};

/** Runs the command and leaves its exit code. */
export async function followRollout(
  context: CliContext,
  given: RolloutFlags,
  run: (dependencies: DeployDependencies, name: ServiceName) => Promise<RolloutResult>,
): Promise<void> {
  checkEndpointVariables(context.env);
  const flags = await withService(context, given);
  const clients = await createAwsClients(clientOptions(flags));
  const { process: io, env, clock, random } = context;
  const path = flags.record ?? defaultRecordFile(flags.service, clock.now());
  const writer = openRecordWriter(path);
  const screen = openScreen({ output: io.stderr, env, clock, format: flags.logFormat ?? 'text' });
  const [signal, secondSignal] = context.interruptions(
    (flags.onCancel ?? 'detach') === 'detach' ? 1 : 2,
  );
  let result: RolloutResult;
  try {
    const name = { cluster: flags.cluster, service: flags.service };
    const dependencies: DeployDependencies = {
      clients,
      clock,
      random,
      sinks: [writer.write, screen.sink],
      ...(signal === undefined ? {} : { signal }),
      ...(secondSignal === undefined ? {} : { secondSignal }),
      who: whoAmI(env),
      tool: { name: 'fairlead', version: packageVersion() },
    };
    result = await run(dependencies, name);
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
