/** Keeps the gates of a traffic shift: measures before each step, lets it through or turns it back, watches the last bake. */
import { ContinueServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { defined } from '../../base/defined.ts';
import { decideGate } from '../../analysis/gate.ts';
import type { Assessment, GateDecision } from '../../analysis/measurement.ts';
import type { GateEntry } from '../../record/entries.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import type { Measure, MeasureWindow } from '../measure/measure.ts';
import type { Session } from '../session/session.ts';
import type { Observation, ObservedRollout } from '../watch/observation.ts';
import type { GateMark } from './gate-mark.ts';
import { measuredGroups, type MeasuredGroups } from './measured-groups.ts';
import { openGate, type OpenGate } from './open-gate.ts';

/** What the keeper of a rollout's gates works with. */
export interface GateWork {
  readonly mark: GateMark;
  readonly checks: readonly AnalysisCheck[];
  readonly measure: Measure;
  /** A hook ran that the old version cannot live with: nothing is turned back. */
  readonly oneWay: boolean;
  /** Milliseconds between two looks at the measurements. */
  readonly everyMs: number;
}

/**
 * - `turned-back`: ECS was told to go back, its end is awaited; `left-open`: it fails, and nothing may be turned back;
 * - `baking-badly`: the last bake measures a failure, and the rollout has to be stopped.
 */
export interface GateVerdict {
  readonly kind: 'turned-back' | 'left-open' | 'baking-badly';
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
  readonly #answered = new Set<string>();
  readonly #told = new Map<string, string>();
  /** When (epoch ms, ECS) the rollout had last changed as each pause was first seen. */
  readonly #firstSeen = new Map<string, number | undefined>();
  #watch: Watch | undefined;
  #groups: MeasuredGroups | undefined;
  #baked: readonly Assessment[] = [];

  constructor(session: Session, work: GateWork) {
    this.#session = session;
    this.#work = work;
  }

  /** Names of checks that never passed while the last bake went on: for the summary of a success. */
  undecided(): readonly string[] {
    return this.#work.checks
      .filter((check) => check.moments.includes('production'))
      .filter((_, index) => this.#baked[index]?.outcome !== 'pass')
      .map((check) => check.name);
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
    const assessed = await this.#measureAll(checks, watch, rollout, gate.moment, gate.hookId);
    const decision = decideGate(
      checks.map((check, index) => ({
        name: check.name,
        onNoData: check.onNoData,
        deadlineMs: check.deadlineMs,
        assessment: assessed[index] ?? NOTHING,
      })),
      this.#session.dependencies.clock.monotonic() - watch.openedAt,
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
        if (await this.#send(gate, rollout, 'CONTINUE'))
          this.#write(gate, 'continued', decision.why);
        return undefined;
      case 'roll-back':
        if (this.#work.oneWay) {
          this.#answered.add(gate.hookId);
          this.#write(gate, 'left-open', decision.why);
          return { kind: 'left-open', why: decision.why };
        }
        if (!(await this.#send(gate, rollout, 'ROLLBACK'))) return undefined;
        this.#write(gate, 'rolled-back', decision.why);
        return { kind: 'turned-back', why: decision.why };
    }
  }

  /** @returns false where the gate is no longer there to be answered: the next look tells what became of it */
  async #send(
    gate: OpenGate,
    { arn }: ObservedRollout,
    action: 'CONTINUE' | 'ROLLBACK',
  ): Promise<boolean> {
    const { api, dependencies } = this.#session;
    try {
      await api.change('ecs', 'ContinueServiceDeployment', (options) =>
        dependencies.clients.ecs.send(
          new ContinueServiceDeploymentCommand({
            serviceDeploymentArn: arn,
            hookId: gate.hookId,
            action,
          }),
          options,
        ),
      );
      this.#answered.add(gate.hookId);
      return true;
    } catch (error) {
      // Its time ran out, somebody else answered it, or our own answer had arrived and only its receipt was lost.
      if (!(error instanceof ApiError) || error.kind !== 'refused') throw error;
      this.#answered.add(gate.hookId);
      this.#session.say('info', 'gate-gone', `the gate was answered already: ${error.message}`);
      return false;
    }
  }

  /** While both revisions run after the last step, only a failure is acted on: ECS ends the bake by itself. */
  async #watchBake(rollout: ObservedRollout): Promise<GateVerdict | undefined> {
    const checks = this.#work.checks.filter((check) => check.moments.includes('production'));
    if (checks.length === 0) return undefined;
    const isNew = this.#watch?.key !== 'bake';
    const watch = this.#watching('bake', rollout.updatedAt ?? 0);
    if (!isNew && !this.#due(watch)) return undefined;
    this.#baked = await this.#measureAll(checks, watch, rollout, 'production', undefined);
    const failed = checks.flatMap((check, index) => {
      const assessment = this.#baked[index];
      return assessment?.outcome === 'fail' ? [`${check.name}: ${assessment.text}`] : [];
    });
    if (failed.length === 0) return undefined;
    const kind = this.#work.oneWay ? 'left-open' : 'baking-badly';
    return { kind, why: failed.join('; ') };
  }

  #watching(key: string, since: number): Watch {
    if (this.#watch?.key === key) return this.#watch;
    const now = this.#session.dependencies.clock.monotonic();
    this.#watch = { key, openedAt: now, since, looks: 0, lookedAt: now };
    return this.#watch;
  }

  #due({ lookedAt }: Watch): boolean {
    return this.#session.dependencies.clock.monotonic() - lookedAt >= this.#work.everyMs;
  }

  async #measureAll(
    checks: readonly AnalysisCheck[],
    watch: Watch,
    rollout: ObservedRollout,
    moment: MeasureWindow['moment'],
    gate: string | undefined,
  ): Promise<readonly Assessment[]> {
    if (checks.length === 0) return [];
    const looks = watch.looks + 1;
    const { clock } = this.#session.dependencies;
    this.#watch = { ...watch, looks, lookedAt: clock.monotonic() };
    this.#groups ??= await measuredGroups(this.#session, rollout);
    const blueServes = rollout.sources.some(({ productionWeight = 0 }) => productionWeight > 0);
    const window: MeasureWindow = {
      moment,
      since: watch.since,
      look: looks,
      green: this.#groups.green,
      blue: blueServes ? this.#groups.blue : undefined,
    };
    const assessed: Assessment[] = [];
    for (const check of checks) assessed.push(await this.#measureOne(check, window, gate));
    return assessed;
  }

  async #measureOne(
    check: AnalysisCheck,
    window: MeasureWindow,
    gate: string | undefined,
  ): Promise<Assessment> {
    const { recorder, dependencies } = this.#session;
    let assessment: Assessment;
    try {
      assessment = await this.#work.measure(check, window);
    } catch (error) {
      // What fails for the moment is looked at again; what is denied or wrong ends the command, which says so.
      if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
      assessment = { ...NOTHING, text: `${error.permission} keeps failing: ${error.code}` };
    }
    const { outcome, text, ...numbers } = assessment;
    if (this.#told.get(check.name) === `${outcome} ${text}`) return assessment;
    this.#told.set(check.name, `${outcome} ${text}`);
    recorder.write({
      kind: 'measurement',
      at: dependencies.clock.now(),
      ...(gate === undefined ? {} : { gate }),
      check: check.name,
      outcome,
      text,
      ...defined(numbers),
    });
    return assessment;
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

const NOTHING: Assessment = {
  outcome: 'no-data',
  text: 'nothing was measured',
  value: undefined,
  limit: undefined,
  samples: undefined,
  baseline: undefined,
  confidence: undefined,
};
