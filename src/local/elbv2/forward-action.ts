/** Forward actions: to one target group or to several by weight (reference: ECS semantics 9.4). */
import type {
  Action,
  TargetGroupStickinessConfig,
  TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { attribute } from './attributes.ts';
import { checkRange, invalidAction, invalidConfiguration, validationError } from './errors.ts';
import { findTargetGroup, type FindContext } from './find.ts';
import { TARGET_GROUPS_PER_ACTION } from './quotas.ts';
import { STICKINESS } from './target-group-attributes.ts';

const WEEK_SECONDS = 604_800;

/**
 * A forward action as it is stored and shown: ForwardConfig always, TargetGroupArn beside it when it is one group.
 * @throws AwsError ValidationError, TargetGroupNotFound, InvalidLoadBalancerAction, InvalidConfigurationRequest
 */
export function checkForward(action: Action, context: FindContext): Action {
  const groups = targetGroupsOf(action).map((group) => checkTuple(group, context));
  const stickiness = checkStickiness(action.ForwardConfig?.TargetGroupStickinessConfig);
  checkStickyTargets(groups, stickiness, context);
  const only = groups.length === 1 ? groups[0] : undefined;
  return {
    Type: 'forward',
    ...(only !== undefined && { TargetGroupArn: only.TargetGroupArn }),
    ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: stickiness },
  };
}

function targetGroupsOf(action: Action): readonly TargetGroupTuple[] {
  const { TargetGroupArn: arn, ForwardConfig: config } = action;
  const groups = config?.TargetGroups ?? [];
  if (groups.length === 0) {
    if (arn === undefined)
      throw validationError(
        "An action of type 'forward' needs a TargetGroupArn or a ForwardConfig with TargetGroups",
      );
    return [{ TargetGroupArn: arn }];
  }
  if (arn !== undefined && (groups.length > 1 || groups[0]?.TargetGroupArn !== arn))
    throw validationError(
      'When both TargetGroupArn and ForwardConfig are specified, ForwardConfig must have one target group and it must be the one of TargetGroupArn',
    );
  if (groups.length > TARGET_GROUPS_PER_ACTION)
    throw invalidAction(
      `A forward action can have at most '${TARGET_GROUPS_PER_ACTION}' target groups, not '${groups.length}'`,
    );
  const arns = groups.map((group) => group.TargetGroupArn);
  const twice = arns.find((each, index) => arns.indexOf(each) !== index);
  if (twice !== undefined)
    throw validationError(`Target group '${twice}' is given more than once in a forward action`);
  return groups;
}

function checkTuple(group: TargetGroupTuple, context: FindContext): TargetGroupTuple {
  const { targetGroupArn } = findTargetGroup(context, group.TargetGroupArn);
  const weight = checkRange(group.Weight ?? 1, 'Target group weight', 0, 999);
  return { TargetGroupArn: targetGroupArn, Weight: weight };
}

function checkStickiness(
  stickiness: TargetGroupStickinessConfig | undefined,
): TargetGroupStickinessConfig {
  const enabled = stickiness?.Enabled ?? false;
  const duration = stickiness?.DurationSeconds;
  if (enabled && duration === undefined)
    throw validationError(
      'TargetGroupStickinessConfig.DurationSeconds must be specified when target group stickiness is enabled',
    );
  if (duration === undefined) return { Enabled: enabled };
  checkRange(duration, 'Target group stickiness duration', 1, WEEK_SECONDS);
  return { Enabled: enabled, DurationSeconds: duration };
}

/** A cookie of one target group is worth nothing when the next request may go to another group. */
function checkStickyTargets(
  groups: readonly TargetGroupTuple[],
  stickiness: TargetGroupStickinessConfig,
  context: FindContext,
): void {
  if (groups.length < 2 || stickiness.Enabled === true) return;
  const sticky = groups.some(
    ({ TargetGroupArn }) =>
      attribute(findTargetGroup(context, TargetGroupArn).attributes, STICKINESS) === 'true',
  );
  if (sticky) throw groupStickinessNeeded();
}

/** Targets of a group are sticky, and a rule spreads requests over several groups without group stickiness. */
export function groupStickinessNeeded(): Error {
  return invalidConfiguration(
    'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups',
  );
}
