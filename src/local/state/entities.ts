/**
 * What the local ECS knows of ECS: one type for each kind of resource, as it is stored. Everything is plain readonly data
 * that survives JSON (times are epoch milliseconds); a change replaces the entity. Members named as in the ECS API mean
 * what they mean there; nested parts that are only kept and returned have the SDK's own types.
 */
import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  DeploymentConfiguration,
  LoadBalancer as ServiceLoadBalancer,
  MonitoringConfiguration,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  RegisterTaskDefinitionRequest,
  ServiceConnectConfiguration,
  ServiceRegistry,
  ServiceVolumeConfiguration,
  Tag,
  TaskOverride,
  VpcLatticeConfiguration,
} from '@aws-sdk/client-ecs';
import type { TaskNote } from '../../scheduler/rolling/snapshot.ts';
import type { ShiftProgress } from '../../scheduler/traffic-shift/progress.ts';
import type { PortBinding } from '../runtime/runtime.ts';

export interface Cluster {
  readonly clusterArn: string;
  readonly clusterName: string;
  readonly region: string;
  /** A deleted cluster stays describable as INACTIVE. */
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly settings: readonly ClusterSetting[];
  readonly configuration?: ClusterConfiguration;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly serviceConnectDefaults?: ClusterServiceConnectDefaults;
  readonly tags: readonly Tag[];
  /** Tags of the one container instance, which is no entity of its own. */
  readonly containerInstanceTags?: readonly Tag[];
  /** Epoch ms. */
  readonly createdAt: number;
}

/** One revision of a family. */
export interface TaskDefinition {
  readonly taskDefinitionArn: string;
  readonly region: string;
  readonly family: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** As registered, validated, with ECS's defaults filled in; without `tags`. */
  readonly definition: Omit<RegisterTaskDefinitionRequest, 'tags'>;
  readonly compatibilities: readonly string[];
  /** Names of required attributes. */
  readonly requiresAttributes: readonly string[];
  readonly tags: readonly Tag[];
  readonly registeredAt: number;
  readonly registeredBy: string;
  readonly deregisteredAt?: number;
  readonly deleteRequestedAt?: number;
}

/** The newest revision number that a family ever had; numbers are never used again. Key: `REGION/FAMILY`. */
export interface TaskDefinitionFamily {
  readonly region: string;
  readonly family: string;
  readonly latestRevision: number;
}

export interface ServiceEvent {
  /** UUID. */
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

/** The events of one service, newest first, at most 100. Key: service ARN. */
export interface ServiceEvents {
  readonly serviceArn: string;
  readonly events: readonly ServiceEvent[];
}

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

/** An entry of the service's `deployments`. */
export interface Deployment {
  /** `ecs-svc/<number>`; the service revision has the same number. */
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  readonly serviceRevisionArn: string;
  readonly serviceDeploymentArn: string;
  /** ARN. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
  /** Failed tasks since the last healthy one (or in all, when the breaker does not reset). */
  readonly failedTasks: number;
  /** How many of its tasks failed because the images could not be resolved; absent: none. */
  readonly failedResolutions?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly rolloutState: RolloutState;
  readonly rolloutStateReason: string;
  /** When all of its tasks were up for the first time; remembered only while alarms are watched after that. */
  readonly readyAt?: number;
  /** Restart throttle (reference: ECS semantics 8.6): no task of this deployment starts before this time. */
  readonly throttledUntil?: number;
  /** How often the throttle has grown; 0 without one. */
  readonly throttleStep: number;
  readonly launchType?: string;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly networkConfiguration?: NetworkConfiguration;
}

export interface Service {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** For DAEMON services the number of container instances. */
  readonly desiredCount: number;
  readonly schedulingStrategy: 'REPLICA' | 'DAEMON';
  readonly deploymentController: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  /** Complete, with ECS's defaults. */
  readonly deploymentConfiguration: DeploymentConfiguration;
  /** ARN; absent only under the EXTERNAL controller. */
  readonly taskDefinition?: string;
  readonly launchType?: string;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly roleArn?: string;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  readonly networkConfiguration?: NetworkConfiguration;
  readonly healthCheckGracePeriodSeconds: number;
  readonly placementConstraints: readonly PlacementConstraint[];
  readonly placementStrategy: readonly PlacementStrategy[];
  readonly enableECSManagedTags: boolean;
  readonly propagateTags: 'TASK_DEFINITION' | 'SERVICE' | 'NONE';
  readonly enableExecuteCommand: boolean;
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  readonly serviceConnectConfiguration?: ServiceConnectConfiguration;
  readonly volumeConfigurations?: readonly ServiceVolumeConfiguration[];
  readonly vpcLatticeConfigurations?: readonly VpcLatticeConfiguration[];
  readonly monitoring?: MonitoringConfiguration;
  readonly clientToken?: string;
  /** SHA-256 of the CreateService input, to tell an idempotent repetition from a conflicting one. */
  readonly creationFingerprint: string;
  /** PRIMARY first, then from newest to oldest. */
  readonly deployments: readonly Deployment[];
  /** The service deployment that is under way or was the last. */
  readonly currentServiceDeploymentArn?: string;
  /** True once the steady-state event was written, until something changes. */
  readonly steady: boolean;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly createdBy: string;
  /** Set when DeleteService made it DRAINING. */
  readonly deletedAt?: number;
}

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOPPED'
  | 'STOP_REQUESTED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** The record of one rollout. */
export interface ServiceDeployment {
  readonly serviceDeploymentArn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly stoppedAt?: number;
  readonly updatedAt: number;
  readonly sourceServiceRevisionArns: readonly string[];
  readonly targetServiceRevisionArn: string;
  /** As it was when the deployment began. */
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly rollback?: {
    readonly reason: string;
    readonly startedAt: number;
    readonly serviceRevisionArn: string;
  };
  readonly circuitBreaker: {
    readonly status: 'DISABLED' | 'MONITORING' | 'TRIGGERED' | 'MONITORING_COMPLETE';
    readonly failureCount: number;
    readonly threshold: number;
  };
  /** How far it has got, where it shifts traffic (BLUE_GREEN, CANARY, LINEAR); kept when it has ended. */
  readonly shift?: ShiftProgress;
  /** Names of the deployment alarms that were in ALARM already when it began: they are not looked at. */
  readonly ignoredAlarmNames?: readonly string[];
  /** Names of the deployment alarms that went off while it was under way. */
  readonly triggeredAlarmNames?: readonly string[];
  /** The counts of each revision when it ended, kept because the tasks are forgotten later. Key: revision ARN. */
  readonly finalCounts?: Readonly<Record<string, RevisionCounts>>;
}

export interface RevisionCounts {
  readonly requestedTaskCount: number;
  readonly runningTaskCount: number;
  readonly pendingTaskCount: number;
}

/** The immutable snapshot of a service's configuration that one deployment brings. */
export interface ServiceRevision {
  readonly serviceRevisionArn: string;
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly taskDefinition: string;
  readonly launchType?: string;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  /**
   * ARNs of the target groups that its tasks really belong to, one for each of the load balancers: of a load balancer with an
   * alternate target group, the one that the revision before does not use. Absent: the load balancers' own.
   */
  readonly resolvedTargetGroups?: readonly string[];
  readonly serviceRegistries: readonly ServiceRegistry[];
  readonly networkConfiguration?: NetworkConfiguration;
  readonly serviceConnectConfiguration?: ServiceConnectConfiguration;
  readonly volumeConfigurations?: readonly ServiceVolumeConfiguration[];
  readonly vpcLatticeConfigurations?: readonly VpcLatticeConfiguration[];
  readonly monitoring?: MonitoringConfiguration;
  readonly containerImages: readonly {
    readonly containerName: string;
    readonly image: string;
    /** Known once the first task of the deployment resolved the tag; pinned from then on. */
    readonly imageDigest?: string;
  }[];
  readonly createdAt: number;
}

/** ECS's states of a task in the order of its life (reference: ECS semantics 8.1). */
export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

export type TaskStopCode =
  'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';

/** One container of a task. Its definition is in the task definition, found by name. */
export interface Container {
  readonly containerArn: string;
  readonly name: string;
  readonly image: string;
  readonly imageDigest?: string;
  /** The runtime's id of the present (or last) start; a new one for each restart. Stored before the container is started. */
  readonly runtimeId?: string;
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  /** Set when the runtime was asked to start it, so that a crash in between is noticed. */
  readonly startRequestedAt?: number;
  readonly startedAt?: number;
  /** SIGTERM was sent. */
  readonly stopSignalledAt?: number;
  /** SIGKILL was sent. */
  readonly killedAt?: number;
  readonly stoppedAt?: number;
  readonly exitCode?: number;
  /** Only on failure: `CannotPullContainerError: …`, `exit status unknown`, … */
  readonly reason?: string;
  readonly healthStatus: HealthStatus;
  /** Health checks failed in a row since the last success. */
  readonly healthFailures: number;
  readonly lastHealthCheckAt?: number;
  /** Command that the images file puts in place of the definition's health check command. */
  readonly healthCheckCommand?: readonly string[];
  readonly restartCount: number;
  /** Where the container's ports really listen. */
  readonly ports: readonly PortBinding[];
}

export interface Task {
  readonly taskArn: string;
  /** The id behind the last slash of the ARN. */
  readonly taskId: string;
  readonly region: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  /** Absent for tasks of RunTask. */
  readonly serviceArn?: string;
  /** `ecs-svc/…` for service tasks. */
  readonly deploymentId?: string;
  /** `service:NAME` or `family:NAME`. */
  readonly group: string;
  readonly startedBy?: string;
  readonly launchType: string;
  readonly capacityProviderName?: string;
  readonly platformVersion?: string;
  readonly platformFamily?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly lastStatus: TaskStatus;
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly healthStatus: HealthStatus;
  readonly containers: readonly Container[];
  readonly overrides: TaskOverride;
  readonly enableExecuteCommand: boolean;
  readonly availabilityZone: string;
  /** EC2 launch type only. */
  readonly containerInstanceArn?: string;
  readonly networkMode: 'awsvpc' | 'bridge' | 'host' | 'none';
  /** awsvpc only: the synthetic network interface. */
  readonly networkInterface?: TaskNetworkInterface;
  readonly tags: readonly Tag[];
  /** Grows by one with each change of state. */
  readonly version: number;
  readonly createdAt: number;
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
  readonly stopCode?: TaskStopCode;
  readonly stoppedReason?: string;
  /** What the service scheduler has already reacted to; empty for a new task. */
  readonly schedulerNotes: readonly TaskNote[];
  /** Load balancer targets of this task: registered when RUNNING, deregistered when it leaves. */
  readonly targets: readonly TaskTarget[];
  /** RunTask's idempotency. */
  readonly clientToken?: string;
  /** SHA-256 of the RunTask input, to tell an idempotent repetition from a conflicting one. */
  readonly requestFingerprint?: string;
}

/** The network interface that an awsvpc task shows on the API. */
export interface TaskNetworkInterface {
  /** UUID of the attachment. */
  readonly attachmentId: string;
  /** `eni-…`. */
  readonly networkInterfaceId: string;
  readonly macAddress: string;
  readonly privateIPv4Address: string;
  readonly subnetId: string;
  readonly configuration: AwsVpcConfiguration;
}

/** A task's entry in a target group. */
export interface TaskTarget {
  readonly targetGroupArn: string;
  /** The interface's address (target type ip) or the instance id (target type instance). */
  readonly id: string;
  readonly port: number;
}

/** A value of PutAccountSetting. Key: `REGION/PRINCIPAL/NAME`, principal `default` for the account's default. */
export interface AccountSetting {
  readonly region: string;
  readonly name: string;
  readonly value: string;
  readonly principalArn: string;
}
