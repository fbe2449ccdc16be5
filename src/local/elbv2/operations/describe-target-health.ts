import type {
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { targetKey } from '../../state/store.ts';
import type { Elbv2Operation } from '../context.ts';
import { findTargetGroup } from '../find.ts';
import { isInUse } from '../target-group-use.ts';
import { describeTarget, describeUnregistered } from '../target-health.ts';
import { targetNames } from '../targets.ts';

/** The health of the named targets, or of all targets of a group. */
export const describeTargetHealth: Elbv2Operation<
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput
> = (input, context) => {
  const { store } = context;
  const group = findTargetGroup(context, input.TargetGroupArn);
  const inUse = isInUse(store, group.targetGroupArn);
  if (input.Targets === undefined || input.Targets.length === 0) {
    const all = store.targets.by('targetGroup', group.targetGroupArn);
    return { TargetHealthDescriptions: all.map((target) => describeTarget(group, target, inUse)) };
  }
  return {
    TargetHealthDescriptions: targetNames(group, input.Targets).map((name) => {
      const target = store.targets.get(targetKey(name));
      return target === undefined
        ? describeUnregistered(name.id, name.port)
        : describeTarget(group, target, inUse);
    }),
  };
};
