/** Does what a plan asks for by means of the runtime, and says what came of it as events. */
import { messageOf, unreachable } from '../../../base/errors.ts';
import type { TaskEvent } from '../../../scheduler/task-lifecycle/transitions.ts';
import type { TaskEffect } from '../../../scheduler/task-lifecycle/view.ts';
import type { Clock } from '../../../base/clock.ts';
import { ContainerError, type ContainerSpec, type Runtime } from '../../runtime/runtime.ts';

/** What came of an effect. `problem`: an error that nobody expected, to be told to the operator. */
export interface EffectOutcome {
  readonly event?: TaskEvent;
  readonly problem?: unknown;
}

/** Whom effects act on. */
export interface EffectDependencies {
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** The specification of a start that the plan asks for. */
  readonly specOf: (containerName: string, runtimeId: string) => ContainerSpec;
}

/** Performs one effect. Never rejects: a failure is an event, and when it is not the container's own, a problem too. */
export function performEffect(
  effect: TaskEffect,
  dependencies: EffectDependencies,
): Promise<EffectOutcome> {
  switch (effect.kind) {
    case 'pull':
      return pull(effect.images, dependencies.runtime);
    case 'start':
      return start(effect, dependencies);
    case 'signal':
      return attempt(() => dependencies.runtime.signal(effect.runtimeId, effect.signal));
    case 'check-health':
      return checkHealth(effect, dependencies);
    case 'remove':
      return attempt(async () => {
        for (const runtimeId of effect.runtimeIds) await dependencies.runtime.remove(runtimeId);
      });
    default:
      return unreachable(effect);
  }
}

async function attempt(action: () => Promise<void>): Promise<EffectOutcome> {
  try {
    await action();
    return {};
  } catch (problem) {
    return { problem };
  }
}

async function pull(images: readonly string[], runtime: Runtime): Promise<EffectOutcome> {
  const outcomes = await Promise.all(
    images.map(async (image) => {
      try {
        return { image, pulled: await runtime.pull(image) };
      } catch (error) {
        return { image, error };
      }
    }),
  );
  const pulled = [];
  for (const outcome of outcomes) {
    if ('error' in outcome) {
      const failure = failureOf(outcome.error, 'CannotPullContainerError');
      return {
        event: { kind: 'pull-failed', image: outcome.image, message: failure.message },
        ...failure.problem,
      };
    }
    pulled.push({ image: outcome.image, ...outcome.pulled });
  }
  return { event: { kind: 'pulled', images: pulled } };
}

async function start(
  effect: TaskEffect & { readonly kind: 'start' },
  { runtime, specOf }: EffectDependencies,
): Promise<EffectOutcome> {
  const { containerName, runtimeId } = effect;
  try {
    const { ports } = await runtime.start(specOf(containerName, runtimeId));
    return { event: { kind: 'started', runtimeId, ports } };
  } catch (error) {
    const { message, problem } = failureOf(error, 'CannotStartContainerError');
    return { event: { kind: 'start-failed', runtimeId, message }, ...problem };
  }
}

/** A check that could not be run has failed, as a command that cannot be executed fails its check. */
async function checkHealth(
  effect: TaskEffect & { readonly kind: 'check-health' },
  { runtime, clock }: EffectDependencies,
): Promise<EffectOutcome> {
  const { runtimeId, command, timeoutMs } = effect;
  const checkStartedAt = clock.now();
  const event = { kind: 'health-checked', runtimeId, checkStartedAt } as const;
  try {
    const result = await runtime.checkHealth(runtimeId, command, timeoutMs);
    return { event: { ...event, result } };
  } catch (error) {
    const { problem } = failureOf(error, 'ContainerRuntimeError');
    return { event: { ...event, result: 'unhealthy' }, ...problem };
  }
}

/** The message in ECS's form; what is no ContainerError is nothing that the container could cause. */
function failureOf(
  error: unknown,
  errorClass: string,
): { readonly message: string; readonly problem: { readonly problem?: unknown } } {
  if (error instanceof ContainerError) return { message: error.message, problem: {} };
  return { message: `${errorClass}: ${messageOf(error)}`, problem: { problem: error } };
}
