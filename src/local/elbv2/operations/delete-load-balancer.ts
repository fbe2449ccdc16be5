import type {
  DeleteLoadBalancerInput,
  DeleteLoadBalancerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { checkArn } from '../arns.ts';
import { attribute } from '../attributes.ts';
import type { Elbv2Operation } from '../context.ts';
import { deleteListenerRows } from '../delete-listener-rows.ts';
import { notPermitted, required } from '../errors.ts';
import { DELETION_PROTECTION } from '../load-balancer-attributes.ts';

/**
 * Deletes a load balancer with its listeners and rules; its target groups stay. One that does not exist is no error. Answers
 * when its ports are free.
 */
export const deleteLoadBalancer: Elbv2Operation<
  DeleteLoadBalancerInput,
  DeleteLoadBalancerOutput
> = async (input, context) => {
  const { store } = context;
  const arn = checkArn(required(input.LoadBalancerArn, 'LoadBalancerArn'), 'loadbalancer');
  const balancer = store.loadBalancers.get(arn);
  if (balancer?.region !== context.call.region) return {};
  if (attribute(balancer.attributes, DELETION_PROTECTION) === 'true')
    throw notPermitted(
      `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    );
  const listeners = store.listeners.by('loadBalancer', arn);
  store.transaction(() => {
    for (const listener of listeners) deleteListenerRows(store, listener);
    store.loadBalancers.delete(arn);
  });
  await Promise.all(
    listeners.map((listener) => context.ports.close(listener.listenerArn, listener.port)),
  );
  return {};
};
