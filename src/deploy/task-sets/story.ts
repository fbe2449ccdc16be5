/** What one client has to tell of a rollout: to the record while it goes on, and as the cause in the end. */
import { lastPart } from '../../base/arn.ts';
import { containersOf } from '../definition/task-definition.ts';
import type { Session } from '../session/session.ts';
import { causeLines } from '../verdict/cause.ts';
import { LogCollector } from '../watch/log-collector.ts';
import type { RolloutTarget } from '../observed/observation.ts';
import { brokenGreen, failedTasks } from './broken.ts';
import type { Look } from './observe.ts';
import type { Rollout } from './rollout.ts';
import { stageOf } from './stage.ts';
import { ofGroup, TaskSetTeller } from './tell.ts';
import type { Memory } from './world.ts';

/** Remembers what was seen. */
export class Story {
  readonly #session: Session;
  readonly #rollout: Rollout;
  readonly #teller: TaskSetTeller;
  readonly #logs: LogCollector;
  #target: RolloutTarget | undefined;
  #failedBefore: number | undefined;
  #last: Look | undefined;

  constructor(session: Session, rollout: Rollout) {
    this.#session = session;
    this.#rollout = rollout;
    this.#teller = new TaskSetTeller(session);
    this.#logs = new LogCollector(session, containersOf(rollout.definition.definition));
  }

  /** The newest look. */
  last(): Look | undefined {
    return this.#last;
  }

  /**
   * Tells a look.
   * @returns whether anything had changed
   */
  async tell(look: Look, memory: Memory): Promise<boolean> {
    this.#last = look;
    const id = look.green?.id;
    if (this.#target === undefined && id !== undefined) this.#target = this.#targetOf(id);
    const changed = this.#teller.tell(look, this.#target, stageOf(look.world, memory));
    if (this.#target !== undefined) {
      await this.#logs.collect(ofGroup(look, id), this.#target, false);
    }
    return changed;
  }

  /** Why green cannot become good, or is not any more; undefined while it may be. */
  broken(look: Look): string | undefined {
    const { green, production } = look.world;
    if (this.#target === undefined || green === undefined) return undefined;
    const observation = ofGroup(look, green.id);
    const share = production?.green ?? (look.world.primary === green.id ? 100 : 0);
    if (share > 0) this.#failedBefore ??= failedTasks(observation, this.#target);
    return brokenGreen(observation, this.#target, green, share, this.#failedBefore ?? 0);
  }

  /**
   * Why it failed, in lines.
   * @param reason what made it turn back
   * @param lost details that could not be read
   */
  async cause(reason: string | undefined, lost: readonly string[]): Promise<readonly string[]> {
    const look = this.#last;
    const target = this.#target;
    if (look !== undefined && target !== undefined) {
      try {
        await this.#logs.collect(ofGroup(look, target.deploymentId), target, true);
      } catch (error) {
        // The cause stands: an interruption now only costs log lines.
        if (this.#session.signal()?.aborted !== true) throw error;
      }
    }
    return causeLines({
      observation:
        look === undefined ? undefined : ofGroup(look, target?.deploymentId ?? look.green?.id),
      target,
      reason,
      certain: undefined,
      logs: this.#logs.tails(),
      lost: [...lost, ...this.#logs.lost()],
    });
  }

  #targetOf(deploymentId: string): RolloutTarget {
    const { definition, blueDefinition, marks, plan, timeoutMs, earlierEvents } = this.#rollout;
    const definitions = [definition, blueDefinition].flatMap((each) => each ?? []);
    return {
      deploymentId,
      // Task sets have no service deployment; nothing looks for this one.
      revision: lastPart(deploymentId),
      taskDefinition: definition.arn,
      timeoutMs,
      healthChecked: new Set(
        definitions
          .filter((each) =>
            containersOf(each.definition).some((one) => one.essential && one.hasHealthCheck),
          )
          .map(({ arn }) => arn),
      ),
      balanced: plan.balanced,
      earlierEvents,
      goBackTo: marks.replacesDefinition,
    };
  }
}
