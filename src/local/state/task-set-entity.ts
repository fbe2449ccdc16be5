/** A task set of a service under the EXTERNAL deployment controller, as it is stored (reference: ECS semantics 7). */
import type {
  CapacityProviderStrategyItem,
  LoadBalancer,
  NetworkConfiguration,
  ServiceRegistry,
  Tag,
} from '@aws-sdk/client-ecs';

/** Times are epoch ms. Members named as in the ECS API mean what they mean there. */
export interface TaskSet {
  readonly taskSetArn: string;
  /** `ecs-svc/<number>`; what its tasks are started by. */
  readonly id: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  /** DRAINING: deleted; it is forgotten once its last task has stopped. */
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  /** What its tasks are made from; has the same number. */
  readonly serviceRevisionArn: string;
  /** ARN. */
  readonly taskDefinition: string;
  readonly externalId?: string;
  readonly scale: { readonly value: number; readonly unit: 'PERCENT' };
  /** Follows scale and the service's desired count with the scheduler's next pass. */
  readonly computedDesiredCount: number;
  readonly stabilityStatus: 'STEADY_STATE' | 'STABILIZING';
  readonly stabilityStatusAt: number;
  /** Restart throttle (reference: ECS semantics 8.6): none of its tasks starts before this time. */
  readonly throttledUntil?: number;
  /** How often the throttle has grown; 0 without one. */
  readonly throttleStep: number;
  readonly launchType?: string;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  readonly clientToken?: string;
  /** SHA-256 of the CreateTaskSet input, to tell an idempotent repetition from a conflicting one. */
  readonly creationFingerprint: string;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The ARN of a task set, from its service's ARN and its id. */
export function taskSetArn(serviceArn: string, id: string): string {
  return `${serviceArn.replace(':service/', ':task-set/')}/${id}`;
}
