/** `fairlead rollback`. */
import { rollback as rollBack } from '../deploy/commands/rollback.ts';
import type { CliContext } from './context.ts';
import { followRollout } from './rollout.ts';
import type { RollbackFlags } from './service-commands.ts';

/** Goes back. */
export function rollback(this: CliContext, flags: RollbackFlags): Promise<void> {
  const { cluster, service, timeout, wait, to } = flags;
  return followRollout(this, flags, (dependencies) =>
    rollBack(
      { cluster, service, timeoutMs: timeout, wait, ...(to === undefined ? {} : { to }) },
      dependencies,
    ),
  );
}
