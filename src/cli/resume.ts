/** `fairlead resume`. */
import { defined } from '../base/defined.ts';
import { withOptions } from '../deploy/configuration/with-options.ts';
import { resume as resumeRollout } from '../deploy/commands/resume.ts';
import { configurationFor } from './configured.ts';
import type { CliContext } from './context.ts';
import { followRollout } from './rollout.ts';
import type { LogFormat, ServiceFlags } from './options.ts';

/** Options of `fairlead resume`. */
export interface ResumeFlags extends ServiceFlags {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly onCancel?: 'detach' | 'stop' | 'rollback';
  readonly supersede: boolean;
  readonly record?: string;
  readonly logFormat: LogFormat;
}

/** Goes on with what was begun. */
export async function resume(this: CliContext, flags: ResumeFlags): Promise<void> {
  const file = await configurationFor(this, flags);
  const { cluster, service, region, strategy, analysis, hooks, onCancel, timeoutMs } = withOptions(
    file,
    {
      cluster: flags.cluster,
      service: flags.service,
      region: flags.region,
      onCancel: flags.onCancel,
      timeoutMs: flags.timeout,
    },
  );
  const named = { ...flags, cluster, service, onCancel, ...defined({ region }) };
  await followRollout(this, named, (dependencies, name) =>
    resumeRollout(
      {
        ...name,
        ...{ analysis, hooks, onCancel, supersede: flags.supersede },
        ...defined({ strategy, timeoutMs }),
      },
      dependencies,
    ),
  );
}
