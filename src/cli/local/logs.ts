/** `fairlead local logs`: what a task's programs wrote, while they run and for as long as the task is remembered. */
import { UserError } from '../../base/errors.ts';
import { lastPart } from '../../base/arn.ts';
import { readOutput } from '../../local/runtime/process/output-log.ts';
import { taskOutputs, type ContainerOutput } from '../../local/runtime/process/task-output.ts';
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
  const taskArn = onlyTask(folder.path, task);
  const find = (): readonly ContainerOutput[] =>
    taskOutputs(folder.path, lastPart(taskArn)).filter(
      ({ name }) => flags.container === undefined || name === flags.container,
    );
  if (find().length === 0) throw unknownContainer(folder.path, taskArn, flags.container);
  const stop = flags.follow ? this.interruption() : undefined;
  const offsets = new Map<string, number>();
  for (;;) {
    const current = find();
    for (const output of current) {
      const { text, next } = await readOutput(output.folder, offsets.get(output.folder) ?? 0);
      offsets.set(output.folder, next);
      this.process.stdout.write(current.length > 1 ? prefixed(text, output.name) : text);
    }
    if (stop === undefined || stop.aborted) return;
    await this.clock.sleep(POLL_MS);
  }
}

/** The ARN of the one task that is meant. */
function onlyTask(stateDir: string, task: string): string {
  const arns = [...new Set(taskOutputs(stateDir, lastPart(task)).map(({ taskArn }) => taskArn))];
  const [arn, ...others] = arns;
  if (arn === undefined) {
    throw new UserError('NO_OUTPUT', `There is no output of task ${task} in ${stateDir}.`, {
      hint:
        'Give the id, or its first characters, or the ARN of a task of the process runtime; "aws ecs list-tasks" and ' +
        '"fairlead tasks" list them. Output is kept for an hour after a task stopped.',
    });
  }
  if (others.length > 0) {
    throw new UserError(
      'AMBIGUOUS_TASK',
      `${arns.length} tasks have an id that begins with ${task}.`,
      {
        hint: `Give more of the id: ${arns.map(lastPart).join(', ')}`,
        exitCode: 2,
      },
    );
  }
  return arn;
}

function unknownContainer(stateDir: string, taskArn: string, container = ''): UserError {
  const names = new Set(taskOutputs(stateDir, lastPart(taskArn)).map(({ name }) => name));
  return new UserError(
    'UNKNOWN_CONTAINER',
    `The task has no output of a container "${container}".`,
    {
      hint: `It has: ${[...names].join(', ')}`,
      exitCode: 2,
    },
  );
}

function prefixed(text: string, name: string): string {
  return text.replace(/^(?=.)/gm, `${name} | `);
}
