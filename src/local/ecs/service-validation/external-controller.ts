/** What services under the EXTERNAL deployment controller cannot have, or have by their task sets (reference: ECS semantics 4.3, 7). */
import type {
  CreateServiceRequest,
  DeploymentConfiguration,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { invalidParameter, unsupportedFeature } from '../ecs-errors.ts';

/** Members that belong to task sets, and what they are called. */
const OF_TASK_SETS = {
  launchType: 'launch type',
  capacityProviderStrategy: 'capacity provider strategy',
  platformVersion: 'platform version',
  networkConfiguration: 'network configuration',
  loadBalancers: 'load balancers',
  serviceRegistries: 'service registries',
} as const;

/** Members that only services under the ECS controller have. */
const OF_ECS_CONTROLLER = {
  volumeConfigurations: 'volume configurations',
  vpcLatticeConfigurations: 'VPC Lattice configurations',
  gatewayConnectors: 'gateway connectors',
  monitoring: 'monitoring',
} as const;

/**
 * Checks what CreateService gives besides the controller.
 * @throws AwsError InvalidParameterException
 */
export function checkExternalService(input: CreateServiceRequest): void {
  // Clients that send the empty text for no definition get to hear this.
  if (input.taskDefinition === '') throw invalidParameter('Family should not be null or empty.');
  if (input.taskDefinition !== undefined) throw invalidParameter('TaskDefinition must be blank');
  if (input.schedulingStrategy === 'DAEMON')
    throw invalidParameter(
      'The EXTERNAL deployment controller type is not supported for services using the DAEMON scheduling strategy.',
    );
  checkServiceConnect(input);
  for (const [member, name] of Object.entries(OF_TASK_SETS)) {
    if (isGiven(input, member))
      throw invalidParameter(
        `${capitalised(name)} must be blank on services with an EXTERNAL deployment controller. Give ${member} to CreateTaskSet.`,
      );
  }
  checkEcsOnly(input);
  checkExternalDeployments(input.deploymentConfiguration);
}

/**
 * Checks what UpdateService changes: desired count, grace period, placement and tag options are the service's own.
 * @throws AwsError InvalidParameterException, UnsupportedFeatureException for another deployment controller
 */
export function checkExternalUpdate(input: UpdateServiceRequest): void {
  const controller = input.deploymentController?.type ?? 'EXTERNAL';
  if (controller !== 'EXTERNAL')
    throw unsupportedFeature(
      `The deployment controller of a service cannot be changed in this local ECS. Create another service with type ${controller}.`,
    );
  if (input.taskDefinition !== undefined) throw unableToUpdate('task definition', 'taskDefinition');
  checkServiceConnect(input);
  for (const [member, name] of Object.entries(OF_TASK_SETS)) {
    if (isGiven(input, member)) throw unableToUpdate(name, member);
  }
  checkEcsOnly(input);
  checkExternalDeployments(input.deploymentConfiguration);
  if (input.deploymentConfiguration !== undefined)
    throw invalidParameter(
      'Unable to update deployment configuration on services with an EXTERNAL deployment controller.',
    );
  if (input.enableExecuteCommand !== undefined)
    throw invalidParameter(
      'Unable to update enableExecuteCommand on services with an EXTERNAL deployment controller.',
    );
  if (input.forceNewDeployment === true)
    throw invalidParameter(
      'Cannot force a new deployment on services with an EXTERNAL deployment controller. Use CreateTaskSet for new tasks.',
    );
}

function checkServiceConnect({
  serviceConnectConfiguration,
}: Pick<CreateServiceRequest, 'serviceConnectConfiguration'>): void {
  if (serviceConnectConfiguration?.enabled === true)
    throw invalidParameter(
      'The EXTERNAL deployment controller type is not supported for services using Service Connect.',
    );
}

function checkEcsOnly(input: object): void {
  for (const [member, name] of Object.entries(OF_ECS_CONTROLLER)) {
    if (isGiven(input, member))
      throw invalidParameter(
        `${capitalised(name)} are only supported with ECS deployment controller. Leave out ${member}.`,
      );
  }
}

function checkExternalDeployments(configuration: DeploymentConfiguration | undefined): void {
  if (configuration === undefined) return;
  if (configuration.deploymentCircuitBreaker?.enable === true)
    throw ecsControllerOnly('Deployment circuit breaker');
  if (configuration.alarms?.enable === true) throw ecsControllerOnly('Alarm based rollback');
  const foreign = (
    [
      ['strategy', configuration.strategy !== undefined && configuration.strategy !== 'ROLLING'],
      ['bakeTimeInMinutes', (configuration.bakeTimeInMinutes ?? 0) !== 0],
      ['lifecycleHooks', (configuration.lifecycleHooks ?? []).length > 0],
      ['linearConfiguration', configuration.linearConfiguration !== undefined],
      ['canaryConfiguration', configuration.canaryConfiguration !== undefined],
      ['earlySuccessCriteria', configuration.earlySuccessCriteria?.enable === true],
    ] as const
  ).find(([, given]) => given);
  if (foreign !== undefined) throw ecsControllerOnly(foreign[0]);
}

function ecsControllerOnly(feature: string): Error {
  return invalidParameter(
    `${feature} feature is only supported with ECS deployment controller. Update to ECS deployment controller and try again.`,
  );
}

function unableToUpdate(name: string, member: string): Error {
  return invalidParameter(
    `Unable to update ${name} on services with an EXTERNAL deployment controller. Give ${member} to CreateTaskSet instead.`,
  );
}

/** An empty list says that there is to be nothing, which is so. */
function isGiven(input: object, member: string): boolean {
  const value = (input as Readonly<Record<string, unknown>>)[member];
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
