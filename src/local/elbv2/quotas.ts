/**
 * The quotas that are kept here: those of one load balancer, one rule or one target group, with AWS's default values. The
 * quotas of a whole region (50 load balancers, 3000 target groups) are not: they protect AWS, not a rollout.
 */
import type { Limit } from '@aws-sdk/client-elastic-load-balancing-v2';

/** More is TooManyListeners. */
export const LISTENERS_PER_LOAD_BALANCER = 50;
/** Default rules are not counted; more is TooManyRules. */
export const RULES_PER_LOAD_BALANCER = 100;
/** Each counted once; more is TooManyUniqueTargetGroupsPerLoadBalancer. */
export const TARGET_GROUPS_PER_LOAD_BALANCER = 100;
/** In one forward action; more is InvalidLoadBalancerAction. */
export const TARGET_GROUPS_PER_ACTION = 5;
/** More is TooManyTargets. */
export const TARGETS_PER_TARGET_GROUP = 1000;
/** In all conditions of a rule together. */
export const CONDITION_VALUES_PER_RULE = 5;
/** `*` and `?` in all conditions of a rule together. */
export const CONDITION_WILDCARDS_PER_RULE = 6;

/** As DescribeAccountLimits shows them. */
export const ACCOUNT_LIMITS: readonly Limit[] = [
  limit('listeners-per-application-load-balancer', LISTENERS_PER_LOAD_BALANCER),
  limit('rules-per-application-load-balancer', RULES_PER_LOAD_BALANCER),
  limit('target-groups-per-application-load-balancer', TARGET_GROUPS_PER_LOAD_BALANCER),
  limit('target-groups-per-action-on-application-load-balancer', TARGET_GROUPS_PER_ACTION),
  limit('targets-per-target-group', TARGETS_PER_TARGET_GROUP),
  limit('condition-values-per-alb-rule', CONDITION_VALUES_PER_RULE),
  limit('condition-wildcards-per-alb-rule', CONDITION_WILDCARDS_PER_RULE),
];

function limit(name: string, max: number): Limit {
  return { Name: name, Max: String(max) };
}
