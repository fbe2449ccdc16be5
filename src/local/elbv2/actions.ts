/** The actions of a rule: here always one, which forwards, redirects or answers. */
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { checkRange, invalidAction, required, validationError } from './errors.ts';
import type { FindContext } from './find.ts';
import { checkFixedResponse, checkRedirect } from './fixed-actions.ts';
import { checkForward } from './forward-action.ts';

/** The member that configures each type of action. */
const CONFIG_OF = {
  forward: 'ForwardConfig',
  redirect: 'RedirectConfig',
  'fixed-response': 'FixedResponseConfig',
} as const;

/**
 * Actions as they are stored and shown, complete with defaults.
 * @param member for messages: `Actions` or `DefaultActions`
 * @throws AwsError ValidationError, InvalidLoadBalancerAction, TargetGroupNotFound, InvalidConfigurationRequest
 */
export function checkActions(
  actions: readonly Action[] | undefined,
  member: string,
  context: FindContext,
): readonly Action[] {
  const given = required(actions, member);
  const types = given.map((action) => required(action.Type, `${member}.Type`));
  for (const type of types) {
    if (!Object.hasOwn(CONFIG_OF, type))
      throw invalidAction(
        `The local load balancer does not serve actions of type '${type}', which need HTTPS. Leave the action out locally`,
      );
  }
  const [action] = given;
  if (action === undefined || given.length > 1)
    throw invalidAction(
      `${member} must contain exactly one action of type forward, redirect or fixed-response`,
    );
  return [checkAction(action, context)];
}

function checkAction(action: Action, context: FindContext): Action {
  for (const [type, config] of Object.entries(CONFIG_OF)) {
    if (type !== action.Type && action[config] !== undefined)
      throw validationError(`${config} can only be specified for actions of type '${type}'`);
  }
  if (action.Type !== 'forward' && action.TargetGroupArn !== undefined)
    throw validationError("TargetGroupArn can only be specified for actions of type 'forward'");
  const order = action.Order;
  if (order !== undefined) checkRange(order, 'Action order', 1, 50_000);
  return { ...checkByType(action, context), ...(order !== undefined && { Order: order }) };
}

function checkByType(action: Action, context: FindContext): Action {
  if (action.Type === 'redirect') return checkRedirect(action);
  if (action.Type === 'fixed-response') return checkFixedResponse(action);
  return checkForward(action, context);
}
