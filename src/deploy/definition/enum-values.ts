/** Which texts of a service or task definition are one of a few: the SDK's schemas say only "string", its tables say which. */
import {
  AccessType,
  AssignPublicIp,
  AvailabilityZoneRebalancing,
  DeploymentControllerType,
  DeploymentLifecycleHookAction,
  DeploymentLifecycleHookStage,
  DeploymentLifecycleHookTargetType,
  DeploymentStrategy,
  EBSResourceType,
  GatewayConnectorHealthCheckProtocol,
  LaunchType,
  LogDriver,
  PlacementConstraintType,
  PlacementStrategyType,
  PropagateTags,
  SchedulingStrategy,
  ServiceConnectAccessLoggingFormat,
  ServiceConnectContainerLogLevel,
  ServiceConnectIncludeQueryParameters,
  ServiceRevisionCleanup,
  TaskFilesystemType,
  ThresholdType,
} from '@aws-sdk/client-ecs';

const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AwsVpcConfiguration.assignPublicIp': AssignPublicIp,
  'CreateServiceRequest.availabilityZoneRebalancing': AvailabilityZoneRebalancing,
  'CreateServiceRequest.launchType': LaunchType,
  'CreateServiceRequest.propagateTags': PropagateTags,
  'CreateServiceRequest.schedulingStrategy': SchedulingStrategy,
  'DeploymentConfiguration.strategy': DeploymentStrategy,
  'DeploymentController.type': DeploymentControllerType,
  'DeploymentEarlySuccessCriteria.sourceServiceRevisionCleanup': ServiceRevisionCleanup,
  'DeploymentLifecycleHook.lifecycleStages': DeploymentLifecycleHookStage,
  'DeploymentLifecycleHook.targetType': DeploymentLifecycleHookTargetType,
  'DeploymentLifecycleHookTimeoutConfiguration.action': DeploymentLifecycleHookAction,
  'EBSTagSpecification.propagateTags': PropagateTags,
  'EBSTagSpecification.resourceType': EBSResourceType,
  'GatewayConnectorFilters.accessTypes': AccessType,
  'GatewayConnectorHealthCheck.healthCheckProtocol': GatewayConnectorHealthCheckProtocol,
  'LogConfiguration.logDriver': LogDriver,
  'PlacementConstraint.type': PlacementConstraintType,
  'PlacementStrategy.type': PlacementStrategyType,
  'ServiceConnectAccessLogConfiguration.format': ServiceConnectAccessLoggingFormat,
  'ServiceConnectAccessLogConfiguration.includeQueryParameters':
    ServiceConnectIncludeQueryParameters,
  'ServiceConnectContainerConfiguration.logLevel': ServiceConnectContainerLogLevel,
  'ServiceManagedEBSVolumeConfiguration.filesystemType': TaskFilesystemType,
  'ThresholdConfiguration.type': ThresholdType,
};

/** The values that a member may have, by `StructName.memberName`; of a list, those that each element may have. */
export const enumValues: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(TABLES).map(([member, table]) => [member, Object.values(table)]),
);

/** Numbers that may have a fraction, by `StructName.memberName`; every other number is whole. */
export const fractions: ReadonlySet<string> = new Set([
  'CanaryConfiguration.canaryPercent',
  'LinearConfiguration.stepPercent',
]);
