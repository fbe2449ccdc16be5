/** Follows a rollout to its verdict: look, tell, judge, answer, wait. */
import type { RevisionReference } from '../../record/entries.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import type { CancelPolicy } from '../configuration/configuration.ts';
import type { ContainerFacts } from '../definition/task-definition.ts';
import { GateKeeper, type GateWork } from '../gates/gate-keeper.ts';
import { isInterruption, type Session } from '../session/session.ts';
import { causeLines } from '../verdict/cause.ts';
import { adviceFor, adviceForOneWay, adviceForPause, type Ending } from '../verdict/ending.ts';
import { certainFailure } from '../verdict/fail-fast.ts';
import { judge, type Judgement } from '../verdict/judge.ts';
import { LogCollector } from '../watch/log-collector.ts';
import { shortDefinition } from '../observed/names.ts';
import type { Observation, RolloutTarget } from '../observed/observation.ts';
import { Observer } from '../watch/observe.ts';
import { RolloutTeller } from '../watch/rollout-teller.ts';
import { askToStop, beginCancellation, cancelledEnding, type Cancellation } from './cancel.ts';
import { giveUp, type OnCertainFailure } from './give-up.ts';
import { prove } from './prove.ts';

/** What to follow, and what to do when it cannot succeed any more. */
export interface FollowPlan {
  readonly target: RolloutTarget;
  readonly to: RevisionReference;
  readonly targetGroups: readonly string[];
  /** Known when a rollout is joined that already runs. */
  readonly rolloutArn: string | undefined;
  /** Containers of the target's definition, for their logs. */
  readonly containers: readonly ContainerFacts[];
  readonly onCertainFailure: OnCertainFailure;
  /** The gates that this command keeps; undefined where it only looks. */
  readonly gates?: GateWork | undefined;
  /** What the first interruption does; by default `detach`. */
  readonly onCancel?: CancelPolicy | undefined;
}

const DEFAULT_POLLING = { shortestMs: 1000, longestMs: 5000 };

/**
 * Waits for the rollout's end.
 * @throws ApiError, UserError; the signal's reason when interrupted
 */
export async function follow(session: Session, plan: FollowPlan): Promise<Ending> {
  return new Follower(session, plan).run();
}

class Follower {
  readonly #session: Session;
  readonly #plan: FollowPlan;
  readonly #observer: Observer;
  readonly #teller: RolloutTeller;
  readonly #logs: LogCollector;
  readonly #keeper: GateKeeper | undefined;
  /** Why Fairlead ended the rollout itself. */
  #certain: string | undefined;
  /** What the checks said where our answer to a gate may not have been the one that counts: why ECS goes back, should it do so. */
  #measured: string | undefined;
  #cancellation: Cancellation | undefined;
  #last: Observation | undefined;
  /** A gate was answered, which changes the rollout at once. */
  #hasten = false;
  /** It failed behind a one-way hook, and was left as it is. */
  #leftAlone = false;

  constructor(session: Session, plan: FollowPlan) {
    const { clock, clients, polling: tempo = DEFAULT_POLLING } = session.dependencies;
    this.#session = session;
    this.#plan = plan;
    this.#observer = new Observer({
      api: session.api,
      clients,
      clock,
      tempo,
      name: session.name,
      target: plan.target,
      targetGroups: plan.targetGroups,
      rolloutArn: plan.rolloutArn,
      onLost: (what) => session.say('warning', 'detail-lost', `cannot read ${what}`),
    });
    this.#teller = new RolloutTeller(session, plan);
    this.#logs = new LogCollector(session, plan.containers);
    this.#keeper = plan.gates === undefined ? undefined : new GateKeeper(session, plan.gates);
  }

  async run(): Promise<Ending> {
    const { clock } = this.#session.dependencies;
    const startedAt = clock.monotonic();
    const { timeoutMs } = this.#plan.target;
    for (;;) {
      try {
        const elapsed = clock.monotonic() - startedAt;
        const ending = await this.#step(elapsed);
        if (ending !== undefined) return ending;
        const left = timeoutMs - (clock.monotonic() - startedAt);
        const pause = this.#hasten ? 1 : this.#observer.pause();
        this.#hasten = false;
        await clock.sleep(Math.max(1, Math.min(pause, left)), this.#session.signal());
      } catch (error) {
        const { onCancel = 'detach' } = this.#plan;
        if (onCancel === 'detach' || this.#cancellation !== undefined) throw error;
        if (!isInterruption(error, this.#session)) throw error;
        this.#cancellation = beginCancellation(this.#session, onCancel);
      }
    }
  }

  /** One look and what follows from it; undefined while the rollout goes on. */
  async #step(elapsedMs: number): Promise<Ending | undefined> {
    const { target } = this.#plan;
    const seen = await this.#look();
    if (seen === undefined) {
      if (elapsedMs < target.timeoutMs) return undefined;
      const reason = 'ECS could not be reached until the timeout passed';
      return this.#conclude({ verdict: 'timed-out', reason }, this.#last);
    }
    this.#last = seen;
    this.#teller.tell(seen);
    await this.#logs.collect(seen, target, false);
    const judgement = judge(seen, target);
    if (judgement !== undefined) return this.#conclude(judgement, seen);
    if (this.#cancellation !== undefined) {
      const next = await askToStop(this.#session, this.#cancellation, seen, target);
      if ('verdict' in next) return next;
      this.#cancellation = next;
      return undefined;
    }
    const given = (await this.#keepGates(seen)) ?? (await this.#failFast(seen));
    return given === undefined ? undefined : this.#conclude(given, seen);
  }

  async #keepGates(seen: Observation): Promise<Judgement | undefined> {
    const answer = await this.#keeper?.attend(seen);
    if (answer === undefined) return undefined;
    this.#hasten = true;
    switch (answer.kind) {
      case 'turned-back':
        this.#certain = answer.why;
        this.#session.advance({ goingBack: true });
        return undefined;
      case 'perhaps-turned-back':
        this.#measured = answer.why;
        return undefined;
      case 'left-open':
        this.#leftAlone = true;
        return {
          verdict: 'failed',
          reason: `${answer.why}; the rollout was left as it is: a one-way hook has run, and the old version cannot live with what it did`,
        };
      case 'baking-badly':
        return this.#giveUp(answer.why, seen, 'roll-back');
    }
  }

  async #failFast(seen: Observation): Promise<Judgement | undefined> {
    const { onCertainFailure: policy, target } = this.#plan;
    if (this.#certain !== undefined || policy === 'ignore') return undefined;
    const why = certainFailure(seen, target);
    return why === undefined ? undefined : this.#giveUp(why, seen, policy);
  }

  async #giveUp(
    why: string,
    seen: Observation,
    policy: Exclude<OnCertainFailure, 'ignore'>,
  ): Promise<Judgement | undefined> {
    const given = await giveUp(this.#session, why, seen, this.#plan.target, policy);
    if (given.kind !== 'later') this.#certain = why;
    return given.kind === 'over' ? given.judgement : undefined;
  }

  /** One look; undefined when ECS cannot be reached for the moment, which does not end a rollout. */
  async #look(): Promise<Observation | undefined> {
    try {
      return await this.#observer.look();
    } catch (error) {
      if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
      this.#session.say(
        'warning',
        'unreachable',
        `${error.permission} keeps failing (${error.code}); the rollout goes on, trying again`,
      );
      return undefined;
    }
  }

  async #conclude(judgement: Judgement, seen: Observation | undefined): Promise<Ending> {
    const { target, to } = this.#plan;
    const proven =
      judgement.verdict === 'succeeded'
        ? await prove(this.#session, target, to, judgement)
        : judgement;
    if (this.#cancellation !== undefined) {
      return cancelledEnding(this.#session, this.#cancellation, proven, target.goBackTo);
    }
    if (proven.verdict === 'succeeded' || proven.verdict === 'reached') {
      if (proven.verdict === 'succeeded') this.#sayUndecided();
      return { verdict: proven.verdict, cause: [], next: this.#advice(proven, seen) };
    }
    if (seen !== undefined) await this.#lastLogs(seen);
    return {
      verdict: proven.verdict,
      next: this.#advice(proven, seen),
      cause: causeLines({
        observation: seen,
        target,
        reason: proven.reason,
        certain: this.#certain ?? (proven.verdict === 'rolled-back' ? this.#measured : undefined),
        logs: this.#logs.tails(),
        lost: [...this.#observer.lost(), ...this.#logs.lost()],
      }),
    };
  }

  #advice({ verdict }: Judgement, seen: Observation | undefined): readonly string[] {
    const { name, progress } = this.#session;
    const { goBackTo, until } = this.#plan.target;
    const former = goBackTo === undefined ? undefined : shortDefinition(goBackTo);
    const paused = seen?.rollout?.waitingHooks[0];
    if (this.#leftAlone) {
      return adviceForOneWay(name, former, paused === undefined ? undefined : progress.gate);
    }
    const isPause = verdict === 'paused' || (verdict === 'reached' && until === 'paused');
    return isPause && paused !== undefined
      ? adviceForPause(name, paused.id)
      : adviceFor(verdict, name, former, progress.gate);
  }

  /** ECS ends the last bake by the clock, whether the measurements had decided or not. */
  #sayUndecided(): void {
    const undecided = this.#keeper?.undecided() ?? [];
    if (undecided.length === 0) return;
    this.#session.say(
      'warning',
      'undecided',
      `the last bake ended before every check had passed: ${undecided.join(', ')}`,
    );
  }

  /** The verdict stands: an interruption now only costs log lines. */
  async #lastLogs(seen: Observation): Promise<void> {
    try {
      await this.#logs.collect(seen, this.#plan.target, true);
    } catch (error) {
      if (!isInterruption(error, this.#session)) throw error;
    }
  }
}
