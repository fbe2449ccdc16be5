/** Measures for a gate: every check once, told once for each change of what it says. */
import type { Assessment } from '../../analysis/measurement.ts';
import { defined } from '../../base/defined.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import type { Measure, MeasureWindow } from '../measure/measure.ts';
import type { Session } from '../session/session.ts';
import type { ObservedRollout } from '../watch/observation.ts';
import { measuredGroups, type MeasuredGroups } from './measured-groups.ts';

/** What a look is about. */
export interface GateLook {
  readonly checks: readonly AnalysisCheck[];
  readonly rollout: ObservedRollout;
  readonly moment: MeasureWindow['moment'];
  /** Epoch ms by ECS. */
  readonly since: number;
  /** 1 for the first. */
  readonly look: number;
  /** Hook id; undefined in the last bake. */
  readonly gate: string | undefined;
}

/** Nothing was measured. */
export const NOTHING: Assessment = {
  outcome: 'no-data',
  text: 'nothing was measured',
  value: undefined,
  limit: undefined,
  samples: undefined,
  baseline: undefined,
  confidence: undefined,
};

/** One a rollout. */
export class GateMeasurer {
  readonly #session: Session;
  readonly #measure: Measure;
  readonly #told = new Map<string, string>();
  #groups: MeasuredGroups | undefined;

  constructor(session: Session, measure: Measure) {
    this.#session = session;
    this.#measure = measure;
  }

  /**
   * Looks once with every check.
   * @returns what each says, in the order of the checks
   * @throws ApiError when a call is denied or refused for good
   */
  async look(what: GateLook): Promise<readonly Assessment[]> {
    const { checks, rollout, moment, since, look, gate } = what;
    if (checks.length === 0) return [];
    this.#groups ??= await measuredGroups(this.#session, rollout);
    const blueServes = rollout.sources.some(({ productionWeight = 0 }) => productionWeight > 0);
    const { green, blue } = this.#groups;
    const window = { moment, since, look, green, blue: blueServes ? blue : undefined };
    const assessed: Assessment[] = [];
    for (const check of checks) assessed.push(await this.#one(check, window, gate));
    return assessed;
  }

  async #one(
    check: AnalysisCheck,
    window: MeasureWindow,
    gate: string | undefined,
  ): Promise<Assessment> {
    const { recorder, dependencies } = this.#session;
    const assessment = await this.#measured(check, window);
    const { outcome, text, ...numbers } = assessment;
    const said = `${outcome} ${text}`;
    if (this.#told.get(check.name) === said) return assessment;
    this.#told.set(check.name, said);
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

  /** What fails for the moment is looked at again; what is denied or wrong ends the command, which says so. */
  async #measured(check: AnalysisCheck, window: MeasureWindow): Promise<Assessment> {
    try {
      return await this.#measure(check, window);
    } catch (error) {
      if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
      return { ...NOTHING, text: `${error.permission} keeps failing: ${error.code}` };
    }
  }
}
