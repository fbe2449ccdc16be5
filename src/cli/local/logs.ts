/** `fairlead local logs`: what a task's programs wrote, while they run and for as long as the task is remembered. */
import { UserError } from '../../base/errors.ts';
import { lastPart } from '../../base/arn.ts';
import {
  readTaskOutput,
  taskOutputs,
  type ContainerOutput,
} from '../../local/runtime/process/task-output.ts';
import { stateFolder } from '../../local/state-folder.ts';
import type { CliContext } from '../context.ts';

/** How often a followed output is looked at. */
const POLL_MS = 200;

/** The options of the command. */
export interface LogsFlags {
  readonly state: string;
  readonly container?: string;
  readonly follow: boolean;
}

/** Prints the outputs, each line prefixed by its container where there are several. */
export async function logs(this: CliContext, flags: LogsFlags, task: string): Promise<void> {
  const folder = stateFolder(flags.state);
  const find = (): readonly ContainerOutput[] =>
    taskOutputs(folder.path, lastPart(task)).filter(
      ({ name }) => flags.container === undefined || name === flags.container,
    );
  const outputs = find();
  if (outputs.length === 0) {
    const whose = flags.container === undefined ? '' : ` of container ${flags.container}`;
    throw new UserError(
      'NO_OUTPUT',
      `There is no output${whose} of task ${task} in ${folder.path}.`,
      {
        hint:
          'Give the id or ARN of a task of the process runtime; "aws ecs list-tasks" lists them. Output is kept for an hour ' +
          'after a task stopped.',
      },
    );
  }
  const stop = flags.follow ? this.interruption() : undefined;
  const offsets = new Map<string, number>();
  for (;;) {
    const current = find();
    for (const output of current) {
      const from = offsets.get(output.file) ?? 0;
      const text = readTaskOutput(output, from);
      offsets.set(output.file, from + Buffer.byteLength(text));
      this.process.stdout.write(current.length > 1 ? prefixed(text, output.name) : text);
    }
    if (stop === undefined || stop.aborted) return;
    await this.clock.sleep(POLL_MS);
  }
}

function prefixed(text: string, name: string): string {
  return text.replace(/^(?=.)/gm, `${name} | `);
}
