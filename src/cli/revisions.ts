/** `fairlead revisions`. */
import { revisions as readRevisions } from '../deploy/commands/revisions.ts';
import { revisionLines } from '../report/listings.ts';
import type { CliContext } from './context.ts';
import { printQuery } from './query.ts';
import type { ServiceFlags } from './options.ts';

/** Options of `fairlead revisions`. */
export interface RevisionsFlags extends ServiceFlags {
  readonly limit: number;
}

/** Prints the service's rollouts. */
export function revisions(this: CliContext, flags: RevisionsFlags): Promise<void> {
  return printQuery(
    this,
    flags,
    (dependencies, name) => readRevisions(name, dependencies, flags.limit),
    revisionLines,
  );
}
