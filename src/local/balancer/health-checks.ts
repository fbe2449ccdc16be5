/** Checks one target again and again: at once, then by the interval, counted from the start of each check. */
import type { Clock, Timer } from '../../base/clock.ts';
import type { HealthCheckConfig, TargetConfig } from './data-plane.ts';
import { startProbe, type Probe } from './probe.ts';
import { looksTheSame, nextTargetHealth, type TargetHealth } from './target-health.ts';

/** The checks of one target. */
export class HealthChecks {
  readonly #clock: Clock;
  readonly #onChange: (health: TargetHealth) => void;
  #config: HealthCheckConfig;
  #address: TargetConfig['address'];
  #health: TargetHealth;
  #timer: Timer | undefined;
  #probe: Probe | undefined;
  #lastStart = 0;
  #stopped = false;

  /**
   * Begins with a check at once.
   * @param onChange called when the state or the reason is another one than before
   */
  constructor(
    clock: Clock,
    config: HealthCheckConfig,
    address: TargetConfig['address'],
    health: TargetHealth,
    onChange: (health: TargetHealth) => void,
  ) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#config = config;
    this.#address = address;
    this.#health = health;
    this.#plan(0);
  }

  /** Takes a new configuration or address over; another address is checked at once. */
  update(config: HealthCheckConfig, address: TargetConfig['address']): void {
    const moved = address?.host !== this.#address?.host || address?.port !== this.#address?.port;
    const resumed = config.enabled && !this.#config.enabled;
    this.#config = config;
    this.#address = address;
    if (moved) {
      // What the former address answers says nothing about this one.
      this.#probe?.cancel();
      this.#probe = undefined;
    }
    if (moved || resumed) this.#plan(0);
    else if (this.#probe === undefined) this.#planNext();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#probe?.cancel();
  }

  #plan(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(delayMs, () => void this.#check());
  }

  #planNext(): void {
    const due = this.#lastStart + this.#config.intervalSeconds * 1000;
    this.#plan(Math.max(0, due - this.#clock.monotonic()));
  }

  async #check(): Promise<void> {
    this.#lastStart = this.#clock.monotonic();
    if (!this.#config.enabled) {
      // Without checks a target gets requests, as ALB's `unavailable` ones do.
      this.#take({ state: 'healthy', passes: 0, failures: 0 });
      return;
    }
    const probe = startProbe(this.#address, this.#config, this.#clock);
    this.#probe = probe;
    const result = await probe.result;
    if (this.#stopped || this.#probe !== probe) return;
    this.#probe = undefined;
    this.#planNext();
    this.#take(nextTargetHealth(this.#health, result, this.#config));
  }

  #take(health: TargetHealth): void {
    const before = this.#health;
    this.#health = health;
    if (!looksTheSame(before, health)) this.#onChange(health);
  }
}
