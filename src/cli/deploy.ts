/** `fairlead deploy`. */
import { deploy as deployService } from '../deploy/commands/deploy.ts';
import type { CliContext } from './context.ts';
import type { DeployFlags } from './deploy-command.ts';
import { followRollout } from './rollout.ts';

/** Deploys and says what became of it. */
export function deploy(this: CliContext, flags: DeployFlags): Promise<void> {
  const { cluster, service, desiredCount, healthCheckGracePeriodSeconds, enableExecuteCommand } =
    flags;
  return followRollout(this, flags, (dependencies) =>
    deployService(
      {
        cluster,
        service,
        allowMutableTag: flags.allowMutableTag,
        forceNewDeployment: flags.forceNewDeployment,
        timeoutMs: flags.timeout,
        wait: flags.wait,
        rollback: flags.rollback,
        ...(flags.image === undefined ? {} : { images: flags.image }),
        ...(flags.taskDefinition === undefined ? {} : { taskDefinition: flags.taskDefinition }),
        ...(desiredCount === undefined ? {} : { desiredCount }),
        ...(healthCheckGracePeriodSeconds === undefined ? {} : { healthCheckGracePeriodSeconds }),
        ...(enableExecuteCommand === undefined ? {} : { enableExecuteCommand }),
      },
      dependencies,
    ),
  );
}
