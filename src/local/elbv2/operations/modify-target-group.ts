import type {
  ModifyTargetGroupInput,
  ModifyTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Elbv2Operation } from '../context.ts';
import { describeTargetGroup } from '../describe.ts';
import { findTargetGroup } from '../find.ts';
import { changeHealthCheck } from '../health-check.ts';
import { userOf } from '../target-group-use.ts';

/** Changes how the health of a group's targets is checked; what the request does not name stays. */
export const modifyTargetGroup: Elbv2Operation<ModifyTargetGroupInput, ModifyTargetGroupOutput> = (
  input,
  context,
) => {
  const group = findTargetGroup(context, input.TargetGroupArn);
  const changed = { ...group, ...changeHealthCheck(group, input) };
  context.store.transaction(() => context.store.targetGroups.put(group.targetGroupArn, changed));
  return {
    TargetGroups: [describeTargetGroup(changed, userOf(context.store, group.targetGroupArn))],
  };
};
