/** The service's lifecycle hooks: the user's own, which stay, and the gate, which comes and goes. */
import type { DeploymentLifecycleHook, Service } from '@aws-sdk/client-ecs';
import { pauseHookOf } from '../observed/from-sdk.ts';
import { GATE_TAG, looksLike, parseMark, type GateMark } from '../observed/gate-mark.ts';

/** The gate that the service's tag tells of; undefined without one. The service must have been read with its tags. */
export function markOf(service: Service): GateMark | undefined {
  const value = service.tags?.find((tag) => tag.key === GATE_TAG)?.value;
  return value === undefined ? undefined : parseMark(value);
}

/** True for a service that carries a mark, readable or not. The service must have been read with its tags. */
export function hasMark(service: Service): boolean {
  return (service.tags ?? []).some((tag) => tag.key === GATE_TAG);
}

/** The hooks without the gate: at most one is taken out, the first that looks as the tag says. */
export function ownHooks(
  hooks: readonly DeploymentLifecycleHook[],
  mark: GateMark | undefined,
): readonly DeploymentLifecycleHook[] {
  const gate = mark === undefined ? -1 : hooks.findIndex((hook) => isGate(hook, mark));
  return hooks.filter((_, index) => index !== gate);
}

function isGate(hook: DeploymentLifecycleHook, mark: GateMark): boolean {
  const pause = pauseHookOf(hook);
  return pause !== undefined && looksLike(pause, mark);
}

/** The service's hooks without the gate that its tag tells of. */
export function ownHooksOf(service: Service): readonly DeploymentLifecycleHook[] {
  return ownHooks(service.deploymentConfiguration?.lifecycleHooks ?? [], markOf(service));
}
