import type {
  DeleteListenerInput,
  DeleteListenerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { deleteListenerRows } from '../delete-listener-rows.ts';
import { findListener } from '../find.ts';

/** Deletes a listener with its rules; answers when its port is free. */
export const deleteListener: Elbv2Operation<DeleteListenerInput, DeleteListenerOutput> = async (
  input,
  context,
) => {
  const listener = findListener(context, input.ListenerArn);
  context.store.transaction(() => deleteListenerRows(context.store, listener));
  await context.ports.close(listener.listenerArn, listener.port);
  return {};
};
