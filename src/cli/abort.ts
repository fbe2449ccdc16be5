/** `fairlead abort`. */
import { abort as abortRollout } from '../deploy/commands/abort.ts';
import type { CliContext } from './context.ts';
import type { AbortFlags } from './decide-commands.ts';
import { followRollout } from './rollout.ts';

/** Stops the rollout where it is. */
export function abort(this: CliContext, flags: AbortFlags): Promise<void> {
  const { timeout: timeoutMs, wait } = flags;
  return followRollout(this, flags, (dependencies, name) =>
    abortRollout({ ...name, wait, timeoutMs }, dependencies),
  );
}
