/** Which rule carries a service's traffic, and which target group green takes. Guesses are not made: what is unclear is asked. */
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { UserError } from '../../base/errors.ts';
import type { TrafficWish } from '../configuration/configuration.ts';
import { targetGroupName } from '../verdict/cause.ts';
import type { RuleArn } from './rule.ts';
import { forwardOf, targetGroupsOf } from './weights.ts';

/** A rule of the load balancer, with what people know it by. */
export interface RuleFacts {
  /** A default rule goes by its listener's ARN. */
  readonly arn: RuleArn;
  /** Its own, which it may be asked for by as well. */
  readonly ruleArn: string;
  /** `HTTP:80 default rule`, `HTTPS:443 rule 10 (path-pattern /api/*)`. */
  readonly name: string;
  readonly actions: readonly Action[];
}

/** What moves in a rollout. */
export interface Traffic {
  readonly production: RuleArn;
  readonly test: RuleArn | undefined;
  /** ARN of the target group that green takes. */
  readonly greenGroup: string;
  /** Of the production rule, as it was found. */
  readonly actions: readonly Action[];
}

/**
 * Chooses.
 * @param blueGroup ARN of the target group of the present task set
 * @throws UserError TRAFFIC_UNCLEAR, TRAFFIC_NOT_FOUND or TRAFFIC_SHARED (exit code 2), naming candidates and the key to set
 */
export function chooseTraffic(
  rules: readonly RuleFacts[],
  blueGroup: string,
  wish: TrafficWish,
): Traffic {
  const test =
    wish.testListenerRule === undefined
      ? undefined
      : forwarding(rules, 'testListenerRule', wish.testListenerRule);
  const production = productionRule(rules, blueGroup, wish, test);
  if (test?.arn === production.arn) {
    throw new UserError(
      'TRAFFIC_UNCLEAR',
      `test traffic and production traffic are the same: ${describe(production)}`,
      {
        hint: 'Give strategy.testListenerRule another rule, or leave it out.',
        exitCode: 2,
      },
    );
  }
  refuseSharing(
    rules.filter((rule) => rule.arn !== production.arn && rule.arn !== test?.arn),
    blueGroup,
    production,
  );
  return {
    production: production.arn,
    test: test?.arn,
    greenGroup: chooseGreenGroup(production, blueGroup, wish.alternateTargetGroupArn),
    actions: production.actions,
  };
}

/**
 * Chooses for a service's first task set: the rule that names its target group, with whatever weight.
 * @throws UserError TRAFFIC_UNCLEAR or TRAFFIC_NOT_FOUND (exit code 2)
 */
export function chooseFirstTraffic(
  rules: readonly RuleFacts[],
  group: string,
  wish: TrafficWish,
): Traffic {
  const { productionListenerRule, testListenerRule } = wish;
  const test =
    testListenerRule === undefined
      ? undefined
      : forwarding(rules, 'testListenerRule', testListenerRule);
  const naming =
    productionListenerRule === undefined
      ? rules.filter(
          (rule) => rule !== test && targetGroupsOf(rule.actions).some(({ arn }) => arn === group),
        )
      : [forwarding(rules, 'productionListenerRule', productionListenerRule)];
  const [only, ...others] = naming;
  if (only === undefined || others.length > 0) throw unclear(naming, group);
  return {
    production: only.arn,
    test: test?.arn,
    greenGroup: group,
    actions: only.actions,
  };
}

function productionRule(
  rules: readonly RuleFacts[],
  blueGroup: string,
  wish: TrafficWish,
  test: RuleFacts | undefined,
): RuleFacts {
  if (wish.productionListenerRule !== undefined) {
    return forwarding(rules, 'productionListenerRule', wish.productionListenerRule);
  }
  const sending = rules.filter((rule) => rule !== test && sendsTo(rule, blueGroup));
  const [only, ...others] = sending;
  if (only === undefined || others.length > 0) throw unclear(sending, blueGroup);
  return only;
}

/** None or several rules that could be the one. */
function unclear(candidates: readonly RuleFacts[], group: string): UserError {
  const name = targetGroupName(group);
  return candidates.length === 0
    ? new UserError(
        'TRAFFIC_NOT_FOUND',
        `no listener or rule sends traffic to target group ${name}`,
        {
          hint: 'Let a rule forward to it, or name the rule: strategy.productionListenerRule.',
          exitCode: 2,
        },
      )
    : new UserError(
        'TRAFFIC_UNCLEAR',
        `several rules send traffic to target group ${name}: ${candidates.map(describe).join('; ')}`,
        {
          hint: 'Say which one is production traffic, strategy.productionListenerRule, and which one test traffic, strategy.testListenerRule.',
          exitCode: 2,
        },
      );
}

/** What also sends to blue would send to nobody once blue's tasks are gone. */
function refuseSharing(
  others: readonly RuleFacts[],
  blueGroup: string,
  production: RuleFacts,
): void {
  const sharing = others.filter((rule) => sendsTo(rule, blueGroup));
  if (sharing.length === 0) return;
  throw new UserError(
    'TRAFFIC_SHARED',
    `besides ${describe(production)}, this also sends traffic to target group ${targetGroupName(blueGroup)}: ${sharing.map(describe).join('; ')}; it would reach nobody once the present task set is gone`,
    {
      hint: 'Let one rule carry the production traffic, such as a redirect from HTTP to HTTPS, or name a test listener: strategy.testListenerRule.',
      exitCode: 2,
    },
  );
}

function chooseGreenGroup(
  production: RuleFacts,
  blueGroup: string,
  wanted: string | undefined,
): string {
  if (wanted === blueGroup) {
    throw new UserError(
      'TRAFFIC_UNCLEAR',
      `strategy.alternateTargetGroupArn is target group ${targetGroupName(wanted)}, which the present task set is in`,
      { hint: 'Name the other one of the two.', exitCode: 2 },
    );
  }
  if (wanted !== undefined) return wanted;
  const [only, ...more] = targetGroupsOf(production.actions).filter(({ arn }) => arn !== blueGroup);
  if (only !== undefined && more.length === 0) return only.arn;
  const names = [only, ...more].flatMap((group) =>
    group === undefined ? [] : `${targetGroupName(group.arn)} (${group.arn})`,
  );
  throw new UserError(
    'TRAFFIC_UNCLEAR',
    only === undefined
      ? `${describe(production)} forwards to one target group alone: the new task set needs another one`
      : `${describe(production)} forwards to several other target groups: ${names.join('; ')}`,
    {
      hint: 'Say which target group the new task set takes: strategy.alternateTargetGroupArn.',
      exitCode: 2,
    },
  );
}

/** The rule that was named. */
function forwarding(rules: readonly RuleFacts[], key: string, arn: string): RuleFacts {
  const rule = rules.find((each) => each.arn === arn || each.ruleArn === arn);
  if (rule !== undefined && forwardOf(rule.actions) !== undefined) return rule;
  if (rule !== undefined) {
    throw new UserError('TRAFFIC_NOT_FOUND', `${describe(rule)} forwards to no target group`, {
      hint: `Give strategy.${key} a rule that forwards.`,
      exitCode: 2,
    });
  }
  const listed = rules.map(describe).join('; ');
  throw new UserError(
    'TRAFFIC_NOT_FOUND',
    `strategy.${key}: the load balancer has no listener or rule ${arn}; it has: ${listed === '' ? 'none' : listed}`,
    { hint: 'Give the ARN of a rule, or of a listener for its default rule.', exitCode: 2 },
  );
}

/** True for a rule that gives requests to this group. */
function sendsTo(rule: RuleFacts, group: string): boolean {
  return targetGroupsOf(rule.actions).some(({ arn, weight }) => arn === group && weight > 0);
}

function describe({ name, arn }: RuleFacts): string {
  return `${name} (${arn})`;
}
