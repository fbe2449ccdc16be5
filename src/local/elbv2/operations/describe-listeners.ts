import type {
  DescribeListenersInput,
  DescribeListenersOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Listener } from '../../state/elbv2-entities.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { describeListener } from '../describe.ts';
import { validationError } from '../errors.ts';
import { findListener, findLoadBalancer } from '../find.ts';
import { paginate } from '../pagination.ts';

/** Listeners by ARN, or all of one load balancer. */
export const describeListeners: Elbv2Operation<DescribeListenersInput, DescribeListenersOutput> = (
  input,
  context,
) => {
  const { items, ...next } = paginate(
    selected(input, context),
    (listener) => listener.listenerArn,
    input,
  );
  return { Listeners: items.map(describeListener), ...next };
};

function selected(input: DescribeListenersInput, context: Elbv2Context): readonly Listener[] {
  const { LoadBalancerArn: balancer, ListenerArns: arns = [] } = input;
  if ((balancer === undefined) === (arns.length === 0))
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  if (balancer === undefined) return [...new Set(arns)].map((arn) => findListener(context, arn));
  const { loadBalancerArn } = findLoadBalancer(context, balancer);
  return context.store.listeners.by('loadBalancer', loadBalancerArn);
}
