/**
 * What ECS makes of a creation and of an update, as the SDK's documentation and the captures tell it (reference: ECS semantics
 * 4.2-4.4): defaults filled in, lists in an order of its own, other spellings. It shares no code with what is tested.
 */
import type {
  CreateServiceCommandInput,
  Deployment,
  DeploymentConfiguration,
  Service,
  ServiceConnectConfiguration,
  ServiceRevision,
  Tag,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';

/** A service and what only its revision shows. */
export interface Modelled {
  readonly service: Service;
  readonly revision: Pick<ServiceRevision, 'monitoring' | 'gatewayConnectors'>;
}

const NAMESPACE = 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1';

/** DescribeServices after CreateService. */
export function created(input: CreateServiceCommandInput): Modelled {
  const daemon = input.schedulingStrategy === 'DAEMON';
  const bare: Service = {
    serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
    serviceName: 'web',
    clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
    status: 'ACTIVE',
    desiredCount: input.desiredCount ?? 0,
    runningCount: 0,
    pendingCount: 0,
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    healthCheckGracePeriodSeconds: 0,
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
    availabilityZoneRebalancing: 'ENABLED',
    schedulingStrategy: input.schedulingStrategy ?? 'REPLICA',
    deploymentController: input.deploymentController ?? { type: 'ECS' },
    deploymentConfiguration: {
      deploymentCircuitBreaker: {
        enable: false,
        rollback: false,
        resetOnHealthyTask: true,
        thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      },
      maximumPercent: daemon ? 100 : 200,
      minimumHealthyPercent: daemon ? 0 : 100,
      strategy: 'ROLLING',
      bakeTimeInMinutes: 0,
    },
    launchType: input.launchType ?? 'EC2',
    ...(input.role === undefined ? {} : { roleArn: input.role }),
    deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', desiredCount: 0 }],
    events: [],
    tags: input.tags ?? [],
  };
  return updated({ service: bare, revision: {} }, input);
}

/** DescribeServices after UpdateService. */
export function updated(
  { service, revision }: Modelled,
  input: Omit<UpdateServiceCommandInput, 'service'>,
): Modelled {
  const strategy = input.capacityProviderStrategy;
  const fargate = (strategy ?? service.capacityProviderStrategy ?? []).some((item) =>
    item.capacityProvider?.startsWith('FARGATE'),
  );
  const onFargate = fargate || service.launchType === 'FARGATE';
  const next: Service = {
    ...service,
    ...given(input, [
      'desiredCount',
      'placementConstraints',
      'healthCheckGracePeriodSeconds',
      'enableECSManagedTags',
      'enableExecuteCommand',
      'propagateTags',
      'availabilityZoneRebalancing',
      'serviceRegistries',
    ]),
    loadBalancers: input.loadBalancers?.toReversed() ?? service.loadBalancers,
    placementStrategy:
      input.placementStrategy?.map(({ type, field }) => ({
        type,
        ...(field === undefined ? {} : { field: spelled(field) }),
      })) ?? service.placementStrategy,
    deploymentConfiguration: merged(
      service.deploymentConfiguration ?? {},
      input.deploymentConfiguration ?? {},
    ),
    ...(onFargate
      ? { platformVersion: input.platformVersion ?? service.platformVersion ?? 'LATEST' }
      : given(input, ['platformVersion'])),
    deployments: [deployment(service.deployments?.[0] ?? {}, input)],
  };
  const vpc = input.networkConfiguration?.awsvpcConfiguration;
  if (vpc !== undefined) {
    next.networkConfiguration = {
      awsvpcConfiguration: {
        subnets: vpc.subnets?.toReversed(),
        securityGroups: vpc.securityGroups?.toReversed() ?? [],
        assignPublicIp: vpc.assignPublicIp ?? 'DISABLED',
      },
    };
  }
  if (strategy !== undefined) launch(next, strategy, service.capacityProviderStrategy ?? []);
  return {
    service: next,
    revision: { ...revision, ...given(input, ['monitoring', 'gatewayConnectors']) },
  };
}

/** The service after TagResource. */
export function tagged(service: Service, tags: readonly Tag[]): Service {
  const keys = new Set(tags.map((tag) => tag.key));
  return {
    ...service,
    tags: [...(service.tags ?? []).filter((tag) => !keys.has(tag.key)), ...tags],
  };
}

function launch(
  service: Service,
  strategy: NonNullable<Service['capacityProviderStrategy']>,
  former: NonNullable<Service['capacityProviderStrategy']>,
): void {
  if (strategy.length > 0) {
    delete service.launchType;
    service.capacityProviderStrategy = strategy
      .map(({ capacityProvider, weight, base }) => ({
        capacityProvider,
        weight: weight ?? 0,
        base: base ?? 0,
      }))
      .toReversed();
  } else if (former.length > 0) {
    delete service.capacityProviderStrategy;
    const fargate = former.some((item) => item.capacityProvider?.startsWith('FARGATE'));
    service.launchType = fargate ? 'FARGATE' : 'EC2';
  }
}

function merged(
  former: DeploymentConfiguration,
  given: DeploymentConfiguration,
): DeploymentConfiguration {
  const { canaryConfiguration, linearConfiguration, ...rest } = { ...former, ...given };
  const breaker = { ...former.deploymentCircuitBreaker, ...given.deploymentCircuitBreaker };
  return {
    ...rest,
    ...(breaker.enable === undefined
      ? {}
      : {
          deploymentCircuitBreaker: {
            ...breaker,
            enable: breaker.enable,
            rollback: breaker.enable && breaker.rollback === true,
          },
        }),
    ...(rest.strategy === 'CANARY'
      ? {
          canaryConfiguration: {
            canaryPercent: 5,
            canaryBakeTimeInMinutes: 10,
            ...canaryConfiguration,
          },
        }
      : {}),
    ...(rest.strategy === 'LINEAR'
      ? {
          linearConfiguration: {
            stepPercent: 10,
            stepBakeTimeInMinutes: 6,
            ...linearConfiguration,
          },
        }
      : {}),
    ...(rest.lifecycleHooks === undefined
      ? {}
      : {
          lifecycleHooks: rest.lifecycleHooks
            .map((hook) => ({
              ...hook,
              targetType: hook.targetType ?? ('AWS_LAMBDA' as const),
              lifecycleStages: hook.lifecycleStages?.toReversed(),
              timeoutConfiguration: {
                timeoutInMinutes: 1440,
                action: 'ROLLBACK' as const,
                ...hook.timeoutConfiguration,
              },
            }))
            .toReversed(),
        }),
  };
}

function deployment(
  former: Deployment,
  input: Omit<UpdateServiceCommandInput, 'service'>,
): Deployment {
  const { serviceConnectConfiguration: connect } = input;
  return {
    ...former,
    status: 'PRIMARY',
    ...given(input, ['vpcLatticeConfigurations']),
    ...(input.volumeConfigurations === undefined
      ? {}
      : {
          volumeConfigurations: input.volumeConfigurations.map(({ name, managedEBSVolume }) => ({
            name,
            ...(managedEBSVolume === undefined
              ? {}
              : { managedEBSVolume: { filesystemType: 'xfs' as const, ...managedEBSVolume } }),
          })),
        }),
    ...(connect === undefined ? {} : { serviceConnectConfiguration: connected(connect) }),
  };
}

/** With an ARN for the namespace, and the names that a service has by itself. */
function connected(connect: ServiceConnectConfiguration): ServiceConnectConfiguration {
  const { services, ...rest } = connect;
  return {
    ...rest,
    namespace: NAMESPACE,
    ...(services === undefined
      ? {}
      : {
          services: services
            .map((service) => {
              const discoveryName = service.discoveryName ?? service.portName ?? '';
              return {
                ...service,
                discoveryName,
                ...(service.clientAliases === undefined
                  ? {}
                  : {
                      clientAliases: service.clientAliases.map((alias) => ({
                        ...alias,
                        dnsName: alias.dnsName ?? `${discoveryName}.prod`,
                      })),
                    }),
              };
            })
            .toReversed(),
        }),
  };
}

function spelled(field: string): string {
  if (field === 'memory' || field === 'cpu') return field.toUpperCase();
  return field === 'host' ? 'instanceId' : field;
}

function given<From extends object, Name extends keyof From>(
  from: From,
  names: readonly Name[],
): Partial<Pick<From, Name>> {
  const result: Partial<Pick<From, Name>> = {};
  for (const name of names) if (from[name] !== undefined) result[name] = from[name];
  return result;
}
