import type {
  ModifyListenerInput,
  ModifyListenerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Listener } from '../../state/elbv2-entities.ts';
import { checkActions } from '../actions.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeListener } from '../describe.ts';
import { balancerOf, findListener } from '../find.ts';
import { admitListener } from '../listener-admission.ts';
import { checkListenerInput, withOpenPort } from '../listener-port.ts';

/**
 * Changes the port or the default actions of a listener. On another port it listens before it leaves the old one, so that
 * nothing is half done when that port cannot be had.
 */
export const modifyListener: Elbv2Operation<ModifyListenerInput, ModifyListenerOutput> = async (
  input,
  context,
) => {
  const listener = findListener(context, input.ListenerArn);
  checkListenerInput(input);
  const changes: Pick<Listener, 'port'> & Partial<Pick<Listener, 'defaultActions'>> = {
    port: input.Port ?? listener.port,
    ...(input.DefaultActions !== undefined && {
      defaultActions: checkActions(input.DefaultActions, 'DefaultActions', context),
    }),
  };
  if (changes.port === listener.port)
    return { Listeners: [describeListener(apply(context, listener.listenerArn, changes))] };
  const moved = { ...listener, ...changes };
  admitListener(context, moved);
  const changed = await withOpenPort(context, balancerOf(context, listener), moved, () =>
    apply(context, listener.listenerArn, changes),
  );
  await context.ports.close(listener.listenerArn, listener.port);
  return { Listeners: [describeListener(changed)] };
};

/** Writes the changes upon the listener as it is now, which another request may have changed or deleted. */
function apply(context: Elbv2Context, arn: string, changes: Partial<Listener>): Listener {
  const { store } = context;
  return store.transaction(() => {
    const changed = { ...findListener(context, arn), ...changes };
    admitListener(context, changed);
    store.listeners.put(arn, changed);
    return changed;
  });
}
