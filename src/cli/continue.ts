/** `fairlead continue`. */
import { defined } from '../base/defined.ts';
import { continueRollout as goOn } from '../deploy/commands/continue.ts';
import type { CliContext } from './context.ts';
import { followRollout } from './rollout.ts';
import type { LogFormat, ServiceFlags } from './options.ts';

/** Options of `fairlead continue`. */
export interface ContinueFlags extends ServiceFlags {
  readonly hook?: readonly string[];
  readonly rollback: boolean;
  readonly record?: string;
  readonly logFormat: LogFormat;
}

/** Answers what the rollout waits for. */
export function continueRollout(this: CliContext, flags: ContinueFlags): Promise<void> {
  const { hook: hooks, rollback } = flags;
  return followRollout(this, flags, (dependencies, name) =>
    goOn({ ...name, rollback, ...defined({ hooks }) }, dependencies),
  );
}
