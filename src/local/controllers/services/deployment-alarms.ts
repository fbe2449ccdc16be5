/** The CloudWatch alarms that a deployment listens to (reference: ECS semantics 5.6). */
import { alarmKey, type Alarm } from '../../state/cloudwatch-entities.ts';
import type { ServiceDeployment } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';

/** Names of those that are in ALARM, without those that were so already when the deployment began. */
export function triggeredAlarms(
  region: string,
  { deploymentConfiguration: { alarms }, ignoredAlarmNames = [] }: ServiceDeployment,
  store: Store,
): readonly string[] {
  if (alarms?.enable !== true) return [];
  return (alarms.alarmNames ?? []).filter(
    (name) =>
      !ignoredAlarmNames.includes(name) &&
      store.alarms.get(alarmKey(region, name))?.stateValue === 'ALARM',
  );
}

/** How long a rolling update is watched after its tasks are up, in ms: as long as the slowest of the alarms looks back. */
export function alarmBakeMs(region: string, names: readonly string[], store: Store): number {
  const spans = names.map((name) => spanOf(store.alarms.get(alarmKey(region, name))));
  return Math.max(0, ...spans);
}

/** Services whose deployment under way listens to the alarm. */
export function servicesWatching(alarm: Alarm, store: Store): readonly string[] {
  const arns: string[] = [];
  for (const { serviceArn, region, currentServiceDeploymentArn = '' } of store.services.values()) {
    if (region !== alarm.region) continue;
    const { alarms } =
      store.serviceDeployments.get(currentServiceDeploymentArn)?.deploymentConfiguration ?? {};
    if (alarms?.enable === true && alarms.alarmNames?.includes(alarm.alarmName) === true)
      arns.push(serviceArn);
  }
  return arns;
}

function spanOf(alarm: Alarm | undefined): number {
  return alarm === undefined ? 0 : alarm.source.period * alarm.evaluationPeriods * 1000;
}
