/**
 * Keeps the data plane in step with the state, both ways: it tells it of every listener, rule, target group and target that
 * changed, and writes what it observes of targets back. A change costs as much as the group or listener it belongs to.
 */
import type { Clock } from '../../../base/clock.ts';
import type { DataPlane } from '../../balancer/data-plane.ts';
import { isInUse } from '../../elbv2/target-group-use.ts';
import type { Log } from '../../log.ts';
import {
  forwardedTargetGroups,
  type Listener,
  type LoadBalancer,
  type Rule,
  type Target,
} from '../../state/elbv2-entities.ts';
import type { Task } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import type { Change } from '../../state/table.ts';
import type { DataPlanePorts } from './listener-ports.ts';
import { ListenerSync } from './listener-sync.ts';
import { TargetGroupSync } from './target-group-sync.ts';
import { TargetObservations } from './target-observations.ts';

/** What the controller needs. */
export interface LoadBalancingControllerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly dataPlane: DataPlane;
  /** The same that the operations have. */
  readonly ports: DataPlanePorts;
  readonly log: Log;
}

/** Watches the state and the data plane. */
export class LoadBalancingController {
  readonly #options: LoadBalancingControllerOptions;
  readonly #groups: TargetGroupSync;
  readonly #listeners: ListenerSync;
  readonly #observations: TargetObservations;
  #closed = false;

  constructor(options: LoadBalancingControllerOptions) {
    this.#options = options;
    this.#groups = new TargetGroupSync(options.store, options.dataPlane);
    this.#listeners = new ListenerSync(options);
    this.#observations = new TargetObservations(options);
  }

  /**
   * Tells the data plane everything, with the health that was last known, so that traffic flows on after a restart; then
   * follows every change. Resolves when each listener is open, or known to be busy: that is logged, and tried again.
   */
  async start(): Promise<void> {
    const { store, dataPlane } = this.#options;
    store.onChange((changes) => this.#follow(changes));
    dataPlane.onEvent((event) => this.#observations.observe(event));
    for (const { targetGroupArn } of store.targetGroups.values()) {
      this.#groups.touchGroup(targetGroupArn);
      // A crash may have come between the last rule that forwarded to it and what follows from that.
      if (!isInUse(store, targetGroupArn)) this.#observations.useChanged(targetGroupArn);
    }
    this.#groups.flush();
    await this.#listeners.start();
  }

  /** Stops following; the data plane is the caller's to close, after this. */
  close(): void {
    this.#closed = true;
    this.#listeners.close();
    this.#observations.close();
  }

  #follow(changes: readonly Change[]): void {
    if (this.#closed) return;
    const listeners = new Set<string>();
    for (const change of changes) this.#note(change, listeners);
    // Groups first: a rule may forward to one that is new.
    this.#groups.flush();
    for (const arn of listeners) this.#listeners.sync(arn);
  }

  #note(change: Change, listeners: Set<string>): void {
    // The table says which type its entities have.
    const row = change.entity ?? change.former;
    if (row === undefined) return;
    switch (change.table) {
      case 'targetGroups':
        this.#groups.touchGroup(change.key);
        return;
      case 'targets':
        this.#groups.touchTarget(row as Target);
        if (change.entity === undefined || (row as Target).deregisteredAt !== undefined)
          this.#observations.forget(row as Target);
        return;
      case 'tasks':
        this.#groups.touchTask(row as Task);
        return;
      case 'loadBalancers':
        this.#noteBalancer(row as LoadBalancer, listeners);
        return;
      case 'listeners': {
        listeners.add(change.key);
        const actionsOf = (listener: unknown) => (listener as Listener | undefined)?.defaultActions;
        this.#noteUse(actionsOf(change.former), actionsOf(change.entity));
        return;
      }
      case 'rules': {
        listeners.add((row as Rule).listenerArn);
        const actionsOf = (rule: unknown) => (rule as Rule | undefined)?.actions;
        this.#noteUse(actionsOf(change.former), actionsOf(change.entity));
        return;
      }
    }
  }

  /** Attributes of a balancer are settings of its listeners. */
  #noteBalancer(balancer: LoadBalancer, listeners: Set<string>): void {
    const { store } = this.#options;
    for (const listener of store.listeners.by('loadBalancer', balancer.loadBalancerArn))
      listeners.add(listener.listenerArn);
  }

  /** Groups that other actions forward to as well are in use before and after: looking at them costs nothing. */
  #noteUse(
    former: Listener['defaultActions'] = [],
    present: Listener['defaultActions'] = [],
  ): void {
    const before = forwardedTargetGroups(former);
    const after = forwardedTargetGroups(present);
    for (const arn of before) if (!after.includes(arn)) this.#observations.useChanged(arn);
    for (const arn of after) if (!before.includes(arn)) this.#observations.useChanged(arn);
  }
}
