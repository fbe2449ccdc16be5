/** Puts the gate's mark on the service, and takes gate and mark away again. */
import {
  TagResourceCommand,
  UntagResourceCommand,
  UpdateServiceCommand,
  type DeploymentLifecycleHook,
  type Service,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { findService } from '../aws/service-reader.ts';
import { sendChange } from '../session/in-doubt.ts';
import type { Session } from '../session/session.ts';
import type { WantedGate } from '../strategy/rollout-gate.ts';
import { pauseHookOf, revisionArn, rolloutStatus } from '../observed/from-sdk.ts';
import { isTerminal } from '../observed/rollout.ts';
import {
  chooseMark,
  formatMark,
  gateHook,
  GATE_TAG,
  type GateMark,
} from '../observed/gate-mark.ts';
import { hasMark, markOf, ownHooksOf } from './own-hooks.ts';
import { primaryOf } from '../observed/primary.ts';

/** A gate that is about to be part of a rollout. */
export interface PlacedGate {
  readonly mark: GateMark;
  /** The service's hooks with the gate among them, for the one UpdateService. */
  readonly lifecycleHooks: readonly DeploymentLifecycleHook[];
}

/**
 * Writes the mark, before the hook exists: whoever finds a gate finds its mark too.
 * @param service as it was read with its tags
 * @param own the user's hooks as they will be; by default those of today
 * @throws ApiError
 */
export async function placeGate(
  session: Session,
  service: Service,
  wanted: WantedGate,
  own: readonly DeploymentLifecycleHook[] = ownHooksOf(service),
): Promise<PlacedGate> {
  const mark = chooseMark(
    { ...wanted, by: session.dependencies.who ?? 'somebody' },
    own.flatMap((hook) => pauseHookOf(hook) ?? []),
  );
  const { ecs } = session.dependencies.clients;
  const tag = { key: GATE_TAG, value: formatMark(mark) };
  await session.api.change('ecs', 'TagResource', (options) =>
    sendChange(session, () =>
      ecs.send(new TagResourceCommand({ resourceArn: service.serviceArn, tags: [tag] }), options),
    ),
  );
  session.advance({ mark: GATE_TAG });
  return { mark, lifecycleHooks: [...own, gateHook(mark)] };
}

/** Said where it could not be looked. */
export const GATE_UNSEEN =
  'whether the pause hook that Fairlead added is still in place could not be seen; the next fairlead command takes it out';

/** Part of a gate that is no more: taken away, or perhaps. */
export interface GateRemoval {
  readonly part: 'hook' | 'tag';
  /** False: the answer of ECS was lost. */
  readonly certain: boolean;
}

/**
 * Takes the gate out of the service's configuration, which starts no deployment, and then its mark. What fails is said, never
 * thrown: the verdict stands, and the next command tries again.
 * @param onRemoved hears of each part as soon as it is gone
 * @throws the signal's reason when interrupted
 */
export async function removeGate(
  session: Session,
  onRemoved: (removal: GateRemoval) => void = () => undefined,
): Promise<void> {
  let part: GateRemoval['part'] | undefined;
  let hooked: boolean | undefined;
  try {
    const { ecs } = session.dependencies.clients;
    const service = await findService(session.api, ecs, session.name, { tags: true });
    if (service?.status !== 'ACTIVE' || !hasMark(service)) return;
    const hooks = service.deploymentConfiguration?.lifecycleHooks ?? [];
    const own = ownHooksOf(service);
    hooked = own.length < hooks.length;
    if (hooked) {
      part = 'hook';
      await session.api.change('ecs', 'UpdateService', (options) =>
        ecs.send(
          new UpdateServiceCommand({
            cluster: session.name.cluster,
            service: session.name.service,
            deploymentConfiguration: { lifecycleHooks: [...own] },
          }),
          options,
        ),
      );
      hooked = false;
      onRemoved({ part, certain: true });
    }
    part = 'tag';
    await session.api.change('ecs', 'UntagResource', (options) =>
      ecs.send(
        new UntagResourceCommand({ resourceArn: service.serviceArn, tagKeys: [GATE_TAG] }),
        options,
      ),
    );
    session.advance({ mark: undefined });
    onRemoved({ part, certain: true });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (part !== undefined && error.lost) onRemoved({ part, certain: false });
    const why = describeApiError(error).message;
    session.say(
      'warning',
      'gate-left',
      hooked === undefined
        ? GATE_UNSEEN
        : hooked
          ? `the pause hook that Fairlead added ${error.lost ? 'may still be' : 'is still'} in the service's configuration (${why}); the next fairlead command takes it out, and until then any other deployment of this service pauses there`
          : `the service ${error.lost ? 'may still carry' : 'still carries'} the tag ${GATE_TAG} (${why}); the next fairlead command takes it away`,
    );
  }
}

/** The gate that a service carries. */
export type FoundGate =
  /** Its rollout runs, here or elsewhere. */
  | { readonly kind: 'in-use'; readonly mark: GateMark }
  /** Its rollout has ended, and whoever began it did not take it out. */
  | { readonly kind: 'stale'; readonly mark: GateMark | undefined };

/**
 * The gate that the service's tag tells of, if any.
 * @param service as it was read with its tags
 * @param newest the newest service deployment
 */
export function foundGate(
  service: Service,
  newest: ServiceDeploymentBrief | undefined,
): FoundGate | undefined {
  if (!hasMark(service)) return undefined;
  const mark = markOf(service);
  if (mark === undefined) return { kind: 'stale', mark };
  const primary = primaryOf(service)?.id;
  const ended = newest === undefined || isTerminal(rolloutStatus(newest.status));
  // A deployment that has just begun is listed some seconds late.
  const unlisted =
    primary !== undefined &&
    newest?.targetServiceRevisionArn !== revisionArn(service, primary) &&
    service.deployments?.some(
      ({ id, rolloutState }) => id === primary && rolloutState === 'IN_PROGRESS',
    );
  return ended && unlisted !== true ? { kind: 'stale', mark } : { kind: 'in-use', mark };
}
