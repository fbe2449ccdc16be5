/** The hooks whose functions a deployment waits for, read from the state. */
import { defined } from '../../../base/defined.ts';
import { isOpen } from '../../../scheduler/traffic-shift/hook.ts';
import {
  hookEvent,
  type HookEvent,
  type StoredHook,
} from '../../../scheduler/traffic-shift/hook-event.ts';
import type { ShiftProgress } from '../../../scheduler/traffic-shift/progress.ts';
import { isEnded } from '../../ecs/ended.ts';
import type { ServiceDeployment } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';

/** A function that is asked. */
export interface OpenHook {
  readonly hook: StoredHook;
  readonly functionArn: string;
  readonly progress: ShiftProgress;
}

/** The functions that have not said whether the stage may end; none when the deployment is over or gone. */
export function openHooks(record: ServiceDeployment | undefined): readonly OpenHook[] {
  if (record?.shift === undefined || isEnded(record.status)) return [];
  const { shift, deploymentConfiguration } = record;
  return shift.hooks.flatMap((hook): OpenHook[] => {
    const { hookId, executionId, targetType } = hook;
    if (targetType !== 'AWS_LAMBDA' || !isOpen(hook)) return [];
    if (hookId === undefined || executionId === undefined)
      throw new Error(`a hook of ${record.serviceDeploymentArn} was stored without its ids`);
    const functionArn = deploymentConfiguration.lifecycleHooks?.[hook.index]?.hookTargetArn ?? '';
    return [{ hook: { ...hook, hookId, executionId }, functionArn, progress: shift }];
  });
}

/** What the function is told. */
export function eventFor(
  { hook, progress }: OpenHook,
  record: ServiceDeployment,
  store: Store,
): HookEvent {
  const { serviceDeploymentArn, serviceArn, targetServiceRevisionArn } = record;
  const blue = store.services.get(serviceArn)?.deployments.find(({ id }) => id === progress.blueId);
  const configured = record.deploymentConfiguration.lifecycleHooks?.[hook.index]?.hookDetails;
  return hookEvent(hook, progress, {
    ...{ serviceDeploymentArn, serviceArn, greenRevisionArn: targetServiceRevisionArn },
    ...defined({ blueRevisionArn: blue?.serviceRevisionArn, configuredDetails: configured }),
  });
}
