/** One target as it is at run time: its connections, what is in flight to it, its health, its drain. */
import { Pool } from 'undici';
import type { Clock } from '../../base/clock.ts';
import type { TargetConfig, TargetGroupConfig, TargetHealthState } from './data-plane.ts';
import { startDrain, type Drain } from './drain.ts';
import { HealthChecks } from './health-checks.ts';
import { targetHealth, type TargetHealth } from './target-health.ts';
import { targetKey } from './target-key.ts';

/** ALB gives a target 10 s to accept a connection, then answers 504. */
const CONNECT_TIMEOUT_MS = 10_000;
/** ALB's limit for the headers of an answer. */
const MAX_RESPONSE_HEADER_BYTES = 32 * 1024;
/**
 * How long a kept-alive connection may lie idle when its target gave no hint. Shorter than the 5 s that Node's and
 * uvicorn's servers wait. Where there is a hint (`Keep-Alive: timeout=5`), the connection is not used in its last 2 s.
 */
const IDLE_CONNECTION_MS = 4_000;
const KEEP_ALIVE_MARGIN_MS = 2_000;

/** What a target tells its group. */
export interface TargetEvents {
  /** The health seen from outside, its reason, or whether it drains is another one. */
  readonly healthChanged: (target: Target, before: TargetHealthState) => void;
  readonly drained: (target: Target) => void;
}

/** A registered target. */
export class Target {
  readonly id: string;
  readonly port: number;
  readonly key: string;
  /** Monotonic milliseconds; undefined when it never had a slow start. */
  slowStartedAt: number | undefined;
  readonly #clock: Clock;
  readonly #events: TargetEvents;
  #config: TargetConfig;
  #health: TargetHealth;
  #inFlight = 0;
  #pool: Pool | undefined;
  #checks: HealthChecks | undefined;
  #drain: Drain | undefined;

  constructor(config: TargetConfig, group: TargetGroupConfig, clock: Clock, events: TargetEvents) {
    this.id = config.id;
    this.port = config.port;
    this.key = targetKey(config);
    this.#clock = clock;
    this.#events = events;
    this.#config = config;
    this.#health = targetHealth(config.health ?? 'initial');
    if (config.draining) this.#startDrain(group);
    else this.#startChecks(group);
  }

  get health(): TargetHealthState {
    return this.#health.state;
  }

  get reason(): TargetHealth['reason'] {
    return this.#health.reason;
  }

  get draining(): boolean {
    return this.#config.draining;
  }

  /** Requests and upgraded connections that have not ended. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Takes a new configuration over; health, counts and connections stay, unless the target listens elsewhere now. */
  update(config: TargetConfig, group: TargetGroupConfig): void {
    const before = this.#config;
    this.#config = config;
    if (
      config.address?.host !== before.address?.host ||
      config.address?.port !== before.address?.port
    )
      this.#closePool();
    if (config.draining && !before.draining) {
      this.#checks?.stop();
      this.#checks = undefined;
      this.#closePool();
      this.#startDrain(group);
    } else if (!config.draining && before.draining) {
      // Registered again: it begins as any other target does.
      this.#drain?.cancel();
      this.#drain = undefined;
      this.#health = targetHealth(config.health ?? 'initial');
      this.slowStartedAt = undefined;
      this.#startChecks(group);
    } else this.#checks?.update(group.healthCheck, checkedAddress(config, group));
  }

  /** The connections to this target; undefined while nothing listens behind its registered address. */
  pool(protocol: TargetGroupConfig['protocol']): Pool | undefined {
    const address = this.#config.address;
    if (address === undefined) return undefined;
    const scheme = protocol === 'HTTPS' ? 'https' : 'http';
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    return (this.#pool ??= new Pool(`${scheme}://${host}:${address.port}`, {
      allowH2: false,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS, rejectUnauthorized: false },
    }));
  }

  /** A request begins; `end` must be called once for it. */
  begin(): void {
    this.#inFlight++;
  }

  end(): void {
    this.#inFlight--;
    this.#drain?.requestEnded();
  }

  /** Forgets the target without a word; requests in flight may end. */
  remove(): void {
    this.#checks?.stop();
    this.#drain?.cancel();
    this.#drain = undefined;
    this.#closePool();
  }

  /** Forgets the target and drops its connections. */
  async destroy(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.remove();
    await pool?.destroy();
  }

  #startChecks(group: TargetGroupConfig): void {
    this.#checks = new HealthChecks(
      this.#clock,
      group.healthCheck,
      checkedAddress(this.#config, group),
      this.#health,
      (health) => {
        const before = this.#health.state;
        this.#health = health;
        this.#events.healthChanged(this, before);
      },
    );
  }

  #startDrain(group: TargetGroupConfig): void {
    this.#drain = startDrain(
      this.#clock,
      group.deregistrationDelaySeconds * 1000,
      () => this.#inFlight,
      () => this.#events.drained(this),
    );
  }

  /** Idle connections are closed now, busy ones when their request has ended. */
  #closePool(): void {
    void this.#pool?.close();
    this.#pool = undefined;
  }
}

/** Where a target's health is checked; undefined while nothing listens behind its registered address. */
function checkedAddress(config: TargetConfig, group: TargetGroupConfig): TargetConfig['address'] {
  const { address, healthCheckAddress } = config;
  const { port } = group.healthCheck;
  if (address === undefined || port === 'traffic-port') return address;
  return healthCheckAddress ?? { host: address.host, port: Number(port) };
}
