/** `fairlead tasks`. */
import { tasks as readTasks } from '../deploy/commands/tasks.ts';
import { taskLines } from '../report/listings.ts';
import type { CliContext } from './context.ts';
import { printQuery } from './query.ts';
import type { ServiceFlags } from './options.ts';

/** Options of `fairlead tasks`. */
export interface TasksFlags extends ServiceFlags {
  readonly stopped: boolean;
}

/** Prints the service's tasks. */
export function tasks(this: CliContext, flags: TasksFlags): Promise<void> {
  return printQuery(
    this,
    flags,
    (dependencies, name) => readTasks(name, dependencies, flags.stopped),
    taskLines,
  );
}
