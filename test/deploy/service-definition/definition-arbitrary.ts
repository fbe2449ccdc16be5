/** Service definitions as people may write them. */
import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  DeploymentLifecycleHookStage,
} from '@aws-sdk/client-ecs';
import fc from 'fast-check';

const few = <T>(item: fc.Arbitrary<T>, max = 3): fc.Arbitrary<T[]> =>
  fc.array(item, { maxLength: max });
const name = fc.constantFrom('a', 'b', 'c');

const stages = (
  ...all: DeploymentLifecycleHookStage[]
): fc.Arbitrary<DeploymentLifecycleHookStage[]> => fc.shuffledSubarray(all, { minLength: 1 });

const hook = fc.oneof(
  fc.record(
    {
      targetType: fc.constant('PAUSE' as const),
      lifecycleStages: stages('PRE_SCALE_UP', 'POST_SCALE_UP'),
      timeoutConfiguration: fc.record(
        {
          timeoutInMinutes: fc.constantFrom(5, 1440),
          action: fc.constantFrom('ROLLBACK' as const, 'CONTINUE' as const),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['targetType', 'lifecycleStages'] },
  ),
  fc.record(
    {
      hookTargetArn: name,
      roleArn: name,
      lifecycleStages: stages('PRE_SCALE_UP', 'POST_SCALE_UP'),
      hookDetails: fc.record({ url: name, ports: fc.array(fc.nat(2), { maxLength: 2 }) }),
    },
    { requiredKeys: ['hookTargetArn', 'roleArn', 'lifecycleStages'] },
  ),
);

const minutes = fc.constantFrom(0, 5, 10);

const strategy: fc.Arbitrary<DeploymentConfiguration> = fc.oneof(
  fc.constant({}),
  fc.constant({ strategy: 'ROLLING' as const }),
  fc.record({ strategy: fc.constant('BLUE_GREEN' as const), bakeTimeInMinutes: minutes }),
  fc.record(
    {
      strategy: fc.constant('CANARY' as const),
      bakeTimeInMinutes: minutes,
      canaryConfiguration: fc.record(
        { canaryPercent: fc.constantFrom(0.1, 5, 50), canaryBakeTimeInMinutes: minutes },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['strategy'] },
  ),
  fc.record(
    {
      strategy: fc.constant('LINEAR' as const),
      linearConfiguration: fc.record(
        { stepPercent: fc.constantFrom(3, 10, 50), stepBakeTimeInMinutes: minutes },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['strategy'] },
  ),
);

const deploymentConfiguration: fc.Arbitrary<DeploymentConfiguration> = fc
  .tuple(
    strategy,
    fc.record(
      {
        maximumPercent: fc.constantFrom(100, 150, 200),
        minimumHealthyPercent: fc.constantFrom(0, 50, 100),
        deploymentCircuitBreaker: fc.record(
          {
            enable: fc.boolean(),
            rollback: fc.boolean(),
            resetOnHealthyTask: fc.boolean(),
            thresholdConfiguration: fc.record({
              type: fc.constantFrom('COUNT' as const, 'BOUNDED_PERCENT' as const),
              value: fc.constantFrom(5, 50),
            }),
          },
          { requiredKeys: ['enable', 'rollback'] },
        ),
        alarms: fc.record({
          alarmNames: fc.uniqueArray(name),
          enable: fc.boolean(),
          rollback: fc.boolean(),
        }),
        lifecycleHooks: few(hook),
        earlySuccessCriteria: fc.record(
          { enable: fc.boolean(), healthyPercent: fc.constantFrom(50, 100) },
          { requiredKeys: ['enable'] },
        ),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([one, other]) => ({ ...one, ...other }));

const loadBalancer = fc.record(
  {
    targetGroupArn: name,
    containerName: fc.constant('web'),
    containerPort: fc.constantFrom(80, 443),
    advancedConfiguration: fc.record(
      { alternateTargetGroupArn: fc.constantFrom('d', 'e'), productionListenerRule: name },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['targetGroupArn', 'containerName', 'containerPort'] },
);

const serviceConnectConfiguration = fc.record(
  {
    enabled: fc.boolean(),
    namespace: name,
    services: fc.uniqueArray(
      fc.record(
        {
          portName: name,
          discoveryName: name,
          clientAliases: few(
            fc.record({ port: fc.constantFrom(80, 81), dnsName: name }, { requiredKeys: ['port'] }),
            1,
          ),
          ingressPortOverride: fc.constantFrom(1000, 2000),
        },
        { requiredKeys: ['portName'] },
      ),
      { selector: (service) => service.portName, maxLength: 2 },
    ),
  },
  { requiredKeys: ['enabled'] },
);

const volumeConfiguration = fc.record({
  name,
  managedEBSVolume: fc.record(
    {
      roleArn: name,
      sizeInGiB: fc.constantFrom(10, 20),
      filesystemType: fc.constantFrom('xfs' as const, 'ext4' as const),
      tagSpecifications: few(
        fc.record(
          {
            resourceType: fc.constant('volume' as const),
            propagateTags: fc.constantFrom('NONE' as const, 'SERVICE' as const),
          },
          { requiredKeys: ['resourceType'] },
        ),
        1,
      ),
    },
    { requiredKeys: ['roleArn'] },
  ),
});

const capacityProviders = fc.uniqueArray(
  fc.record(
    {
      capacityProvider: fc.constantFrom('FARGATE', 'FARGATE_SPOT'),
      weight: fc.constantFrom(0, 1, 2),
      base: fc.constantFrom(0, 1),
    },
    { requiredKeys: ['capacityProvider'] },
  ),
  { selector: (item) => item.capacityProvider, maxLength: 2 },
);

const launch = fc.oneof(
  fc.constant({}),
  fc.record({ launchType: fc.constantFrom('EC2' as const, 'FARGATE' as const) }),
  fc.record({ capacityProviderStrategy: capacityProviders }),
);

const rest = fc.record(
  {
    deploymentConfiguration,
    desiredCount: fc.nat(9),
    availabilityZoneRebalancing: fc.constantFrom('ENABLED' as const, 'DISABLED' as const),
    loadBalancers: few(loadBalancer),
    serviceRegistries: few(fc.record({ registryArn: name }), 1),
    placementConstraints: few(
      fc.oneof(
        fc.constant({ type: 'distinctInstance' as const }),
        fc.record({ type: fc.constant('memberOf' as const), expression: name }),
      ),
    ),
    placementStrategy: few(
      fc.oneof(
        fc.constant({ type: 'random' as const }),
        fc.record({
          type: fc.constant('spread' as const),
          field: fc.constantFrom('host', 'instanceId', 'attribute:ecs.availability-zone'),
        }),
        fc.record({
          type: fc.constant('binpack' as const),
          field: fc.constantFrom('cpu', 'memory'),
        }),
      ),
    ),
    networkConfiguration: fc.record({
      awsvpcConfiguration: fc.record(
        {
          subnets: fc.uniqueArray(name, { minLength: 1 }),
          securityGroups: fc.uniqueArray(name),
          assignPublicIp: fc.constantFrom('ENABLED' as const, 'DISABLED' as const),
        },
        { requiredKeys: ['subnets'] },
      ),
    }),
    healthCheckGracePeriodSeconds: fc.constantFrom(0, 60),
    schedulingStrategy: fc.constant('REPLICA' as const),
    deploymentController: fc.constant({ type: 'ECS' as const }),
    tags: fc.uniqueArray(fc.record({ key: name, value: fc.constantFrom('', 'x', 'y') }), {
      selector: (tag) => tag.key,
    }),
    enableECSManagedTags: fc.boolean(),
    propagateTags: fc.constantFrom('NONE' as const, 'SERVICE' as const, 'TASK_DEFINITION' as const),
    enableExecuteCommand: fc.boolean(),
    platformVersion: fc.constantFrom('LATEST', '1.4.0'),
    serviceConnectConfiguration,
    volumeConfigurations: few(volumeConfiguration),
    vpcLatticeConfigurations: few(
      fc.record({ roleArn: name, targetGroupArn: name, portName: name }),
      2,
    ),
    monitoring: fc.record({
      metricConfigurations: few(
        fc.record({
          metricNames: fc.subarray(['CPUUtilization', 'MemoryUtilization'], { minLength: 1 }),
          resolutionSeconds: fc.constantFrom(20, 60),
        }),
        1,
      ),
    }),
    gatewayConnectors: few(fc.record({ portName: name }), 1),
  },
  { requiredKeys: [] },
);

/** The input of CreateService without what the deploy adds. */
export const definitionArbitrary: fc.Arbitrary<Omit<CreateServiceCommandInput, 'serviceName'>> = fc
  .tuple(launch, rest)
  .map(([one, other]) => ({ ...one, ...other }));
