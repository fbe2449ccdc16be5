/** Drives a rollout by task sets to its end: look, tell, decide, act, wait. Whatever is lost, the next look shows where it stands. */
import { formatDuration } from '../../base/duration.ts';
import { unreachable } from '../../base/errors.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import type { Session } from '../session/session.ts';
import type { Ending } from '../verdict/ending.ts';
import { doneEnding, lateEnding, stoppedEnding, takenEnding } from './conclude.ts';
import { sceneOf } from './gate-scene.ts';
import type { Cancelled } from './interrupt.ts';
import { LeaseKeeper } from './lease.ts';
import { Gates, type GateStep } from './measure-gate.ts';
import { isRetiring, nextStep } from './next-step.ts';
import type { Step } from './step.ts';
import { TaskSetObserver, type Look } from './observe.ts';
import { Pace } from './pace.ts';
import { namesOf, perform, type Change } from './perform.ts';
import { recover } from './recover.ts';
import { afterLook, afterPassing, afterWaiting, turnedBack } from './remember.ts';
import { olderRival } from './rival.ts';
import type { Rollout } from './rollout.ts';
import { Story } from './story.ts';
import { keptBecause, keptEnding, sayTurningBack } from './turn-back.ts';
import { freshMemory, isFit, type Memory } from './world.ts';

/** One client's drive. */
export class Driver {
  readonly #session: Session;
  readonly #rollout: Rollout;
  readonly #observer: TaskSetObserver;
  readonly #keeper: LeaseKeeper;
  readonly #gates: Gates;
  readonly #story: Story;
  readonly #pace: Pace;
  /** Monotonic ms: when this client began, or turned back. */
  #startedAt: number;
  #memory: Memory;
  /** Why it turned back. */
  #reason: string | undefined;
  #rival: string | undefined;
  #cancelled: Cancelled | undefined;
  /** CreateTaskSet was sent, and its answer is lost. */
  #inDoubt = false;
  #lastChange = '';
  #waitingFor = 'the first look';

  constructor(session: Session, rollout: Rollout) {
    const { serviceArn, subject, analysis, timeScale } = rollout;
    this.#session = session;
    this.#rollout = rollout;
    this.#observer = new TaskSetObserver(session, subject);
    this.#keeper = new LeaseKeeper(session, serviceArn, subject.rollout, rollout.former);
    this.#gates = new Gates(session, { ...analysis, timeScale, keeper: this.#keeper });
    this.#story = new Story(session, rollout);
    this.#pace = new Pace(session);
    this.#startedAt = this.#pace.now();
    this.#memory = freshMemory(rollout.direction, rollout.create === undefined);
  }

  /**
   * Drives.
   * @throws what failed before anything was changed (ApiError, the signal's reason), and bugs
   */
  async run(): Promise<Ending> {
    for (;;) {
      try {
        const ending = await this.#turn();
        if (ending !== undefined) return ending;
      } catch (error) {
        const ending = await this.#recover(error);
        if (ending !== undefined) return ending;
      }
    }
  }

  async #turn(): Promise<Ending | undefined> {
    // Before any change: nobody else begins beside it, and whoever goes on after it knows which way.
    await this.#keeper.beat(this.#memory.direction);
    const look = await this.#observer.look(this.#memory.direction);
    if (look === undefined) {
      return { verdict: 'stopped', cause: ['the service was deleted'], next: [] };
    }
    this.#memory = afterWaiting(afterLook(this.#memory, look.world), {
      readBack: () => this.#pace.elapsed('read back'),
      listed: () => this.#pace.elapsed('listed'),
      blue: () => this.#pace.lasting('blue', !isFit(look.world.blue, this.#rollout.plan.blueScale)),
    });
    if (await this.#story.tell(look, this.#memory)) this.#pace.quicken();
    const direction = this.#memory.direction;
    const over = (await this.#judge(look)) ?? (await this.#checkTime(look));
    if (over !== undefined || this.#memory.direction !== direction) return over;
    return this.#take(nextStep(look.world, this.#rollout.plan, this.#memory), look);
  }

  /** Others at work, and a green that is broken. */
  async #judge(look: Look): Promise<Ending | undefined> {
    if (this.#keeper.isTaken(look.lease)) return takenEnding(look);
    if (!this.#mayTurnBack(look)) return undefined;
    this.#rival = olderRival(look, this.#rollout);
    const why =
      this.#rival === undefined
        ? this.#story.broken(look)
        : `another deploy began first: ${this.#rival}`;
    return why === undefined ? undefined : this.#turnBack(why, look);
  }

  async #checkTime(look: Look): Promise<Ending | undefined> {
    if (!this.#isLate()) return undefined;
    const after = formatDuration(this.#rollout.timeoutMs);
    const late = `not done after ${after}, waiting until ${this.#waitingFor}`;
    if (this.#mayTurnBack(look)) return this.#turnBack(late, look);
    await this.#keeper.leave();
    return lateEnding(late, this.#session.name, look, await this.#cause(this.#reason));
  }

  async #take(step: Step, look: Look): Promise<Ending | undefined> {
    switch (step.kind) {
      case 'create-green':
      case 'set-weights':
      case 'shift-test':
      case 'make-primary':
      case 'scale':
      case 'delete':
        return this.#change(step, look);
      case 'wait':
        this.#waitingFor = step.why;
        return this.#pace.sleep();
      case 'bake': {
        this.#waitingFor = `the ${step.name} is over`;
        const left = step.ms - this.#pace.elapsed(step.name);
        if (left > 0) return this.#pace.sleep(left, 2);
        this.#pass(step.name);
        return undefined;
      }
      case 'gate':
        return this.#attend(step, look);
      case 'turn-back':
        return this.#turnBack(step.why, look);
      case 'stop':
        await this.#keeper.leave();
        return stoppedEnding(step, this.#session.name, look, await this.#cause(this.#reason));
      case 'done':
        return this.#done(step.on);
      default:
        return unreachable(step);
    }
  }

  async #change(step: Change, look: Look): Promise<undefined> {
    const key = JSON.stringify(step);
    // What was done and does not show yet is not done again at once.
    if (this.#lastChange === key) await this.#pace.sleep();
    else this.#pace.quicken();
    this.#lastChange = key;
    try {
      this.#memory = await perform(this.#session, this.#rollout, step, look, this.#memory);
    } catch (error) {
      const lost = error instanceof ApiError && mayRetry(error.kind);
      if (step.kind === 'create-green' && lost) this.#inDoubt = true;
      throw error;
    }
    this.#pace.forget('read back');
    return undefined;
  }

  async #attend(gate: GateStep, look: Look): Promise<Ending | undefined> {
    this.#waitingFor = `the checks of gate "${gate.name}" decide`;
    const decision = await this.#gates.attend(gate, sceneOf(look, this.#rollout.subject));
    switch (decision.kind) {
      case 'continue':
        this.#pass(gate.name);
        return undefined;
      case 'wait':
        return this.#pace.sleep();
      case 'roll-back':
        return this.#turnBack(decision.why, look);
    }
  }

  #isLate(): boolean {
    return this.#pace.now() - this.#startedAt >= this.#rollout.timeoutMs;
  }

  #pass(name: string): void {
    this.#memory = afterPassing(this.#memory, name);
    this.#pace.quicken();
  }

  #mayTurnBack(look: Look | undefined): boolean {
    if (this.#memory.direction === 'back') return false;
    return look === undefined || !isRetiring(look.world, this.#memory);
  }

  /** The way forward is over. @returns an ending where nothing may be taken back */
  async #turnBack(why: string, look: Look | undefined): Promise<Ending | undefined> {
    const kept = this.#rival === undefined ? keptBecause(this.#session, this.#rollout) : undefined;
    this.#gates.close(kept === undefined ? 'rolled-back' : 'left-open', why);
    this.#session.say('error', 'failure', why);
    this.#reason = why;
    if (kept !== undefined) {
      await this.#keeper.leave();
      const cancelled = this.#cancelled !== undefined;
      return keptEnding(this.#session, kept, await this.#cause(why), look, cancelled);
    }
    sayTurningBack(this.#session, this.#rollout);
    this.#memory = turnedBack(this.#memory);
    this.#startedAt = this.#pace.now();
    this.#pace.quicken();
    return undefined;
  }

  async #done(on: Extract<Step, { kind: 'done' }>['on']): Promise<Ending> {
    await this.#keeper.finish();
    return doneEnding({
      on,
      purpose: this.#rollout.purpose,
      name: this.#session.name,
      goBackTo: namesOf(this.#rollout).blue,
      cancelledBy: this.#cancelled?.by,
      rival: this.#rival,
      turnedBack: this.#reason !== undefined,
      cause:
        this.#reason === undefined || this.#cancelled !== undefined
          ? []
          : await this.#cause(this.#reason),
    });
  }

  async #recover(error: unknown): Promise<Ending | undefined> {
    const look = this.#story.last();
    const { created, written, direction } = this.#memory;
    const recovery = await recover(this.#session, error, {
      look,
      policy: this.#rollout.onCancel,
      begun: created || written !== undefined || this.#inDoubt,
      cancelled: this.#cancelled !== undefined,
      back: direction === 'back',
      mayTurnBack: this.#mayTurnBack(look),
      late: this.#isLate(),
      leave: () => this.#keeper.leave(),
      unmark: () => this.#keeper.finish(),
    });
    if (recovery.kind === 'end') return recovery.ending;
    this.#cancelled ??= recovery.cancelled;
    return recovery.kind === 'turn-back' ? this.#turnBack(recovery.why, look) : undefined;
  }

  #cause(reason: string | undefined): Promise<readonly string[]> {
    return this.#story.cause(reason, this.#observer.lost());
  }
}
