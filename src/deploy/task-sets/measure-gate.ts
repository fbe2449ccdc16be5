/** A gate between two steps of the traffic: asks the checks until they decide. */
import { decideGate, type GateCheck } from '../../analysis/gate.ts';
import type { Assessment, GateDecision } from '../../analysis/measurement.ts';
import { defined } from '../../base/defined.ts';
import type { GateEntry } from '../../record/entries.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import type { Measure, MeasureWindow } from '../measure/measure.ts';
import type { Session } from '../session/session.ts';
import type { GateScene } from './gate-scene.ts';
import type { LeaseKeeper } from './lease.ts';
import type { Step } from './step.ts';

/** Milliseconds between two looks: CloudWatch has new data each minute, an HTTP check may answer sooner. */
const MEASURE_EVERY_MS = 15_000;

/** A gate as `nextStep` names it. */
export type GateStep = Extract<Step, { kind: 'gate' }>;

/** What the gates of a rollout measure with. */
export interface GateKit {
  readonly checks: readonly AnalysisCheck[];
  readonly measure: Measure;
  /** How many times as fast ECS's time runs than a watch: deadlines are given in ECS's. */
  readonly timeScale: number;
  /** Counts the looks of all clients of this rollout. */
  readonly keeper: Pick<LeaseKeeper, 'countLook'>;
}

/** The gates of one client's part of a rollout. */
export class Gates {
  readonly #session: Session;
  readonly #kit: GateKit;
  /** The one that is open. */
  #open: GateStep | undefined;
  /** Monotonic ms. */
  #openedAt = 0;
  #lookedAt = -Infinity;

  constructor(session: Session, kit: GateKit) {
    this.#session = session;
    this.#kit = kit;
  }

  /**
   * Looks once, when it is time to.
   * @returns what to do; `wait` between two looks
   * @throws ApiError when a measurement is denied or wrong
   */
  async attend(gate: GateStep, scene: GateScene): Promise<GateDecision> {
    const now = this.#session.dependencies.clock.monotonic();
    if (this.#open?.name !== gate.name) {
      this.#open = gate;
      this.#openedAt = now;
      this.#lookedAt = -Infinity;
      this.#write(gate, 'opened');
    }
    const pause = MEASURE_EVERY_MS / this.#kit.timeScale;
    if (now - this.#lookedAt < pause) return { kind: 'wait', why: 'measuring' };
    this.#lookedAt = now;
    const decision = decideGate(
      await this.#look(gate, scene),
      (now - this.#openedAt) * this.#kit.timeScale,
    );
    if (decision.kind === 'continue') this.close('continued', decision.why);
    return decision;
  }

  /** Says in the record what became of the gate that is open, if one is. */
  close(state: Exclude<GateEntry['state'], 'opened'>, reason?: string): void {
    if (this.#open !== undefined) this.#write(this.#open, state, reason);
    this.#open = undefined;
  }

  #write(gate: GateStep, state: GateEntry['state'], reason?: string): void {
    const { recorder, dependencies } = this.#session;
    recorder.write({
      kind: 'gate',
      at: dependencies.clock.now(),
      gate: gate.name,
      stage: gate.moment === 'test' ? 'TEST_TRAFFIC' : 'PRODUCTION_TRAFFIC',
      weight: gate.weight,
      state,
      ...defined({ reason }),
    });
  }

  async #look(gate: GateStep, scene: GateScene): Promise<readonly GateCheck[]> {
    const checks = this.#kit.checks.filter((check) => check.moments.includes(gate.moment));
    const window: MeasureWindow = {
      moment: gate.moment,
      look: this.#kit.keeper.countLook(),
      ...scene,
    };
    const looked: GateCheck[] = [];
    for (const check of checks) {
      const assessment = await this.#measure(check, window);
      const { outcome, text, ...numbers } = assessment;
      this.#session.recorder.write({
        kind: 'measurement',
        at: this.#session.dependencies.clock.now(),
        gate: gate.name,
        check: check.name,
        outcome,
        text,
        ...defined(numbers),
      });
      const { name, onNoData, deadlineMs } = check;
      looked.push({ name, onNoData, deadlineMs, assessment });
    }
    return looked;
  }

  async #measure(check: AnalysisCheck, window: MeasureWindow): Promise<Assessment> {
    try {
      return await this.#kit.measure(check, window);
    } catch (error) {
      // What fails for the moment is looked at again; what is denied or wrong ends the rollout, which says so.
      if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
      return {
        outcome: 'no-data',
        text: `${error.permission} keeps failing: ${error.code}`,
        value: undefined,
        limit: undefined,
        samples: undefined,
        baseline: undefined,
        confidence: undefined,
      };
    }
  }
}
