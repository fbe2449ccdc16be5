/** What goes with a listener. */
import type { Listener } from '../state/elbv2-entities.ts';
import type { Store } from '../state/store.ts';

/** Deletes a listener with its rules, in an open transaction. */
export function deleteListenerRows(store: Store, listener: Listener): void {
  for (const rule of store.rules.by('listener', listener.listenerArn))
    store.rules.delete(rule.ruleArn);
  store.listeners.delete(listener.listenerArn);
}
