/** Measures for a gate: every check once, told once for each change of what it says. */
import type { Assessment } from '../../analysis/measurement.ts';
import { defined } from '../../base/defined.ts';
import { ApiError, mayRetry } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import { groupNeed } from '../measure/group-need.ts';
import type { Measure, MeasureWindow } from '../measure/measure.ts';
import type { Session } from '../session/session.ts';
import type { ObservedRollout } from '../observed/observation.ts';
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

const NO_GROUPS: MeasuredGroups = { green: undefined, blue: undefined };

/** One a rollout. */
export class GateMeasurer {
  readonly #session: Session;
  readonly #measure: Measure;
  readonly #told = new Map<string, string>();
  #groups: MeasuredGroups | undefined;
  /** They may not be read. */
  #denied = false;

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
    const assessed: Assessment[] = [];
    for (const check of checks) {
      assessed.push(await this.#one(check, { moment, since, look }, rollout, gate));
    }
    return assessed;
  }

  async #one(
    check: AnalysisCheck,
    when: Pick<MeasureWindow, 'moment' | 'since' | 'look'>,
    rollout: ObservedRollout,
    gate: string | undefined,
  ): Promise<Assessment> {
    const { recorder, dependencies } = this.#session;
    const assessment = await this.#measured(check, when, rollout);
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
  async #measured(
    check: AnalysisCheck,
    when: Pick<MeasureWindow, 'moment' | 'since' | 'look'>,
    rollout: ObservedRollout,
  ): Promise<Assessment> {
    try {
      const { green, blue } = await this.#groupsFor(check, rollout);
      const blueServes = rollout.sources.some(({ productionWeight = 0 }) => productionWeight > 0);
      return await this.#measure(check, { ...when, green, blue: blueServes ? blue : undefined });
    } catch (error) {
      if (!(error instanceof ApiError) || !mayRetry(error.kind)) throw error;
      return { ...NOTHING, text: `${error.permission} keeps failing: ${error.code}` };
    }
  }

  /** Read where they are needed only: to a deploy that measures something else they may be denied. */
  async #groupsFor(check: AnalysisCheck, rollout: ObservedRollout): Promise<MeasuredGroups> {
    const need = groupNeed(check);
    if (this.#groups !== undefined) return this.#groups;
    if (need === 'none' || (need === 'helps' && this.#denied)) return NO_GROUPS;
    try {
      return (this.#groups = await measuredGroups(this.#session, rollout));
    } catch (error) {
      if (!(error instanceof ApiError) || need === 'needed' || mayRetry(error.kind)) throw error;
      this.#denied = true;
      const { message } = describeApiError(error);
      const without = 'the target groups are not known, and metric math goes by its own metrics';
      this.#session.say('warning', 'detail-lost', `${without}: ${message}`);
      return NO_GROUPS;
    }
  }
}
