/** `fairlead rollback`. */
import { defined } from '../base/defined.ts';
import { rollback as rollBack } from '../deploy/commands/rollback.ts';
import type { CliContext } from './context.ts';
import { followRollout } from './rollout.ts';
import type { LogFormat, ServiceFlags } from './options.ts';

/** Options of `fairlead rollback`. */
export interface RollbackFlags extends ServiceFlags {
  readonly to?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly wait: boolean;
  readonly record?: string;
  readonly logFormat: LogFormat;
}

/** Goes back. */
export function rollback(this: CliContext, flags: RollbackFlags): Promise<void> {
  const { timeout: timeoutMs, wait, to } = flags;
  return followRollout(this, flags, (dependencies, name) =>
    rollBack({ ...name, wait, ...defined({ timeoutMs, to }) }, dependencies),
  );
}
