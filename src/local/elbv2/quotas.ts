/**
 * The quotas that are kept here: those of one load balancer, one rule or one target group, with AWS's default values. The
 * quotas of a whole region (50 load balancers, 3000 target groups) are not: they protect AWS, not a rollout.
 */
import type { Limit } from '@aws-sdk/client-elastic-load-balancing-v2';

export const LISTENERS_PER_LOAD_BALANCER = 50;
/** Default rules are not counted. */
export const RULES_PER_LOAD_BALANCER = 100;
export const TARGET_GROUPS_PER_LOAD_BALANCER = 100;
export const TARGET_GROUPS_PER_ACTION = 5;
export const TARGETS_PER_TARGET_GROUP = 1000;
export const CONDITION_VALUES_PER_RULE = 5;
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
