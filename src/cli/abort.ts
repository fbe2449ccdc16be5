/** `fairlead abort`. */
import { abort as abortRollout } from '../deploy/commands/abort.ts';
import type { CliContext } from './context.ts';
import { followRollout } from './rollout.ts';
import type { LogFormat, ServiceFlags } from './options.ts';

/** Options of `fairlead abort`. */
export interface AbortFlags extends ServiceFlags {
  /** Milliseconds. */
  readonly timeout: number;
  readonly wait: boolean;
  readonly record?: string;
  readonly logFormat: LogFormat;
}

/** Stops the rollout where it is. */
export function abort(this: CliContext, flags: AbortFlags): Promise<void> {
  const { timeout: timeoutMs, wait } = flags;
  return followRollout(this, flags, (dependencies, name) =>
    abortRollout({ ...name, wait, timeoutMs }, dependencies),
  );
}
