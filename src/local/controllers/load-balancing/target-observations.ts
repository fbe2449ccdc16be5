/** Writes what the data plane observes into the state: the health of targets, and that they have drained. */
import type { Clock, Timer } from '../../../base/clock.ts';
import type { DataPlaneEvent } from '../../balancer/data-plane.ts';
import { isInUse } from '../../elbv2/target-group-use.ts';
import type { Log } from '../../log.ts';
import type { Target } from '../../state/elbv2-entities.ts';
import { StateWriteError, targetKey, type Store } from '../../state/store.ts';

/** After the state could not be written, the same is tried again this much later. */
const WRITE_RETRY_MS = 1_000;

/** What was seen of a target. */
type Seen = Pick<Target, 'health' | 'reason'>;

/** What it needs. */
export interface TargetObservationsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Collects what happens at one instant and writes it in one transaction.
 *
 * The data plane checks the targets of every group. While nothing forwards to a group its targets count as not checked
 * (reference: ECS semantics 9.3): they are `initial` in the state, and what was seen of them is kept aside until it counts.
 */
export class TargetObservations {
  readonly #options: TargetObservationsOptions;
  #events: DataPlaneEvent[] = [];
  /** Groups that began or ceased to be forwarded to. */
  readonly #turned = new Set<string>();
  /** What was seen of targets of groups that nothing forwards to, by target key. */
  readonly #aside = new Map<string, Seen>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: TargetObservationsOptions) {
    this.#options = options;
  }

  /** Takes an observation. */
  observe(event: DataPlaneEvent): void {
    this.#events.push(event);
    this.#plan(0);
  }

  /** Something began or ceased to forward to the group. */
  useChanged(targetGroupArn: string): void {
    this.#turned.add(targetGroupArn);
    this.#plan(0);
  }

  /** The target is no longer registered: what was seen of it is worth nothing, even if it is registered again. */
  forget(target: Target): void {
    this.#aside.delete(targetKey(target));
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Not at once: who is told of a transaction must not begin the next before all others are told. */
  #plan(delayMs: number): void {
    if (this.#closed) return;
    this.#timer ??= this.#options.clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#write();
    });
  }

  #write(): void {
    const { store, log } = this.#options;
    // What is kept aside changes with the state or, where that cannot be written, not at all.
    const afterwards: (() => void)[] = [];
    try {
      store.transaction(() => {
        // What was seen before comes first: an event of this instant is newer than what was kept aside.
        for (const arn of this.#turned) this.#turn(arn, afterwards);
        for (const event of this.#events) this.#apply(event, afterwards);
      });
    } catch (error) {
      if (!(error instanceof StateWriteError)) throw error;
      log.error('the health of targets could not be written; it is tried again', { error });
      this.#plan(WRITE_RETRY_MS);
      return;
    }
    for (const change of afterwards) change();
    this.#events = [];
    this.#turned.clear();
  }

  #apply(event: DataPlaneEvent, afterwards: (() => void)[]): void {
    const { store } = this.#options;
    const key = targetKey({ ...event });
    const target = store.targets.get(key);
    if (target === undefined) return;
    const isDraining = target.deregisteredAt !== undefined;
    if (event.kind === 'target-drained') {
      // A target that was registered again meanwhile is not gone.
      if (isDraining) store.targets.delete(key);
      return;
    }
    if (isDraining) return;
    const seen: Seen = {
      health: event.state,
      ...(event.reason !== undefined && { reason: event.reason }),
    };
    if (isInUse(store, target.targetGroupArn)) this.#put(key, target, seen);
    else afterwards.push(() => this.#aside.set(key, seen));
  }

  /** Lets what was kept aside count, or keeps aside what no longer counts. */
  #turn(targetGroupArn: string, afterwards: (() => void)[]): void {
    const { store } = this.#options;
    const inUse = isInUse(store, targetGroupArn);
    for (const target of store.targets.by('targetGroup', targetGroupArn)) {
      if (target.deregisteredAt !== undefined) continue;
      const key = targetKey(target);
      const aside = this.#aside.get(key);
      if (inUse && aside !== undefined) {
        afterwards.push(() => this.#aside.delete(key));
        this.#put(key, target, aside);
      } else if (!inUse && target.health !== 'initial') {
        afterwards.push(() => this.#aside.set(key, target));
        this.#put(key, target, { health: 'initial' });
      }
    }
  }

  #put(key: string, target: Target, seen: Seen): void {
    const { reason: _former, ...rest } = target;
    this.#options.store.targets.put(key, {
      ...rest,
      health: seen.health,
      ...(seen.reason !== undefined && { reason: seen.reason }),
    });
  }
}
