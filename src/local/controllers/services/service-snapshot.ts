/** Reads what the scheduler needs to know of a service from the state. */
import type {
  DeploymentRules,
  FailureThreshold,
  ServiceSnapshot,
} from '../../../scheduler/rolling/snapshot.ts';
import type { ShiftSnapshot } from '../../../scheduler/traffic-shift/shift-snapshot.ts';
import { defined } from '../../../base/defined.ts';
import { shiftConfiguration } from '../../ecs/traffic-strategy.ts';
import type { Service, ServiceDeployment } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { alarmBakeMs, triggeredAlarms } from './deployment-alarms.ts';
import { isEnded } from '../../ecs/ended.ts';
import { rulesFault } from './shift-rules.ts';
import type { TaskSnapshots } from './task-snapshots.ts';

/** The snapshot of a service that is ACTIVE or DRAINING. */
export function serviceSnapshot(
  store: Store,
  service: Service,
  tasks: TaskSnapshots,
  timeScale: number,
): ServiceSnapshot {
  const serviceDeployment = store.serviceDeployments.get(service.currentServiceDeploymentArn ?? '');
  return {
    serviceName: service.serviceName,
    status: service.status === 'DRAINING' ? 'DRAINING' : 'ACTIVE',
    desiredCount: service.desiredCount,
    rules: deploymentRules(service),
    healthCheckGracePeriodMs: service.healthCheckGracePeriodSeconds * 1000 * timeScale,
    deployments: service.deployments,
    ...(serviceDeployment === undefined ? {} : { serviceDeployment }),
    tasks: tasks.of(service),
    steady: service.steady,
    ...(serviceDeployment === undefined || isEnded(serviceDeployment.status)
      ? {}
      : {
          ...defined({ shift: shiftSnapshot(service, serviceDeployment, store) }),
          ...defined({ alarms: alarmsSnapshot(service, serviceDeployment, store) }),
        }),
  };
}

function shiftSnapshot(
  service: Service,
  { shift, deploymentConfiguration }: ServiceDeployment,
  store: Store,
): ShiftSnapshot | undefined {
  if (shift === undefined) return undefined;
  return {
    ...shiftConfiguration(deploymentConfiguration),
    progress: shift,
    ...defined({ fault: rulesFault(service, shift, store) }),
  };
}

/** The alarms that went off since the deployment began (reference: ECS semantics 5.6). */
function alarmsSnapshot(
  { region }: Service,
  serviceDeployment: ServiceDeployment,
  store: Store,
): ServiceSnapshot['alarms'] {
  const { alarms } = serviceDeployment.deploymentConfiguration;
  if (alarms?.enable !== true) return undefined;
  return {
    triggered: triggeredAlarms(region, serviceDeployment, store),
    rollback: alarms.rollback ?? false,
    bakeMs: alarmBakeMs(region, alarms.alarmNames ?? [], store),
  };
}

/** The rules in the scheduler's form; the service's configuration is complete, the fallbacks are ECS's defaults. */
function deploymentRules({ deploymentConfiguration: configuration }: Service): DeploymentRules {
  const breaker = configuration.deploymentCircuitBreaker;
  const early = configuration.earlySuccessCriteria;
  return {
    minimumHealthyPercent: configuration.minimumHealthyPercent ?? 100,
    maximumPercent: configuration.maximumPercent ?? 200,
    circuitBreaker: {
      enable: breaker?.enable ?? false,
      rollback: breaker?.rollback ?? false,
      resetOnHealthyTask: breaker?.resetOnHealthyTask ?? true,
      threshold: {
        type: thresholdType(breaker?.thresholdConfiguration?.type),
        value: breaker?.thresholdConfiguration?.value ?? 50,
      },
    },
    ...(early?.enable === true
      ? {
          earlySuccess: {
            healthyPercent: early.healthyPercent ?? 100,
            waitForCleanup: early.sourceServiceRevisionCleanup !== 'DEFERRED',
          },
        }
      : {}),
  };
}

function thresholdType(type: string | undefined): FailureThreshold['type'] {
  return type === 'COUNT' || type === 'UNBOUNDED_PERCENT' ? type : 'BOUNDED_PERCENT';
}
