/** One target of the simulated data plane. */
import type { Clock, Timer } from '../../base/clock.ts';
import type { DataPlaneEvent, TargetConfig, TargetGroupConfig } from './data-plane.ts';
import {
  CHECK_FAILED,
  looksTheSame,
  nextTargetHealth,
  targetHealth,
  type ProbeResult,
  type TargetHealth,
} from './target-health.ts';

/** From `fromMs` milliseconds after its registration on, a target answers its checks so. */
export interface HealthPhase {
  readonly fromMs: number;
  readonly result: ProbeResult;
}

/** How a target behaves: what it answers all its life, or phases in order, the first from 0. */
export interface TargetModel {
  readonly health: ProbeResult | readonly HealthPhase[];
  /** How long its last request takes once it drains, in milliseconds; 0 unless said; never longer than the delay. */
  readonly inFlightMs?: number;
}

/** A target whose checks are answered by its model; without an address they fail, as those of a real one do. */
export class SimulatedTarget {
  readonly #model: TargetModel;
  readonly #clock: Clock;
  readonly #emit: (event: DataPlaneEvent) => void;
  #config: TargetConfig;
  #group: TargetGroupConfig;
  #health: TargetHealth;
  /** Checks run at this time plus multiples of the interval. Monotonic milliseconds. */
  #registeredAt: number;
  #lastCheckAt: number;
  #timer: Timer | undefined;

  constructor(
    config: TargetConfig,
    group: TargetGroupConfig,
    model: TargetModel,
    clock: Clock,
    emit: (event: DataPlaneEvent) => void,
  ) {
    this.#model = model;
    this.#clock = clock;
    this.#emit = emit;
    this.#config = config;
    this.#group = group;
    this.#health = targetHealth(config.health ?? 'initial');
    this.#registeredAt = this.#lastCheckAt = clock.monotonic();
    this.#begin();
  }

  /** Takes a new configuration over. */
  update(config: TargetConfig, group: TargetGroupConfig): void {
    const before = this.#config;
    const checksBefore = this.#group.healthCheck;
    if (before === config && checksBefore === group.healthCheck) {
      this.#group = group;
      return;
    }
    this.#config = config;
    this.#group = group;
    if (before.draining !== config.draining) {
      this.#timer?.cancel();
      if (!config.draining) {
        // Registered again: it begins as any other target does.
        this.#health = targetHealth(config.health ?? 'initial');
        this.#registeredAt = this.#clock.monotonic();
      }
      this.#begin();
    } else if (!config.draining) {
      const moved =
        before.address?.host !== config.address?.host ||
        before.address?.port !== config.address?.port;
      if (moved) this.#plan(0);
      else if (!sameChecks(checksBefore, group.healthCheck)) this.#planNext();
    }
  }

  /** Forgets the target without a word. */
  remove(): void {
    this.#timer?.cancel();
  }

  #begin(): void {
    if (!this.#config.draining) {
      this.#plan(0);
      return;
    }
    const delayMs = this.#group.deregistrationDelaySeconds * 1000;
    const { id, port } = this.#config;
    this.#timer = this.#clock.setTimer(Math.min(this.#model.inFlightMs ?? 0, delayMs), () =>
      this.#emit({ kind: 'target-drained', targetGroupArn: this.#group.arn, id, port }),
    );
  }

  #plan(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(delayMs, () => this.#check());
  }

  #check(): void {
    this.#lastCheckAt = this.#clock.monotonic();
    const { enabled } = this.#group.healthCheck;
    const before = this.#health;
    this.#health = enabled
      ? nextTargetHealth(before, this.#resultNow(), this.#group.healthCheck)
      : targetHealth('healthy');
    this.#planNext();
    if (!looksTheSame(before, this.#health)) this.#tell();
  }

  /** Plans the next check that can change anything; when there is none, the target is at rest. */
  #planNext(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { healthCheck } = this.#group;
    if (!healthCheck.enabled) {
      if (this.#health.state !== 'healthy') this.#plan(0);
      return;
    }
    const now = this.#clock.monotonic();
    const intervalMs = healthCheck.intervalSeconds * 1000;
    const nextAt = Math.max(now, this.#lastCheckAt + intervalMs);
    if (nextTargetHealth(this.#health, this.#resultNow(), healthCheck) !== this.#health) {
      this.#plan(nextAt - now);
      return;
    }
    const phaseAt = this.#nextPhaseAt(now);
    if (phaseAt === undefined) return;
    // The checks until then would change nothing: go to the first one in the next phase.
    const skipped = Math.max(0, Math.ceil((phaseAt - nextAt) / intervalMs));
    this.#plan(nextAt + skipped * intervalMs - now);
  }

  #resultNow(): ProbeResult {
    if (this.#config.address === undefined) return CHECK_FAILED;
    const { health } = this.#model;
    if ('kind' in health) return health;
    const age = this.#clock.monotonic() - this.#registeredAt;
    return health.findLast((phase) => phase.fromMs <= age)?.result ?? CHECK_FAILED;
  }

  #nextPhaseAt(now: number): number | undefined {
    const { health } = this.#model;
    if ('kind' in health || this.#config.address === undefined) return undefined;
    const next = health.find((phase) => this.#registeredAt + phase.fromMs > now);
    return next === undefined ? undefined : this.#registeredAt + next.fromMs;
  }

  #tell(): void {
    const { id, port } = this.#config;
    const { state, reason } = this.#health;
    this.#emit({
      kind: 'target-health',
      targetGroupArn: this.#group.arn,
      id,
      port,
      state,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}

function sameChecks(
  one: TargetGroupConfig['healthCheck'],
  other: TargetGroupConfig['healthCheck'],
): boolean {
  return (
    one.enabled === other.enabled &&
    one.intervalSeconds === other.intervalSeconds &&
    one.healthyThreshold === other.healthyThreshold &&
    one.unhealthyThreshold === other.unhealthyThreshold
  );
}
