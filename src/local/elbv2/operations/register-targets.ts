import type {
  RegisterTargetsInput,
  RegisterTargetsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { targetKey } from '../../state/store.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { Elbv2Operation } from '../context.ts';
import { findTargetGroup } from '../find.ts';
import { TARGETS_PER_TARGET_GROUP } from '../quotas.ts';
import { checkReachable, targetNames } from '../targets.ts';

/**
 * Registers targets. One that is registered stays as it is; one that is draining begins anew as initial.
 */
export const registerTargets: Elbv2Operation<RegisterTargetsInput, RegisterTargetsOutput> = (
  input,
  context,
) => {
  const { store } = context;
  const group = findTargetGroup(context, input.TargetGroupArn);
  const names = targetNames(group, input.Targets);
  for (const name of names) checkReachable(group, name);
  const added = new Map(
    names
      .map((name) => [targetKey(name), name] as const)
      .filter(([key]) => {
        const present = store.targets.get(key);
        return present === undefined || present.deregisteredAt !== undefined;
      }),
  );
  const unknown = [...added.keys()].filter((key) => store.targets.get(key) === undefined);
  const count = store.targets.count('targetGroup', group.targetGroupArn) + unknown.length;
  if (count > TARGETS_PER_TARGET_GROUP)
    throw new AwsError(
      'TooManyTargets',
      `The maximum number of targets '${TARGETS_PER_TARGET_GROUP}' has been reached on target group '${group.targetGroupArn}'`,
    );
  const registeredAt = context.clock.now();
  store.transaction(() => {
    for (const [key, name] of added)
      store.targets.put(key, { ...name, health: 'initial', registeredAt });
  });
  return {};
};
