/** Looks for what carries a service's traffic: from the target group to its load balancer, and from there to every rule. */
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { UserError } from '../../base/errors.ts';
import type { TrafficWish } from '../configuration/configuration.ts';
import type { Session } from '../session/session.ts';
import { targetGroupName } from '../verdict/cause.ts';
import {
  chooseFirstTraffic,
  chooseTraffic,
  type RuleFacts,
  type Traffic,
} from './choose-traffic.ts';

/** Nothing is named. */
export const NO_TRAFFIC_WISH: TrafficWish = {
  productionListenerRule: undefined,
  testListenerRule: undefined,
  alternateTargetGroupArn: undefined,
};

/**
 * Finds the rules and target groups of a rollout.
 * @param blueGroup ARN of the target group of the present task set
 * @throws UserError (exit code 2) when it is not clear; ApiError
 */
export async function findTraffic(
  session: Session,
  blueGroup: string,
  wish: TrafficWish,
): Promise<Traffic> {
  return chooseTraffic(await readRules(session, blueGroup), blueGroup, wish);
}

/** Every rule of the group's load balancer. */
async function readRules(session: Session, group: string): Promise<readonly RuleFacts[]> {
  const { api, dependencies } = session;
  const { elbv2 } = dependencies.clients;
  const { TargetGroups } = await api.read(
    'elasticloadbalancing',
    'DescribeTargetGroups',
    (options) => elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [group] }), options),
  );
  const balancers = TargetGroups?.[0]?.LoadBalancerArns ?? [];
  if (balancers.length === 0) {
    throw new UserError(
      'TRAFFIC_NOT_FOUND',
      `target group ${targetGroupName(group)} is not attached to a load balancer`,
      { hint: 'Let a listener or rule forward to it, if only with weight 0.', exitCode: 2 },
    );
  }
  const facts: RuleFacts[] = [];
  for (const balancer of balancers) {
    for (const listener of await listListeners(session, balancer)) {
      const rules = await listRules(session, listener.ListenerArn ?? '');
      facts.push(...rules.map((rule) => ruleFacts(listener, rule)));
    }
  }
  return facts;
}

async function listListeners(session: Session, balancer: string): Promise<readonly Listener[]> {
  const { api, dependencies } = session;
  return allPages(async (Marker) => {
    const { Listeners, NextMarker } = await api.read(
      'elasticloadbalancing',
      'DescribeListeners',
      (options) =>
        dependencies.clients.elbv2.send(
          new DescribeListenersCommand({ LoadBalancerArn: balancer, Marker }),
          options,
        ),
    );
    return { items: Listeners, next: NextMarker };
  });
}

async function listRules(session: Session, listener: string): Promise<readonly Rule[]> {
  const { api, dependencies } = session;
  return allPages(async (Marker) => {
    const { Rules, NextMarker } = await api.read(
      'elasticloadbalancing',
      'DescribeRules',
      (options) =>
        dependencies.clients.elbv2.send(
          new DescribeRulesCommand({ ListenerArn: listener, Marker }),
          options,
        ),
    );
    return { items: Rules, next: NextMarker };
  });
}

async function allPages<Item>(
  read: (marker: string | undefined) => Promise<{
    readonly items: readonly Item[] | undefined;
    readonly next: string | undefined;
  }>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let marker: string | undefined;
  do {
    const page = await read(marker);
    found.push(...(page.items ?? []));
    marker = page.next;
  } while (marker !== undefined && marker !== '');
  return found;
}

function ruleFacts(listener: Listener, rule: Rule): RuleFacts {
  const where = `${listener.Protocol ?? '?'}:${listener.Port ?? '?'}`;
  const standard = rule.IsDefault === true;
  const conditions = (rule.Conditions ?? []).map(
    ({ Field = '?', Values = [], ...configs }) =>
      `${Field} ${(Values.length > 0 ? Values : Object.values(configs).flatMap(valuesOf)).join(', ')}`,
  );
  return {
    arn: (standard ? listener.ListenerArn : rule.RuleArn) ?? '',
    ruleArn: rule.RuleArn ?? '',
    name: standard
      ? `${where} default rule`
      : `${where} rule ${rule.Priority ?? '?'} (${conditions.join(' and ')})`,
    actions: rule.Actions ?? [],
  };
}

/** The values of a condition's own configuration, such as PathPatternConfig's. */
function valuesOf(config: unknown): readonly string[] {
  if (typeof config !== 'object' || config === null || !('Values' in config)) return [];
  return Array.isArray(config.Values) ? config.Values.map(String) : [];
}

/**
 * The rule that carries the traffic of a service's first task set.
 * @param group ARN of the target group that it takes
 * @throws UserError (exit code 2) when it is not clear; ApiError
 */
export async function findFirstTraffic(
  session: Session,
  group: string,
  wish: TrafficWish,
): Promise<Traffic> {
  return chooseFirstTraffic(await readRules(session, group), group, wish);
}
