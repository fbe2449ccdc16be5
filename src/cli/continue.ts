/** `fairlead continue`. */
import { defined } from '../base/defined.ts';
import { continueRollout as goOn } from '../deploy/commands/continue.ts';
import type { CliContext } from './context.ts';
import type { ContinueFlags } from './decide-commands.ts';
import { followRollout } from './rollout.ts';

/** Answers what the rollout waits for. */
export function continueRollout(this: CliContext, flags: ContinueFlags): Promise<void> {
  const { hook: hooks, rollback } = flags;
  return followRollout(this, flags, (dependencies, name) =>
    goOn({ ...name, rollback, ...defined({ hooks }) }, dependencies),
  );
}
