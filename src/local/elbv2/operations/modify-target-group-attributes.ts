import type {
  Action,
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attribute, attributeList, changeAttributes } from '../attributes.ts';
import type { Elbv2Context, Elbv2Operation } from '../context.ts';
import { required } from '../errors.ts';
import { findTargetGroup } from '../find.ts';
import { groupStickinessNeeded } from '../forward-action.ts';
import {
  checkTargetGroupAttributes,
  STICKINESS,
  TARGET_GROUP_ATTRIBUTES,
} from '../target-group-attributes.ts';

/** Changes the given attributes, all or none; answers with all of the target group. */
export const modifyTargetGroupAttributes: Elbv2Operation<
  ModifyTargetGroupAttributesInput,
  ModifyTargetGroupAttributesOutput
> = (input, context) => {
  const group = findTargetGroup(context, input.TargetGroupArn);
  const attributes = changeAttributes(
    'Target group',
    TARGET_GROUP_ATTRIBUTES,
    group.attributes,
    required(input.Attributes, 'Attributes'),
  );
  checkTargetGroupAttributes(attributes);
  if (attribute(attributes, STICKINESS) === 'true') checkUsers(context, group.targetGroupArn);
  context.store.transaction(() =>
    context.store.targetGroups.put(group.targetGroupArn, { ...group, attributes }),
  );
  return { Attributes: attributeList(attributes) };
};

/** Sticky targets need group stickiness in each rule that spreads requests over this and other groups. */
function checkUsers(context: Elbv2Context, arn: string): void {
  const users: readonly (readonly Action[])[] = [
    ...context.store.listeners.by('targetGroup', arn).map((listener) => listener.defaultActions),
    ...context.store.rules.by('targetGroup', arn).map((rule) => rule.actions),
  ];
  for (const { ForwardConfig: config } of users.flat()) {
    const several = (config?.TargetGroups ?? []).length > 1;
    if (several && config?.TargetGroupStickinessConfig?.Enabled !== true)
      throw groupStickinessNeeded();
  }
}
