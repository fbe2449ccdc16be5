/** Which numbers of ECS requests may have a fraction: those that the AWS model types as `double`. */

/** Members by `StructName.memberName`; every other number of a request is whole. */
export const ecsFractions: ReadonlySet<string> = new Set([
  'CanaryConfiguration.canaryPercent',
  'DaemonDeploymentConfiguration.drainPercent',
  'LinearConfiguration.stepPercent',
  'MemoryGiBPerVCpuRequest.max',
  'MemoryGiBPerVCpuRequest.min',
  'NetworkBandwidthGbpsRequest.max',
  'NetworkBandwidthGbpsRequest.min',
  'Resource.doubleValue',
  'Scale.value',
  'TotalLocalStorageGBRequest.max',
  'TotalLocalStorageGBRequest.min',
]);
