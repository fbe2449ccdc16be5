/** `fairlead run`. */
import { defined } from '../base/defined.ts';
import { UserError } from '../base/errors.ts';
import { createAwsClients, destroyAwsClients } from '../deploy/aws/aws-clients.ts';
import { NOT_RUN, run as runTask, type RunResult } from '../deploy/commands/run.ts';
import { queryJson } from '../report/query-json.ts';
import { runLines } from '../report/run-text.ts';
import { withService } from './configured.ts';
import { printProgress, printResult, type CliContext } from './context.ts';
import { checkEndpointVariables } from './endpoint-variables.ts';
import { paletteFor } from './palette.ts';
import { clientOptions } from './rollout.ts';
import type { ServiceFlags } from './options.ts';

/** The options as the command gets them. */
export interface RunFlags extends ServiceFlags {
  readonly taskDefinition?: string;
  readonly container?: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly onCancel: 'stop' | 'detach';
  readonly wait: boolean;
}

/** Runs the task and ends with its exit code. */
export async function run(this: CliContext, flags: RunFlags, ...command: string[]): Promise<void> {
  const { process: io, env } = this;
  let result: RunResult;
  try {
    result = await runIt(this, flags, command);
  } catch (error) {
    // Exit code 2 may be the program's own.
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, cause } = error;
    throw new UserError(code, message, { ...defined({ hint }), exitCode: NOT_RUN, cause });
  }
  io.exitCode = result.exitCode;
  const lines = runLines(result, { palette: paletteFor(io.stderr, env) });
  printProgress(this, lines.join('\n'));
  if (flags.output === 'json') printResult(this, queryJson(result));
  // For the script that has to find it again.
  else if (result.outcome === 'started') printResult(this, result.taskArn ?? '');
}

async function runIt(
  context: CliContext,
  given: RunFlags,
  command: readonly string[],
): Promise<RunResult> {
  checkEndpointVariables(context.env);
  const flags = await withService(context, given);
  const clients = await createAwsClients(clientOptions(flags));
  const [signal, secondSignal] = context.interruptions(flags.onCancel === 'detach' ? 1 : 2);
  const { cluster, service, timeout, wait, onCancel, taskDefinition, container } = flags;
  const { clock, random } = context;
  // What the container writes is the result, unless a result in JSON was asked for.
  const print = flags.output === 'json' ? printProgress : printResult;
  try {
    return await runTask(
      {
        ...{ cluster, service, command, wait, onCancel, timeoutMs: timeout },
        ...defined({ taskDefinition, container }),
      },
      { clients, clock, random, ...defined({ signal, secondSignal }) },
      {
        started: (taskArn) => printProgress(context, `task ${taskArn} started`),
        status: (lastStatus) => printProgress(context, `the task is ${lastStatus}`),
        lines: (lines) => print(context, lines.join('\n')),
        warning: (message) => printProgress(context, message),
      },
    );
  } finally {
    destroyAwsClients(clients);
  }
}
