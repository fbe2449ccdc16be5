import type {
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attributeList, changeAttributes } from '../attributes.ts';
import type { Elbv2Operation } from '../context.ts';
import { required } from '../errors.ts';
import { findListener } from '../find.ts';
import { LISTENER_ATTRIBUTES } from '../listener-attributes.ts';

/** Changes the given attributes, all or none; answers with all of the listener. */
export const modifyListenerAttributes: Elbv2Operation<
  ModifyListenerAttributesInput,
  ModifyListenerAttributesOutput
> = (input, context) => {
  const listener = findListener(context, input.ListenerArn);
  const attributes = changeAttributes(
    'Listener',
    LISTENER_ATTRIBUTES,
    listener.attributes,
    required(input.Attributes, 'Attributes'),
  );
  context.store.transaction(() =>
    context.store.listeners.put(listener.listenerArn, { ...listener, attributes }),
  );
  return { Attributes: attributeList(attributes) };
};
