/** `fairlead resume`: goes on with a rollout that was begun before, from any machine; begins none. */
import { UserError } from '../../base/errors.ts';
import { listServiceDeployments, type ServiceName } from '../aws/service-reader.ts';
import type { AnalysisCheck, CancelPolicy, StrategyWish } from '../configuration/configuration.ts';
import { afterwards, NO_HOOKS, type Hooks } from '../drive/deploy-hooks.ts';
import { runningRollout } from '../drive/history.ts';
import { rejoin } from '../drive/keep.ts';
import { openPresent, type OpenService } from '../drive/open-service.ts';
import { measureOf, planStrategy } from '../drive/strategy-change.ts';
import { primaryOf } from '../observed/primary.ts';
import { runCommand, type DeployDependencies, type Session } from '../session/session.ts';
import { resumeTaskSets } from '../task-sets/resume.ts';
import type { Ending, RolloutResult } from '../verdict/ending.ts';
import { revisionArn } from '../observed/from-sdk.ts';

/** What to go on with, and by what it is decided: what the deploy was begun with. */
export interface ResumeRequest extends ServiceName {
  readonly strategy?: StrategyWish;
  readonly analysis?: readonly AnalysisCheck[];
  readonly hooks?: Hooks;
  readonly timeoutMs?: number;
  readonly onCancel?: CancelPolicy;
  /** True: takes over a rollout by task sets that another client is at work on. */
  readonly supersede?: boolean;
}

/**
 * Goes on. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function resume(
  request: ResumeRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('resume', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, request: ResumeRequest): Promise<Ending> {
  const target = await openPresent(session);
  if (target.kind === 'native') return resumeNative(session, request, target);
  const { onCancel, timeoutMs, supersede } = request;
  return resumeTaskSets(session, {
    service: target.service,
    analysis: { checks: request.analysis ?? [], measure: measureOf(session) },
    options: { wait: true, supersede, onCancel, timeoutMs },
  });
}

async function resumeNative(
  session: Session,
  request: ResumeRequest,
  open: OpenService,
): Promise<Ending> {
  const { ecs } = session.dependencies.clients;
  const { service, facts, gate } = open;
  const primary = primaryOf(service);
  const history = await listServiceDeployments(session.api, ecs, session.name);
  const running = runningRollout(history);
  if (
    primary?.id === undefined ||
    (running === undefined && primary.rolloutState !== 'IN_PROGRESS')
  ) {
    throw new UserError('NO_ROLLOUT', `service "${facts.name}" has no rollout under way`, {
      hint: 'See how the last one ended: fairlead wait. Begin one: fairlead deploy.',
      exitCode: 2,
    });
  }
  if (gate !== undefined && request.strategy === undefined) {
    throw new UserError(
      'NO_CONFIGURATION',
      'the rollout waits at gates, and what decides there is not known',
      {
        hint: 'Give the configuration that it was begun with (--config). Or decide by hand: fairlead continue, fairlead rollback.',
        exitCode: 2,
      },
    );
  }
  const hooks = request.hooks ?? NO_HOOKS;
  const oneWay = hooks.before.some((hook) => hook.oneWay);
  // Whoever began the rollout has run its hooks before.
  if (oneWay) session.advance({ oneWay });
  const strategy = planStrategy(session, open, request, oneWay);
  const revision = revisionArn(service, primary.id);
  const ending = await rejoin(
    session,
    {
      options: {
        ...session.name,
        timeoutMs: strategy.timeoutMs,
        wait: true,
        rollback: true,
        ...(request.onCancel === undefined ? {} : { onCancel: request.onCancel }),
      },
      open,
      history,
      gate: strategy.gate,
    },
    primary.id,
    history.find((each) => each.targetServiceRevisionArn === revision),
  );
  const subject = { service, definition: open.live, onCancel: request.onCancel };
  return afterwards(session, hooks, subject, ending);
}
