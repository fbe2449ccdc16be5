/** A target group at run time: keeps its targets and chooses one for each request. */
import type { Clock } from '../../base/clock.ts';
import type { DataPlaneEvent, TargetGroupConfig } from './data-plane.ts';
import { readCookie, stickinessCookie, stuckTo, TARGET_COOKIE } from './stickiness-cookie.ts';
import { targetKey } from './target-key.ts';
import { Target } from './target.ts';
import {
  entersSlowStart,
  leastOutstanding,
  routableTargets,
  slowStartWeight,
} from './target-choice.ts';
import { chooseByWeight } from './weighted-choice.ts';

/** A chosen target and the cookie that keeps the client on it, if the group is sticky. */
export interface ChosenTarget {
  readonly target: Target;
  readonly cookie: string | undefined;
}

/** A target group and its targets. */
export class TargetGroup {
  readonly arn: string;
  readonly #clock: Clock;
  readonly #emit: (event: DataPlaneEvent) => void;
  readonly #targets = new Map<string, Target>();
  #config: TargetGroupConfig;
  /** Derived from the targets' health; undefined when it must be derived anew. */
  #routable: readonly Target[] | undefined;
  #cursor = 0;
  #credits: readonly number[] = [];

  constructor(config: TargetGroupConfig, clock: Clock, emit: (event: DataPlaneEvent) => void) {
    this.arn = config.arn;
    this.#clock = clock;
    this.#emit = emit;
    this.#config = config;
    this.update(config);
  }

  get protocol(): TargetGroupConfig['protocol'] {
    return this.#config.protocol;
  }

  /** Takes a new configuration over; targets that stay keep their health and connections. */
  update(config: TargetGroupConfig): void {
    this.#config = config;
    this.#forgetChoice();
    const wanted = new Set<string>();
    for (const target of config.targets) {
      const key = targetKey(target);
      wanted.add(key);
      const known = this.#targets.get(key);
      if (known !== undefined) known.update(target, config);
      else this.#targets.set(key, this.#newTarget(target));
    }
    for (const [key, target] of this.#targets) {
      if (wanted.has(key)) continue;
      this.#targets.delete(key);
      target.remove();
    }
  }

  /** A target for the next request; undefined when none may get one, which is a 503. */
  choose(cookieHeader: string | undefined): ChosenTarget | undefined {
    const { enabled, durationSeconds } = this.#config.stickiness;
    if (!enabled) {
      const target = this.#chooseAny();
      return target === undefined ? undefined : { target, cookie: undefined };
    }
    const now = this.#clock.now();
    const known = this.#targets.get(stuckTo(readCookie(cookieHeader, TARGET_COOKIE), now) ?? '');
    const target = known?.health === 'healthy' && !known.draining ? known : this.#chooseAny();
    if (target === undefined) return undefined;
    const cookie = stickinessCookie(TARGET_COOKIE, target.key, durationSeconds, now);
    return { target, cookie };
  }

  /** Forgets all targets; requests in flight may end. */
  remove(): void {
    for (const target of this.#targets.values()) target.remove();
    this.#targets.clear();
    this.#forgetChoice();
  }

  /** Forgets all targets and drops their connections. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#targets.values()].map((target) => target.destroy()));
  }

  #chooseAny(): Target | undefined {
    const targets = (this.#routable ??= routableTargets([...this.#targets.values()]));
    if (this.#config.algorithm === 'least_outstanding_requests') {
      const index = leastOutstanding(
        targets.map((target) => target.inFlight),
        this.#cursor,
      );
      this.#cursor = index + 1;
      return targets[index];
    }
    const slowStartMs = this.#config.slowStartSeconds * 1000;
    if (slowStartMs > 0) {
      const now = this.#clock.monotonic();
      const weights = targets.map((target) =>
        slowStartWeight(target.slowStartedAt, slowStartMs, now),
      );
      const choice = chooseByWeight(weights, this.#credits);
      this.#credits = choice.credits;
      return targets[choice.index];
    }
    return targets[this.#cursor++ % targets.length];
  }

  #newTarget(config: TargetGroupConfig['targets'][number]): Target {
    return new Target(config, this.#config, this.#clock, {
      healthChanged: (target, before) => {
        this.#forgetChoice();
        if (target.health === 'healthy' && before !== 'healthy') this.#warmUp(target);
        this.#emit({
          kind: 'target-health',
          targetGroupArn: this.arn,
          id: target.id,
          port: target.port,
          state: target.health,
          ...(target.reason === undefined ? {} : { reason: target.reason }),
        });
      },
      drained: ({ id, port }) =>
        this.#emit({ kind: 'target-drained', targetGroupArn: this.arn, id, port }),
    });
  }

  #warmUp(target: Target): void {
    const now = this.#clock.monotonic();
    const others = [...this.#targets.values()].filter((other) => other !== target);
    const slow = entersSlowStart(this.#config.slowStartSeconds * 1000, others, now);
    target.slowStartedAt = slow ? now : undefined;
  }

  #forgetChoice(): void {
    this.#routable = undefined;
    this.#credits = [];
  }
}
