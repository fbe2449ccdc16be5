/** Begins a rollout and follows it: what deploy and rollback have in common. */
import type { Service, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import type { RevisionReference } from '../../record/entries.ts';
import { ApiError } from '../aws/api-failure.ts';
import { timeScaleOf } from '../aws/time-scale.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import { adviceFor, type Ending } from '../verdict/ending.ts';
import type { AnalysisCheck, CancelPolicy } from '../configuration/configuration.ts';
import type { GateMark } from '../observed/gate-mark.ts';
import { placeGate, removeGate } from '../gates/place-gate.ts';
import { tidyUp } from '../gates/tidy-up.ts';
import type { Measure } from '../measure/measure.ts';
import type { WantedGate } from '../strategy/rollout-gate.ts';
import { DEFAULT_TIMEOUT_MS } from '../strategy/default-timeout.ts';
import { follow } from './follow.ts';
import { revisionArn } from '../observed/from-sdk.ts';
import { shortDefinition } from '../observed/names.ts';
import type { OpenService } from './open-service.ts';
import { referenceOf } from '../definition/revision-reference.ts';
import { targetOf } from './rollout-target.ts';

import { withChanges } from '../session/progress.ts';
import type { Session } from '../session/session.ts';
import { noRollout } from '../service-definition/change-settings.ts';
import { primaryOf } from '../observed/primary.ts';
import { beyondRevision } from '../service-definition/service-change.ts';
import { updateService } from '../service-definition/update-service.ts';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';

/** How a rollout is begun and followed. What is undefined is left alone. */
export interface RolloutOptions extends ServiceName {
  /** Replaces every task even though nothing changed. */
  readonly forceNewDeployment?: boolean;
  readonly desiredCount?: number;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly enableExecuteCommand?: boolean;
  /** Milliseconds until the verdict `timed-out`; by default as long as the strategy may take. */
  readonly timeoutMs?: number;
  /** False: begin the rollout and answer `started`. */
  readonly wait: boolean;
  /** False: a certain failure is only reported. */
  readonly rollback: boolean;
  /** What Ctrl-C and SIGTERM do to the rollout; by default `detach`. */
  readonly onCancel?: CancelPolicy;
}

/** Settings that go with a rollout, by AWS's names. */
export interface RolloutSettings {
  readonly desiredCount?: number;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly enableExecuteCommand?: boolean;
}

/** The settings that were asked for, and nothing else of the service. */
export function settingsOf(options: RolloutOptions): RolloutSettings {
  const { desiredCount, healthCheckGracePeriodSeconds, enableExecuteCommand } = options;
  return {
    ...(desiredCount === undefined ? {} : { desiredCount }),
    ...(healthCheckGracePeriodSeconds === undefined ? {} : { healthCheckGracePeriodSeconds }),
    ...(enableExecuteCommand === undefined ? {} : { enableExecuteCommand }),
  };
}

/** A rollout of a registered definition. */
export interface RolloutPlan {
  readonly options: RolloutOptions;
  readonly open: OpenService;
  readonly definition: RegisteredDefinition;
  /** ARN of the task definition that ECS would roll back to; undefined when nothing completed before. */
  readonly goBackTo: string | undefined;
  /** What it replaces, where that is not what the service was on as it was opened. */
  readonly from?: RevisionReference | undefined;
  /** More that the one UpdateService changes: settings, what else a former revision was made of. */
  readonly change?: Partial<UpdateServiceCommandInput>;
  /** The change for people: a line for each setting, from and to. */
  readonly changeTexts?: readonly string[];
  /** The gate to put before its steps, and what it is kept by. */
  readonly gate?: GatePlan | undefined;
}

/** A gate that this command places and keeps, or keeps where it stands already. */
export interface GatePlan {
  readonly wanted: WantedGate;
  readonly checks: readonly AnalysisCheck[];
  readonly measure: Measure;
}

/** Milliseconds between two looks at measurements: CloudWatch has new ones each minute, an HTTP check may answer sooner. */
const MEASURE_EVERY_MS = 15_000;

/** Begins a deployment and follows it. */
export async function rollOut(session: Session, plan: RolloutPlan): Promise<Ending> {
  const { options, open, definition, change, changeTexts = [] } = plan;
  const { cluster, service } = session.name;
  const gate =
    plan.gate === undefined
      ? undefined
      : await placeGate(
          session,
          open.service,
          plan.gate.wanted,
          change?.deploymentConfiguration?.lifecycleHooks,
        );
  const before = primaryOf(open.service)?.id;
  const updated = await begin(
    session,
    {
      cluster,
      service,
      ...change,
      ...(gate === undefined
        ? {}
        : {
            deploymentConfiguration: {
              ...change?.deploymentConfiguration,
              lifecycleHooks: [...gate.lifecycleHooks],
            },
          }),
      taskDefinition: definition.arn,
      ...(options.forceNewDeployment === true ? { forceNewDeployment: true } : {}),
    },
    before,
    gate !== undefined,
  );
  const primary = primaryOf(updated);
  if (primary?.id === undefined || primary.id === before) {
    session.say('info', 'no-change', 'ECS found nothing to change; no deployment was started');
    session.advance(withChanges(session.progress, ...changeTexts));
    if (gate !== undefined) await removeGate(session);
    return noRollout({ texts: changeTexts });
  }
  if (changeTexts.length > 0) {
    // The rest is the revision's, and goes back with it.
    session.advance(withChanges(session.progress, ...beyondRevision(changeTexts)));
    session.say('info', 'settings', `changed with it: ${changeTexts.join('; ')}`);
  }
  session.say(
    'info',
    'started',
    `deployment ${primary.id} of ${shortDefinition(definition.arn)} started`,
  );
  return joinRollout(session, plan, primary.id, { mark: gate?.mark, from: plan.from });
}

/** Sends the one UpdateService; where it fails for certain, the mark of the gate that was not begun is taken away again. */
async function begin(
  session: Session,
  input: UpdateServiceCommandInput,
  before: string | undefined,
  marked: boolean,
): Promise<Service> {
  try {
    return await updateService(session, input, before);
  } catch (error) {
    if (marked && error instanceof ApiError && !session.progress.inDoubt) {
      await removeGate(session);
    }
    throw error;
  }
}

/**
 * Follows a rollout that runs.
 * @param joined of one that was begun before: its service deployment, where ECS lists it already, and what it replaces
 */
export async function joinRollout(
  session: Session,
  { options, open, definition, goBackTo, gate }: RolloutPlan,
  deploymentId: string,
  joined: {
    readonly rolloutArn?: string | undefined;
    readonly from?: RevisionReference | undefined;
    /** The gate that it was begun with. */
    readonly mark?: GateMark | undefined;
  } = {},
): Promise<Ending> {
  const { live, service, targetGroups } = open;
  const to = referenceOf(definition.arn, definition.definition, revisionArn(service, deploymentId));
  const kept = gate === undefined ? undefined : joined.mark;
  session.advance({ started: true, to, gate: kept });
  session.recorder.write({
    kind: 'target',
    at: session.dependencies.clock.now(),
    ...(joined.from === undefined ? {} : { from: joined.from }),
    to,
    deploymentId,
  });
  if (!options.wait) {
    return {
      verdict: 'started',
      cause: [],
      next: adviceFor('started', session.name, undefined, kept),
    };
  }
  const { mark } = joined;
  const ending = await follow(session, {
    target: targetOf(service, deploymentId, [live, definition], {
      taskDefinition: definition.arn,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      goBackTo,
      gate: mark,
      awaitsPauses: mark !== undefined && gate !== undefined,
    }),
    to,
    targetGroups,
    rolloutArn: joined.rolloutArn,
    containers: containersOf(definition.definition),
    onCertainFailure: !options.rollback
      ? 'report'
      : session.progress.oneWay
        ? 'one-way'
        : 'roll-back',
    onCancel: options.onCancel,
    gates:
      mark === undefined || gate === undefined
        ? undefined
        : {
            mark,
            checks: gate.checks,
            measure: gate.measure,
            oneWay: session.progress.oneWay,
            everyMs: MEASURE_EVERY_MS,
            timeScale: timeScaleOf(session.dependencies.clients.ecs) ?? 1,
          },
  });
  if (mark !== undefined) await tidyUp(session, ending);
  return ending;
}
