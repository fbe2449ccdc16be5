/** What `run` says of a one-off task that is over. */
import { lastPart } from '../base/arn.ts';
import { formatDuration } from '../base/duration.ts';
import { plainLine, plainPalette, type Palette } from './text.ts';

/** A one-off task. */
export interface RunView {
  readonly service: string;
  readonly taskDefinition: string | undefined;
  readonly container: string | undefined;
  readonly taskArn: string | undefined;
  readonly outcome: 'exited' | 'not-started' | 'lost' | 'timed-out' | 'interrupted' | 'started';
  readonly exitCode: number;
  readonly containerExitCode: number | undefined;
  readonly cause: readonly string[];
  readonly error: { readonly hint: string | undefined } | undefined;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The end in a few lines, the first of which says it all. */
export function runLines(
  view: RunView,
  { palette = plainPalette }: { readonly palette?: Palette } = {},
): readonly string[] {
  const paint = view.exitCode === 0 ? palette.green : palette.yellow;
  const { hint } = view.error ?? {};
  return [
    paint(plainLine(`${subject(view)}: ${endText(view)}`)),
    ...[...view.cause, ...(hint === undefined ? [] : [hint])].map((line) => `  ${plainLine(line)}`),
  ];
}

function subject({ taskArn, taskDefinition, container, service }: RunView): string {
  if (taskDefinition === undefined) return `run for ${service}`;
  const what = `${container ?? 'a container'} of ${lastPart(taskDefinition)}`;
  return taskArn === undefined ? what : `${what} in task ${lastPart(taskArn).slice(0, 8)}`;
}

function endText(view: RunView): string {
  const took = formatDuration(view.endedAt - view.startedAt);
  switch (view.outcome) {
    case 'exited':
      return `exit code ${view.containerExitCode ?? view.exitCode} after ${took}`;
    case 'started':
      return 'started, its end is not awaited';
    case 'not-started':
      return `could not start, exit code ${view.exitCode}`;
    case 'lost':
      return `its end is not known, exit code ${view.exitCode}`;
    case 'timed-out':
      return `took too long, exit code ${view.exitCode}`;
    case 'interrupted':
      return `interrupted, exit code ${view.exitCode}`;
  }
}
