/** Which target group of a weighted forward a request goes to (reference: ECS semantics 9.4). */
import type { RuleAction } from './data-plane.ts';
import { GROUP_COOKIE, readCookie, stickinessCookie, stuckTo } from './stickiness-cookie.ts';
import { chooseByWeight } from './weighted-choice.ts';

type ForwardAction = Extract<RuleAction, { kind: 'forward' }>;

/** The chosen group; no ARN when no group has a weight above 0, which is a 503. */
export interface GroupChoice {
  readonly arn: string | undefined;
  /** Set-Cookie value for a client that is newly stuck to the group. */
  readonly cookie: string | undefined;
  /** For the next choice. */
  readonly credits: readonly number[];
}

/**
 * Chooses by weight, or by the client's cookie while it lasts: a client stays with its group even when the group's weight
 * has become 0, until the cookie ends or the rule no longer names the group. A chosen group without targets is not
 * replaced by another one, as on ALB.
 * @param now epoch milliseconds
 */
export function chooseGroup(
  action: ForwardAction,
  cookieHeader: string | undefined,
  credits: readonly number[],
  now: number,
): GroupChoice {
  const { targetGroups, stickiness } = action;
  if (stickiness.enabled) {
    const stuck = stuckTo(readCookie(cookieHeader, GROUP_COOKIE), now);
    if (stuck !== undefined && targetGroups.some((group) => group.arn === stuck))
      return { arn: stuck, cookie: undefined, credits };
  }
  const choice = chooseByWeight(
    targetGroups.map((group) => group.weight),
    credits,
  );
  const arn = targetGroups[choice.index]?.arn;
  const cookie =
    stickiness.enabled && arn !== undefined
      ? stickinessCookie(GROUP_COOKIE, arn, stickiness.durationSeconds, now)
      : undefined;
  return { arn, cookie, credits: choice.credits };
}
