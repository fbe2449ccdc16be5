/** `fairlead wait`. */
import { defined } from '../base/defined.ts';
import { wait as waitForRollout } from '../deploy/commands/wait.ts';
import type { CliContext } from './context.ts';
import { followRollout } from './rollout.ts';
import type { LogFormat, ServiceFlags } from './options.ts';

/** Options of `fairlead wait`. */
export interface WaitFlags extends ServiceFlags {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly until?: string;
  readonly record?: string;
  readonly logFormat: LogFormat;
}

/** Follows what is under way. */
export function wait(this: CliContext, flags: WaitFlags): Promise<void> {
  const { timeout: timeoutMs, until } = flags;
  return followRollout(this, flags, (dependencies, name) =>
    waitForRollout({ ...name, ...defined({ timeoutMs, until }) }, dependencies),
  );
}
