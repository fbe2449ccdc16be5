/** What a new deployment takes from the traffic and the alarms of this moment (reference: ECS semantics 5.6, 6.4). */
import {
  productionDeployment,
  type FormerState,
} from '../../scheduler/traffic-shift/start-shift.ts';
import { alarmKey } from '../state/cloudwatch-entities.ts';
import type { Deployment, Service, ServiceDeployment, ServiceRevision } from '../state/entities.ts';
import type { Store } from '../state/store.ts';
import { targetGroupsOfNew } from './resolved-target-groups.ts';

/** The target groups of the new revision; only where there is a choice: of a load balancer with an alternate one. */
export function resolvedGroups(
  { loadBalancers }: Service,
  former: FormerState,
  shifts: boolean,
  store: Store,
): Pick<ServiceRevision, 'resolvedTargetGroups'> {
  if (loadBalancers.every(({ advancedConfiguration }) => advancedConfiguration === undefined))
    return {};
  const source = productionDeployment(former);
  const production = former.deployments.find(({ id }) => id === source?.id) as
    Deployment | undefined;
  const revision = store.serviceRevisions.get(production?.serviceRevisionArn ?? '');
  return { resolvedTargetGroups: targetGroupsOfNew(loadBalancers, revision, shifts, store) };
}

/** Alarms not to look at: one that is in ALARM already says nothing of this deployment (reference: ECS semantics 5.6). */
export function ignoredAlarms(
  { region, deploymentConfiguration: { alarms } }: Service,
  store: Store,
): Pick<ServiceDeployment, 'ignoredAlarmNames'> {
  if (alarms?.enable !== true) return {};
  const ignored = (alarms.alarmNames ?? []).filter(
    (name) => store.alarms.get(alarmKey(region, name))?.stateValue === 'ALARM',
  );
  return ignored.length === 0 ? {} : { ignoredAlarmNames: ignored };
}
