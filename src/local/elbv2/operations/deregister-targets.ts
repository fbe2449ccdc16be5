import type {
  DeregisterTargetsInput,
  DeregisterTargetsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { targetKey } from '../../state/store.ts';
import type { Elbv2Operation } from '../context.ts';
import { findTargetGroup } from '../find.ts';
import { targetNames } from '../targets.ts';

/**
 * Deregisters targets: they drain, and are gone when the balancer has no request of theirs left or the deregistration delay has
 * passed. Targets that are not registered are no error.
 */
export const deregisterTargets: Elbv2Operation<DeregisterTargetsInput, DeregisterTargetsOutput> = (
  input,
  context,
) => {
  const { store } = context;
  const group = findTargetGroup(context, input.TargetGroupArn);
  const keys = targetNames(group, input.Targets).map(targetKey);
  const deregisteredAt = context.clock.now();
  store.transaction(() => {
    for (const key of keys) {
      const target = store.targets.get(key);
      if (target !== undefined && target.deregisteredAt === undefined)
        store.targets.put(key, { ...target, deregisteredAt });
    }
  });
  return {};
};
