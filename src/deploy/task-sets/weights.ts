/**
 * Weights of a forward action, read and written. ModifyRule and ModifyListener replace the whole list of actions, so everything
 * else of it is carried over (reference: ECS semantics 9.4).
 */
import type {
  Action,
  ForwardActionConfig,
  TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Split } from './world.ts';

/** ARNs of the target groups of a rollout's task sets. */
export interface GroupPair {
  /** Undefined for the first task set of a service. */
  readonly blue: string | undefined;
  readonly green: string;
}

/** The action that decides where requests go; undefined for a rule that redirects or answers by itself. */
export function forwardOf(actions: readonly Action[]): Action | undefined {
  return actions.find((action) => action.Type === 'forward');
}

/** Target groups with their weights; one group alone has all of the traffic. */
export function targetGroupsOf(
  actions: readonly Action[],
): readonly { readonly arn: string; readonly weight: number }[] {
  const forward = forwardOf(actions);
  const tuples = forward?.ForwardConfig?.TargetGroups ?? [];
  if (tuples.length > 0) {
    return tuples.flatMap(({ TargetGroupArn: arn, Weight = 1 }) =>
      arn === undefined ? [] : [{ arn, weight: tuples.length === 1 ? 1 : Weight }],
    );
  }
  return forward?.TargetGroupArn === undefined ? [] : [{ arn: forward.TargetGroupArn, weight: 1 }];
}

/** Shares in percent; undefined when the rule forwards nothing. */
export function splitOf(actions: readonly Action[], groups: GroupPair): Split | undefined {
  if (forwardOf(actions) === undefined) return undefined;
  const tuples = targetGroupsOf(actions);
  const total = tuples.reduce((sum, { weight }) => sum + weight, 0);
  const share = (arn: string | undefined): number => {
    const weight = tuples.find((tuple) => tuple.arn === arn)?.weight ?? 0;
    return total === 0 ? 0 : (weight / total) * 100;
  };
  const green = share(groups.green);
  const blue = share(groups.blue);
  const named = (arn: string | undefined): boolean =>
    arn === undefined || tuples.some((tuple) => tuple.arn === arn);
  return {
    blue,
    green,
    other: total === 0 ? 0 : Math.max(0, Math.round((100 - blue - green) * 1e6) / 1e6),
    attached: named(groups.blue) && named(groups.green),
  };
}

/**
 * The actions with this share on green and the rest on blue; other target groups stay with weight 0.
 * @param percent 0-100, in tenths
 * @returns as ModifyRule and ModifyListener take them: secrets that they do not show are left as they are
 */
export function withWeights(
  actions: readonly Action[],
  groups: GroupPair,
  percent: number,
): Action[] {
  return actions.map((action) => {
    if (action.Type === 'forward') return forwardWith(action, groups, percent);
    return keepSecret(action);
  });
}

function forwardWith(action: Action, groups: GroupPair, percent: number): Action {
  const [greenWeight, blueWeight] = weightsOf(percent);
  const weight = (arn: string | undefined): number =>
    arn === groups.green ? greenWeight : arn === groups.blue ? blueWeight : 0;
  const present = targetGroupsOf([action]).map(({ arn }) => arn);
  const wanted = [groups.blue, groups.green].flatMap((arn) => arn ?? []);
  const arns = [...present, ...wanted.filter((arn) => !present.includes(arn))];
  const tuples = arns.map((arn): TargetGroupTuple => ({
    TargetGroupArn: arn,
    Weight: weight(arn),
  }));
  // TargetGroupArn is for one group alone.
  const { TargetGroupArn: _, ...rest } = action;
  const config: ForwardActionConfig = { ...action.ForwardConfig, TargetGroups: tuples };
  return { ...rest, ForwardConfig: config };
}

/** Weights are whole numbers up to 999, so a share that is no whole percent is told in tenths. */
function weightsOf(percent: number): readonly [green: number, blue: number] {
  const whole = Math.round(percent);
  if (Math.abs(percent - whole) < 1e-9) return [whole, 100 - whole];
  const tenths = Math.round(percent * 10);
  return [tenths, 1000 - tenths];
}

/** The client secret of authenticate-oidc is never shown: this says that the one that is set stays. */
function keepSecret(action: Action): Action {
  const oidc = action.AuthenticateOidcConfig;
  if (oidc === undefined || oidc.ClientSecret !== undefined) return action;
  return { ...action, AuthenticateOidcConfig: { ...oidc, UseExistingClientSecret: true } };
}

/** Seconds for which a cookie keeps users on the target group they were sent to first, whatever the weights; undefined without. */
export function groupStickinessSeconds(actions: readonly Action[]): number | undefined {
  const sticky = forwardOf(actions)?.ForwardConfig?.TargetGroupStickinessConfig;
  return sticky?.Enabled === true ? sticky.DurationSeconds : undefined;
}
