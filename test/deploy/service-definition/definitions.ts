/** Definitions and services for the tests of service definitions. */
import type { Service } from '@aws-sdk/client-ecs';
import { writtenFile } from '../../../src/deploy/definition/written.ts';
import {
  parseServiceDefinition,
  SERVICE_DEFINITION,
} from '../../../src/deploy/service-definition/parse-service-definition.ts';
import {
  serviceChange,
  type PresentContext,
  type ServiceChange,
} from '../../../src/deploy/service-definition/service-change.ts';
import type { ServiceDefinition } from '../../../src/deploy/service-definition/service-definition.ts';

export const NAME = { cluster: 'prod', service: 'web' };
export const FILE = 'service-definition.json';

/** A definition as a file says it. */
export function defined(document: object): ServiceDefinition {
  // As it comes from a file: without undefined members, dates as text.
  const written = writtenFile(JSON.stringify(document), FILE, SERVICE_DEFINITION);
  return parseServiceDefinition(written, NAME);
}

/** A service as ECS describes one that was created with hardly any settings (reference: ECS semantics 4.2). */
export function described(change: Partial<Service> = {}): Service {
  return {
    serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
    serviceName: 'web',
    clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
    loadBalancers: [],
    serviceRegistries: [],
    status: 'ACTIVE',
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    launchType: 'FARGATE',
    platformVersion: 'LATEST',
    platformFamily: 'Linux',
    taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:6',
    deploymentConfiguration: {
      deploymentCircuitBreaker: {
        enable: false,
        rollback: false,
        resetOnHealthyTask: true,
        thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
      },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: 'ROLLING',
      bakeTimeInMinutes: 0,
    },
    deployments: [{ id: 'ecs-svc/6', status: 'PRIMARY', rolloutState: 'COMPLETED' }],
    roleArn:
      'arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    events: [],
    placementConstraints: [],
    placementStrategy: [],
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-1', 'subnet-2'],
        securityGroups: ['sg-1'],
        assignPublicIp: 'DISABLED',
      },
    },
    healthCheckGracePeriodSeconds: 0,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    tags: [],
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    availabilityZoneRebalancing: 'ENABLED',
    resourceManagementType: 'CUSTOMER',
    ...change,
  };
}

/** What differs between a service and a file. */
export function changeOf(
  service: Service,
  document: object,
  context: Partial<PresentContext> = {},
): ServiceChange {
  return serviceChange(service, defined(document), {
    own: service.deploymentConfiguration?.lifecycleHooks ?? [],
    revision: {},
    ...context,
  });
}
