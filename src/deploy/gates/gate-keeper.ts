/** Keeps the gates of a traffic shift: measures before each step, lets it through or turns it back, watches the last bake. */
import { decideGate } from '../../analysis/gate.ts';
import type { Assessment, GateDecision } from '../../analysis/measurement.ts';
import type { GateEntry } from '../../record/entries.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import type { Measure } from '../measure/measure.ts';
import type { Session } from '../session/session.ts';
import type { Observation, ObservedRollout } from '../observed/observation.ts';
import { answerGate, hasArrived, type Answered } from './answer-gate.ts';
import type { GateMark } from '../observed/gate-mark.ts';
import { GateMeasurer, NOTHING, type GateLook } from './gate-measurer.ts';
import { openGate, type OpenGate } from '../observed/open-gate.ts';

/** What the keeper of a rollout's gates works with. */
export interface GateWork {
  readonly mark: GateMark;
  readonly checks: readonly AnalysisCheck[];
  readonly measure: Measure;
  /** A hook ran that the old version cannot live with: nothing is turned back. */
  readonly oneWay: boolean;
  /** Milliseconds between two looks at the measurements, of ECS's time. */
  readonly everyMs: number;
  /** How many times as fast ECS's time runs than a watch: deadlines are given in ECS's. */
  readonly timeScale: number;
}

/**
 * - `turned-back`: ECS was told to go back, its end is awaited; `perhaps-turned-back`: it was to be told, and the gate had an answer
 *   already, perhaps our own, or none came through; `left-open`: it fails, and nothing may be turned back;
 * - `baking-badly`: the last bake measures a failure, and the rollout has to be stopped.
 */
export interface GateVerdict {
  readonly kind: 'turned-back' | 'perhaps-turned-back' | 'left-open' | 'baking-badly';
  readonly why: string;
}

/** One gate, or the last bake, under measurement. */
interface Watch {
  readonly key: string;
  /** Monotonic ms: when it was first seen. */
  readonly openedAt: number;
  /** Epoch ms by ECS. */
  readonly since: number;
  readonly looks: number;
  /** Monotonic ms of the last look. */
  readonly lookedAt: number;
}

/** One a rollout. */
export class GateKeeper {
  readonly #session: Session;
  readonly #work: GateWork;
  readonly #measurer: GateMeasurer;
  readonly #answered = new Set<string>();
  /** When (epoch ms, ECS) the rollout had last changed as each pause was first seen. */
  readonly #firstSeen = new Map<string, number | undefined>();
  #watch: Watch | undefined;
  /** Checks that passed with all of the traffic on the new version. */
  readonly #passed = new Set<string>();

  constructor(session: Session, work: GateWork) {
    this.#session = session;
    this.#work = work;
    this.#measurer = new GateMeasurer(session, work.measure);
  }

  /** Names of checks that never passed while the new version had all of the traffic: for the summary of a success. */
  undecided(): readonly string[] {
    return this.#work.checks
      .filter(({ moments, name }) => moments.includes('production') && !this.#passed.has(name))
      .map(({ name }) => name);
  }

  /** Looks at what the rollout waits for, and answers where it can. */
  async attend({ rollout }: Observation): Promise<GateVerdict | undefined> {
    if (rollout?.status !== 'IN_PROGRESS') return undefined;
    const gate = this.#gateOf(rollout);
    if (gate !== undefined) {
      return this.#answered.has(gate.hookId) ? undefined : this.#keep(gate, rollout);
    }
    return rollout.lifecycleStage === 'BAKE_TIME' ? this.#watchBake(rollout) : undefined;
  }

  #gateOf(rollout: ObservedRollout): OpenGate | undefined {
    for (const { id } of rollout.waitingHooks) {
      if (!this.#firstSeen.has(id)) this.#firstSeen.set(id, rollout.updatedAt);
    }
    const [first] = rollout.waitingHooks;
    return openGate(
      rollout,
      this.#work.mark,
      first === undefined ? undefined : this.#firstSeen.get(first.id),
    );
  }

  async #keep(gate: OpenGate, rollout: ObservedRollout): Promise<GateVerdict | undefined> {
    const isNew = this.#watch?.key !== gate.hookId;
    if (isNew) this.#write(gate, 'opened', undefined);
    const watch = this.#watching(gate.hookId, gate.since ?? rollout.updatedAt ?? 0);
    if (!isNew && !this.#due(watch)) return undefined;
    const checks = this.#work.checks.filter((check) => check.moments.includes(gate.moment));
    const assessed = await this.#look(watch, {
      ...{ checks, rollout, moment: gate.moment, gate: gate.hookId },
    });
    if (gate.weight === 100) this.#remember(checks, assessed);
    const decision = decideGate(
      checks.map((check, index) => ({
        name: check.name,
        onNoData: check.onNoData,
        deadlineMs: check.deadlineMs,
        assessment: assessed[index] ?? NOTHING,
      })),
      this.#since(watch.openedAt),
    );
    return this.#answer(gate, rollout, decision);
  }

  async #answer(
    gate: OpenGate,
    rollout: ObservedRollout,
    decision: GateDecision,
  ): Promise<GateVerdict | undefined> {
    switch (decision.kind) {
      case 'wait':
        return undefined;
      case 'continue':
        if (hasArrived(await this.#send(gate, rollout, 'CONTINUE'))) {
          this.#write(gate, 'continued', decision.why);
        }
        return undefined;
      case 'roll-back':
        if (this.#work.oneWay) {
          this.#answered.add(gate.hookId);
          this.#write(gate, 'left-open', decision.why);
          return { kind: 'left-open', why: decision.why };
        }
        return this.#turnBack(gate, rollout, decision.why);
    }
  }

  async #turnBack(gate: OpenGate, rollout: ObservedRollout, why: string): Promise<GateVerdict> {
    const sent = await this.#send(gate, rollout, 'ROLLBACK');
    if (hasArrived(sent)) this.#write(gate, 'rolled-back', why);
    return { kind: sent === 'sent' ? 'turned-back' : 'perhaps-turned-back', why };
  }

  async #send(
    { hookId }: OpenGate,
    { arn }: ObservedRollout,
    action: 'CONTINUE' | 'ROLLBACK',
  ): Promise<Answered> {
    const answered = await answerGate(this.#session, arn, hookId, action);
    if (answered !== 'failing') this.#answered.add(hookId);
    return answered;
  }

  /** While both revisions run after the last step, only a failure is acted on: ECS ends the bake by itself. */
  async #watchBake(rollout: ObservedRollout): Promise<GateVerdict | undefined> {
    const checks = this.#work.checks.filter((check) => check.moments.includes('production'));
    if (checks.length === 0) return undefined;
    const isNew = this.#watch?.key !== 'bake';
    const watch = this.#watching('bake', rollout.updatedAt ?? 0);
    if (!isNew && !this.#due(watch)) return undefined;
    const assessed = await this.#look(watch, {
      ...{ checks, rollout, moment: 'production', gate: undefined },
    });
    this.#remember(checks, assessed);
    const failed = checks.flatMap((check, index) => {
      const assessment = assessed[index];
      return assessment?.outcome === 'fail' ? [`${check.name}: ${assessment.text}`] : [];
    });
    if (failed.length === 0) return undefined;
    const kind = this.#work.oneWay ? 'left-open' : 'baking-badly';
    return { kind, why: failed.join('; ') };
  }

  #remember(checks: readonly AnalysisCheck[], assessed: readonly Assessment[]): void {
    checks.forEach(({ name }, index) => {
      if (assessed[index]?.outcome === 'pass') this.#passed.add(name);
    });
  }

  #watching(key: string, since: number): Watch {
    if (this.#watch?.key === key) return this.#watch;
    const now = this.#session.dependencies.clock.monotonic();
    this.#watch = { key, openedAt: now, since, looks: 0, lookedAt: now };
    return this.#watch;
  }

  #look(watch: Watch, what: Omit<GateLook, 'since' | 'look'>): Promise<readonly Assessment[]> {
    const look = watch.looks + 1;
    this.#watch = {
      ...watch,
      looks: look,
      lookedAt: this.#session.dependencies.clock.monotonic(),
    };
    return this.#measurer.look({ ...what, since: watch.since, look });
  }

  #due({ lookedAt }: Watch): boolean {
    return this.#since(lookedAt) >= this.#work.everyMs;
  }

  /** Milliseconds of ECS's time since a monotonic moment. */
  #since(moment: number): number {
    return (this.#session.dependencies.clock.monotonic() - moment) * this.#work.timeScale;
  }

  #write({ hookId, stage, weight }: OpenGate, state: GateEntry['state'], reason?: string): void {
    this.#session.recorder.write({
      kind: 'gate',
      at: this.#session.dependencies.clock.now(),
      gate: hookId,
      stage,
      weight,
      state,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
