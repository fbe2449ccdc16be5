/** The service runs what is wanted, or is about to: nothing is registered and no deployment begun. */
import type { ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { Session } from '../session/session.ts';
import { waitCommand, type Ending } from '../verdict/ending.ts';
import { revisionArn, rolloutStatus } from '../observed/from-sdk.ts';
import { isRollingBack } from '../observed/rollout.ts';
import { shortDefinition } from '../observed/names.ts';
import { completedBefore, replacedRevision, runningRollout } from './history.ts';
import { report } from '../session/findings.ts';
import type { OpenService } from './open-service.ts';
import { checkSettings } from './preflight.ts';
import { joinRollout, type GatePlan, type RolloutOptions } from './roll-out.ts';
import {
  changeSettings,
  noRollout,
  type WantedSettings,
} from '../service-definition/change-settings.ts';
import { primaryOf } from '../observed/primary.ts';

/** What was asked for and what is there. */
export interface KeepPlan {
  readonly options: RolloutOptions;
  readonly open: OpenService;
  readonly history: readonly ServiceDeploymentBrief[];
  /** Kept where the rollout that runs was begun with a gate. */
  readonly gate: GatePlan | undefined;
  /** Settings and tags that differ. Undefined: none. */
  readonly change?: WantedSettings;
}

/** Changes settings that start no deployment, joins a rollout that runs, or finds nothing to do. */
export async function keep(session: Session, plan: KeepPlan): Promise<Ending> {
  const { options, open, history } = plan;
  const { live, service, facts } = open;
  const primary = primaryOf(service);
  const name = shortDefinition(live.arn);
  session.advance({ to: session.progress.from });
  const running = runningRollout(history);
  if (running !== undefined && isRollingBack(rolloutStatus(running.status))) {
    throw new UserError('ROLLBACK_IN_PROGRESS', 'a rollback is in progress', {
      hint: `Wait for its end, then deploy again: ${waitCommand(session.name)}`,
      exitCode: 2,
    });
  }
  report(session, checkSettings(facts, options));
  if (plan.change !== undefined) await changeSettings(session, service, plan.change);
  const revision = primary?.id === undefined ? undefined : revisionArn(service, primary.id);
  const ours = history.find((each) => each.targetServiceRevisionArn === revision);
  const unfinished =
    primary?.rolloutState === 'IN_PROGRESS' || (running !== undefined && running === ours);
  if (unfinished && primary?.id !== undefined) {
    session.say('info', 're-attached', `a rollout of ${name} is in progress: following it`);
    return rejoin(session, plan, primary.id, ours);
  }
  if (primary?.rolloutState === 'FAILED') {
    return {
      verdict: 'failed',
      cause: [
        `the service is already on ${name}, and that rollout failed`,
        ...(ours?.statusReason === undefined ? [] : [ours.statusReason]),
        ...(primary.rolloutStateReason === undefined ? [] : [primary.rolloutStateReason]),
      ],
      next: ['Mend the cause, then try the same again with --force-new-deployment.'],
    };
  }
  session.say('info', 'no-change', `the service already runs ${name}; no deployment was started`);
  return noRollout(plan.change);
}

/** Goes on with the rollout that was begun before, its gate too. */
export async function rejoin(
  session: Session,
  { options, open, history, gate }: KeepPlan,
  deploymentId: string,
  ours: ServiceDeploymentBrief | undefined,
): Promise<Ending> {
  const { live, service } = open;
  const goBackTo = await completedBefore(
    session,
    service,
    history,
    revisionArn(service, deploymentId),
  );
  const from = await replacedRevision(session, goBackTo);
  session.advance({ from });
  return joinRollout(session, { options, open, definition: live, goBackTo, gate }, deploymentId, {
    rolloutArn: ours?.serviceDeploymentArn,
    from,
    mark: open.gate,
  });
}
