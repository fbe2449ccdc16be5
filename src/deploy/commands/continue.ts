/** `fairlead continue`: answers the pause hook that a rollout waits at, and leaves ECS to go on. */
import { ContinueServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import type { GateEntry } from '../../record/entries.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { describeServiceDeployment, type ServiceName } from '../aws/service-reader.ts';
import { openGate } from '../observed/open-gate.ts';
import { runCommand, type DeployDependencies, type Session } from '../session/session.ts';
import { waitCommand, type Ending, type RolloutResult } from '../verdict/ending.ts';
import { isRollingBack } from '../observed/rollout.ts';
import type { ObservedRollout } from '../observed/observation.ts';
import { observedRollout } from '../observed/from-sdk.ts';
import { rolloutState, rolloutUnderWay, type UnderWay } from './under-way.ts';

export interface ContinueRequest extends ServiceName {
  /** Ids of the pause hooks to answer; needed where several wait. */
  readonly hooks?: readonly string[];
  /** True: answers ROLLBACK in place of CONTINUE. */
  readonly rollback: boolean;
}

/**
 * Answers. Expected failures are verdicts of the result, not exceptions.
 * @throws only for bugs
 */
export function continueRollout(
  request: ContinueRequest,
  dependencies: DeployDependencies,
): Promise<RolloutResult> {
  return runCommand('continue', request, dependencies, (session) => run(session, request));
}

async function run(session: Session, request: ContinueRequest): Promise<Ending> {
  const underWay = await rolloutUnderWay(session);
  const { rollout } = underWay;
  const chosen = chooseHooks(rollout, request);
  const action = request.rollback ? 'ROLLBACK' : 'CONTINUE';
  for (const hookId of chosen) {
    warnOfOthersGate(session, underWay, hookId, request.rollback);
    await answer(session, rollout, hookId, action);
    // One ROLLBACK turns all of it back.
    if (request.rollback) break;
  }
  const left = rollout.waitingHooks.map(({ id }) => id).filter((id) => !chosen.includes(id));
  return { verdict: 'started', cause: [], next: whatNext(session, rollout, request, left) };
}

/**
 * Which hooks are answered.
 * @throws UserError (exit code 2) when none waits, or it is not clear which is meant
 */
function chooseHooks(rollout: ObservedRollout, request: ContinueRequest): readonly string[] {
  const waiting = rollout.waitingHooks.map(({ id }) => id);
  const state = rolloutState(rollout);
  if (waiting.length === 0) {
    const hint = isRollingBack(rollout.status)
      ? `It goes back already. Follow it: ${waitCommand(request)}`
      : `Follow it: ${waitCommand(request)}`;
    throw new UserError('NOTHING_WAITS', `the rollout waits for nobody: it is ${state}`, {
      hint,
      exitCode: 2,
    });
  }
  const { hooks = [] } = request;
  const unknown = hooks.find((id) => !waiting.includes(id));
  if (unknown !== undefined) {
    throw new UserError(
      'HOOK_DOES_NOT_WAIT',
      `no pause hook "${unknown}" waits: the rollout is ${state}, and waits for ${waiting.join(', ')}`,
      { hint: `Name one that waits: --hook ${waiting[0] ?? ''}`, exitCode: 2 },
    );
  }
  if (hooks.length > 0) return hooks;
  if (waiting.length === 1 || request.rollback) return waiting.slice(0, 1);
  throw new UserError(
    'SEVERAL_HOOKS_WAIT',
    `the rollout is ${state} and waits for ${waiting.length} answers: ${waiting.join(', ')}`,
    {
      hint: `Say which you answer: ${waiting.map((id) => `--hook ${id}`).join(' ')}`,
      exitCode: 2,
    },
  );
}

/** Another Fairlead measures at this gate, and would have decided by what it finds. */
function warnOfOthersGate(
  session: Session,
  { open, rollout }: UnderWay,
  hookId: string,
  rollback: boolean,
): void {
  const { gate } = open;
  if (gate === undefined || openGate(rollout, gate)?.hookId !== hookId) return;
  session.say(
    'warning',
    'gate-of-another',
    `this is the gate of the fairlead deploy by ${gate.by}: its analysis of this step is ${rollback ? 'cut short' : 'skipped'}`,
  );
}

async function answer(
  session: Session,
  rollout: ObservedRollout,
  hookId: string,
  action: 'CONTINUE' | 'ROLLBACK',
): Promise<void> {
  const { api, dependencies } = session;
  const { ecs } = dependencies.clients;
  try {
    await api.change('ecs', 'ContinueServiceDeployment', (options) =>
      ecs.send(
        new ContinueServiceDeploymentCommand({
          serviceDeploymentArn: rollout.arn,
          hookId,
          action,
        }),
        options,
      ),
    );
  } catch (error) {
    // Nobody knows whether it arrived.
    if (error instanceof ApiError && mayRetry(error.kind)) session.advance({ started: true });
    if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
    await explainRefusal(session, rollout, hookId, error);
    return;
  }
  session.advance({ started: true });
  writeGate(session, rollout, hookId, action === 'CONTINUE' ? 'continued' : 'rolled-back');
}

/**
 * A refusal may be the second answer after a first one whose receipt was lost, or somebody else was quicker: then the hook waits
 * no longer.
 * @throws UserError (exit code 2) when the rollout is over; the refusal itself when the hook still waits
 */
async function explainRefusal(
  session: Session,
  rollout: ObservedRollout,
  hookId: string,
  refusal: ApiError,
): Promise<void> {
  const { api, dependencies, name } = session;
  const described = await describeServiceDeployment(api, dependencies.clients.ecs, rollout.arn);
  const now = described === undefined ? undefined : observedRollout(described);
  if (now?.waitingHooks.some(({ id }) => id === hookId) === true) throw refusal;
  if (now?.status !== 'IN_PROGRESS') {
    throw new UserError(
      'NOTHING_WAITS',
      `the rollout waits for nobody any more: it is ${now === undefined ? 'gone' : rolloutState(now)}`,
      { hint: `See how it ends: ${waitCommand(name)}`, exitCode: 2 },
    );
  }
  session.advance({ started: true });
  session.say('info', 'already-answered', `${hookId} is answered already`);
}

function writeGate(
  session: Session,
  { lifecycleStage, productionWeight }: ObservedRollout,
  gate: string,
  state: GateEntry['state'],
): void {
  session.recorder.write({
    kind: 'gate',
    at: session.dependencies.clock.now(),
    gate,
    stage: lifecycleStage ?? 'a pause hook',
    ...(productionWeight === undefined ? {} : { weight: productionWeight }),
    state,
    reason: 'by fairlead continue',
  });
}

function whatNext(
  { name }: Session,
  rollout: ObservedRollout,
  { rollback }: ContinueRequest,
  left: readonly string[],
): readonly string[] {
  if (rollback) {
    return [
      `ECS goes back to the former revision. Follow it: ${waitCommand(name)} (it ends with rolled-back, exit code 3)`,
    ];
  }
  if (left.length > 0) {
    return [
      `The rollout goes on when the others are answered too: ${left.map((id) => `--hook ${id}`).join(' ')}`,
    ];
  }
  const { productionWeight, stepBakeMinutes, pauseHooks } = rollout;
  // A hook before the shift of a canary or linear rollout fires before each step (reference: ECS semantics 6.2).
  const again =
    stepBakeMinutes !== undefined &&
    (productionWeight ?? 0) < 100 &&
    pauseHooks.some((hook) => hook.stages.includes('PRE_PRODUCTION_TRAFFIC_SHIFT'));
  return [
    again
      ? 'ECS goes on, and pauses again before each further step of traffic.'
      : 'ECS goes on with the next stage.',
    `Follow it: ${waitCommand(name)}`,
  ];
}
