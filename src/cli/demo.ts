/** `fairlead demo`. */
import { UserError } from '../base/errors.ts';
import { Interruption } from '../deploy/session/interruption.ts';
import { exitCodeOf } from '../record/verdict.ts';
import { requestTable, verdictTable, type DemoTable } from '../rehearse/demo/demo-table.ts';
import { runDemo, type DemoReport, type DemoStage } from '../rehearse/demo/run-demo.ts';
import { tableLines } from '../report/table.ts';
import { wrap } from '../report/text.ts';
import { printProgress, printResult, type CliContext } from './context.ts';
import { paletteFor } from './palette.ts';
import { packageVersion } from './rollout.ts';
import { openScreen, type Screen } from './screen.ts';
import { terminalSize } from './terminal-size.ts';

/** The options as the command gets them. */
export interface DemoFlags {
  /** Requests a second. */
  readonly rate: number;
  readonly tasks: number;
}

/** Runs the demo and prints its table; exit code 1 when a request failed or a verdict was not the expected one. */
export async function demo(this: CliContext, flags: DemoFlags): Promise<void> {
  if (flags.rate < 1 || flags.tasks < 1) {
    throw new UserError('USAGE', '--rate and --tasks must be at least 1.', { exitCode: 2 });
  }
  say(this, `Starting a local ECS with a service of ${flags.tasks} tasks behind a load balancer …`);
  const signal = this.interruption();
  try {
    const report = await runDemo({
      clock: this.clock,
      random: this.random,
      env: this.env,
      tasks: flags.tasks,
      ratePerSecond: flags.rate,
      tool: { name: 'fairlead', version: packageVersion() },
      signal,
      stage: stageOn(this, flags.rate),
    });
    printReport(this, report);
    if (!report.passed) this.process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    say(this, 'Interrupted: everything that the demo started is stopped.');
    this.process.exitCode = exitCodeOf('interrupted', error.signal);
  }
}

function stageOn(context: CliContext, rate: number): DemoStage {
  let screen: Screen | undefined;
  return {
    ready({ endpoint, url }) {
      say(
        context,
        `The local ECS is ${endpoint}, the load balancer ${url}; ${rate} requests a second from now on.`,
      );
    },
    act(act, load) {
      say(context, `\n── ${act.name}: ${act.about}`);
      screen = openScreen({
        output: context.process.stderr,
        env: context.env,
        clock: context.clock,
        footer() {
          const { sent, outcomes, inFlight } = load.snapshot();
          const failed = sent - inFlight - outcomes.ok;
          return ['', `requests ${sent} sent, ${failed} failed`];
        },
      });
      return screen.sink;
    },
    ended(act, result) {
      screen?.close();
      const cause = result.cause[0] === undefined ? '' : `: ${result.cause[0]}`;
      say(context, `── ${act.name} ${result.verdict} (exit code ${result.exitCode})${cause}`);
    },
  };
}

/** Progress in lines that the terminal need not break inside a word. */
function say(context: CliContext, text: string): void {
  const width = terminalSize(context.process.stderr).columns ?? Infinity;
  printProgress(
    context,
    text
      .split('\n')
      .flatMap((line) => wrap(line, width))
      .join('\n'),
  );
}

function printReport(context: CliContext, report: DemoReport): void {
  const { stdout } = context.process;
  const palette = paletteFor(stdout, context.env);
  const lines = (table: DemoTable): readonly string[] =>
    tableLines(
      table.titles.map((title) => ({ title })),
      table.rows,
      { width: terminalSize(stdout).columns, palette },
    );
  const failures = report.failures.map(
    ({ outcome, message, version }) =>
      `  ${outcome}${version === undefined ? '' : ` from ${version}`}: ${message}`,
  );
  printResult(
    context,
    [
      '',
      ...lines(requestTable(report)),
      '',
      ...lines(verdictTable(report)),
      '',
      ...(failures.length > 0 ? ['The first failures:', ...failures, ''] : []),
      report.passed
        ? palette.green('No request failed, and every verdict was the truth.')
        : palette.red('The demo failed: a request was lost or a verdict was not the expected one.'),
    ].join('\n'),
  );
}
