/** `fairlead status`. */
import { status as readStatus } from '../deploy/commands/status.ts';
import { statusLines } from '../report/status-lines.ts';
import type { CliContext } from './context.ts';
import type { ServiceFlags } from './options.ts';
import { printQuery } from './query.ts';

/** Prints how the service stands. */
export function status(this: CliContext, flags: ServiceFlags): Promise<void> {
  return printQuery(
    this,
    flags,
    (dependencies, name) => readStatus(name, dependencies),
    statusLines,
  );
}
