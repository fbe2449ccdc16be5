import type {
  CreateListenerInput,
  CreateListenerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Listener } from '../../state/elbv2-entities.ts';
import { checkActions } from '../actions.ts';
import { listenerArn, ruleArn } from '../arns.ts';
import { initialAttributes } from '../attributes.ts';
import type { Elbv2Operation } from '../context.ts';
import { describeListener } from '../describe.ts';
import { validationError } from '../errors.ts';
import { findLoadBalancer } from '../find.ts';
import { admitListener } from '../listener-admission.ts';
import { LISTENER_ATTRIBUTES } from '../listener-attributes.ts';
import { checkListenerInput, listenerOnPort, withOpenPort } from '../listener-port.ts';
import { checkTags, sameTags } from '../tags.ts';

/**
 * Creates a listener: when it answers, the port is open. The same request again answers with the same listener; a port that is
 * busy or privileged is an error that says who has it and what to do.
 */
export const createListener: Elbv2Operation<CreateListenerInput, CreateListenerOutput> = async (
  input,
  context,
) => {
  const { store } = context;
  const balancer = findLoadBalancer(context, input.LoadBalancerArn);
  checkListenerInput(input);
  if (input.Protocol === undefined) throw validationError('A listener protocol must be specified');
  if (input.Port === undefined) throw validationError('A listener port must be specified');
  const arn = listenerArn(balancer.loadBalancerArn, context.ids.hex(16));
  const listener: Listener = {
    listenerArn: arn,
    loadBalancerArn: balancer.loadBalancerArn,
    region: context.call.region,
    protocol: input.Protocol,
    port: input.Port,
    defaultActions: checkActions(input.DefaultActions, 'DefaultActions', context),
    defaultRuleArn: ruleArn(arn, context.ids.hex(16)),
    attributes: initialAttributes(LISTENER_ATTRIBUTES),
    tags: checkTags(input.Tags),
    createdAt: context.clock.now(),
  };
  const existing = listenerOnPort(store, balancer.loadBalancerArn, listener.port);
  if (existing !== undefined && isSame(existing, listener))
    return { Listeners: [describeListener(existing)] };
  admitListener(context, listener);
  await withOpenPort(context, balancer, listener, () =>
    store.transaction(() => {
      admitListener(context, listener);
      store.listeners.put(arn, listener);
    }),
  );
  return { Listeners: [describeListener(listener)] };
};

function isSame(existing: Listener, wanted: Listener): boolean {
  return (
    existing.protocol === wanted.protocol &&
    JSON.stringify(existing.defaultActions) === JSON.stringify(wanted.defaultActions) &&
    sameTags(existing.tags, wanted.tags)
  );
}
