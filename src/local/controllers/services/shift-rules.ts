/** The listener rules of a deployment that shifts traffic: whether they allow it, and setting them (reference: ECS semantics 6.4). */
import type { ShiftProgress } from '../../../scheduler/traffic-shift/progress.ts';
import { otherTargetGroup, resolvedLoadBalancers } from '../../ecs/resolved-target-groups.ts';
import { forwardWeights, ruleActions, setShares } from '../../ecs/traffic-rules.ts';
import type { Service, ServiceRevision } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';

/** One load balancer of the new revision. */
interface Route {
  readonly productionRule: string;
  readonly testRule: string | undefined;
  readonly green: string;
  readonly blue: string;
}

/** Why the rules do not let traffic be shifted, in ECS's words; undefined when they do. */
export function rulesFault(
  service: Service,
  progress: ShiftProgress,
  store: Store,
): string | undefined {
  if (progress.course.direction !== 'forward') return undefined;
  const atStart = progress.position === 0 && progress.begunAt === undefined;
  for (const route of routesOf(service, progress, store)) {
    const fault =
      missingRule(route, store) ?? (atStart ? wrongForward(route, progress, store) : undefined);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Makes the rules forward as the progress has it; runs inside a transaction. */
export function applyShares(service: Service, progress: ShiftProgress, store: Store): void {
  // Until the first stage begins, traffic stays as the deployment before has left it.
  if (progress.position === 0 && progress.begunAt === undefined) return;
  for (const { productionRule, testRule, green, blue } of routesOf(service, progress, store)) {
    const share = (rule: string | undefined, percent: number): void => {
      // Without a former revision there is nobody else who could answer.
      if (rule === undefined || (progress.blueId === undefined && percent === 0)) return;
      setShares(store, rule, [
        { targetGroupArn: green, percent },
        { targetGroupArn: blue, percent: 100 - percent },
      ]);
    };
    share(productionRule, progress.productionPercent);
    share(testRule, progress.testPercent);
  }
}

function routesOf(
  service: Service,
  { greenId, blueId, course }: ShiftProgress,
  store: Store,
): readonly Route[] {
  // A rolling update's new revision shares blue's target groups, or has none any more.
  const ofBlue = course.direction === 'reconcile';
  const revision = revisionOf(service, ofBlue ? blueId : greenId, store);
  if (revision === undefined) return [];
  const resolved = resolvedLoadBalancers(revision);
  return revision.loadBalancers.flatMap((loadBalancer, index): Route[] => {
    const { advancedConfiguration } = loadBalancer;
    const own = resolved[index]?.targetGroupArn;
    const productionRule = advancedConfiguration?.productionListenerRule;
    if (own === undefined || productionRule === undefined) return [];
    const other = otherTargetGroup(loadBalancer, own);
    return [
      {
        productionRule,
        testRule: advancedConfiguration?.testListenerRule,
        ...(ofBlue ? { blue: own, green: other } : { blue: other, green: own }),
      },
    ];
  });
}

function revisionOf(
  { deployments }: Service,
  deploymentId: string | undefined,
  store: Store,
): ServiceRevision | undefined {
  const deployment = deployments.find(({ id }) => id === deploymentId);
  return store.serviceRevisions.get(deployment?.serviceRevisionArn ?? '');
}

function missingRule({ productionRule, testRule }: Route, store: Store): string | undefined {
  const missing = [productionRule, testRule].find(
    (rule) => rule !== undefined && ruleActions(store, rule) === undefined,
  );
  return missing === undefined ? undefined : `The listener rule ${missing} was not found.`;
}

/** What production traffic must look like before it is shifted: all of it with the former revision. */
function wrongForward(
  { productionRule, testRule, green, blue }: Route,
  { course, blueId }: ShiftProgress,
  store: Store,
): string | undefined {
  const production = forwardWeights(ruleActions(store, productionRule) ?? []);
  const test = testRule === undefined ? [] : forwardWeights(ruleActions(store, testRule) ?? []);
  const associated = new Set([...production, ...test].map(({ TargetGroupArn }) => TargetGroupArn));
  if (!associated.has(green) || !associated.has(blue))
    return 'Both targetGroup and alternateTargetGroup must be associated with the productionListenerRule or testListenerRule.';
  // What an interrupted deployment has left in the middle is put right by RECONCILE_SERVICE.
  if (course.direction === 'forward' && course.reconcile) return undefined;
  const serving = production.filter(({ Weight = 1 }) => Weight > 0);
  if (serving.length !== 1)
    return `productionListenerRule ${productionRule} should have exactly one target group serving traffic but found ${serving.length}`;
  const [{ TargetGroupArn } = {}] = serving;
  if (
    blueId === undefined
      ? TargetGroupArn === green || TargetGroupArn === blue
      : TargetGroupArn === blue
  )
    return undefined;
  return `Production listener rule is forwarding traffic to unexpected target group ${TargetGroupArn ?? ''}`;
}
