/**
 * How Fairlead knows its own gate again. A pause hook has no name, and it lives on in the service's configuration, so a service
 * tag says what it looks like and who put it there: any Fairlead on any machine can then take it out.
 */
import type { DeploymentLifecycleHook, DeploymentLifecycleHookStage } from '@aws-sdk/client-ecs';
import type { PauseHook } from './pause-hook.ts';

/** Key of the service tag. */
export const GATE_TAG = 'fairlead:gate';

/** The gate of a rollout. */
export interface GateMark extends PauseHook {
  /** Who began the rollout, such as `ann@build-7`. */
  readonly by: string;
}

/** ECS's longest pause, in minutes (reference: ECS semantics 6.3). */
const LONGEST_MINUTES = 20_160;

/** The gate as ECS takes it. */
export function gateHook(mark: PauseHook): DeploymentLifecycleHook {
  return {
    targetType: 'PAUSE',
    // The stages come from this file or from a tag that it wrote; ECS refuses others.
    lifecycleStages: [...mark.stages] as DeploymentLifecycleHookStage[],
    timeoutConfiguration: { timeoutInMinutes: mark.timeoutMinutes, action: mark.timeoutAction },
  };
}

/**
 * A gate that none of the service's own hooks looks like: it lasts some minutes longer where one does.
 * @param minutes how long it holds at least
 */
export function chooseMark(
  wanted: {
    readonly stages: readonly string[];
    readonly minutes: number;
    readonly timeoutAction: PauseHook['timeoutAction'];
    readonly by: string;
  },
  own: readonly PauseHook[],
): GateMark {
  const taken = new Set(own.map((hook) => hook.timeoutMinutes));
  let minutes = Math.min(LONGEST_MINUTES, Math.max(1, Math.ceil(wanted.minutes)));
  while (taken.has(minutes) && minutes < LONGEST_MINUTES) minutes += 1;
  while (taken.has(minutes)) minutes -= 1;
  const { stages, timeoutAction, by } = wanted;
  return { stages, timeoutMinutes: minutes, timeoutAction, by: plainName(by) };
}

/** The tag's value: `PRE_PRODUCTION_TRAFFIC_SHIFT 40 ROLLBACK ann@build-7`. */
export function formatMark({ stages, timeoutMinutes, timeoutAction, by }: GateMark): string {
  return `${stages.join('+')} ${timeoutMinutes} ${timeoutAction} ${plainName(by)}`.slice(0, 256);
}

/** Reads a tag's value; undefined for one that Fairlead did not write. */
export function parseMark(value: string): GateMark | undefined {
  const parts = /^([A-Z_+]+) (\d{1,5}) (ROLLBACK|CONTINUE) (\S+)$/.exec(value);
  if (parts === null) return undefined;
  const [, stages = '', minutes = '', action, by = ''] = parts;
  return {
    stages: stages.split('+'),
    timeoutMinutes: Number(minutes),
    timeoutAction: action === 'CONTINUE' ? 'CONTINUE' : 'ROLLBACK',
    by,
  };
}

/** True for a hook that looks as the gate does. */
export function looksLike(hook: PauseHook, mark: PauseHook): boolean {
  return (
    hook.timeoutMinutes === mark.timeoutMinutes &&
    hook.timeoutAction === mark.timeoutAction &&
    hook.stages.length === mark.stages.length &&
    hook.stages.every((stage) => mark.stages.includes(stage))
  );
}

/** What a tag's value may hold of a name (reference: the SDK's Tag: letters, numbers, spaces and `+ - = . _ : / @`). */
function plainName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9+\-=._:/@]/g, '-').slice(0, 128);
  return plain === '' ? 'somebody' : plain;
}
