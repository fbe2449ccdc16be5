/** The network configuration of services and tasks (reference: ECS semantics 4.2, 4.3). */
import type { AwsVpcConfiguration, NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../state/entities.ts';
import { invalidParameter } from './ecs-errors.ts';

const MOST_SUBNETS = 16;
const MOST_SECURITY_GROUPS = 5;

/**
 * The configuration as ECS returns it, or undefined for definitions that need none. Subnets and security groups are
 * taken as they are given: there is no VPC to look them up in.
 * @throws AwsError InvalidParameterException
 */
export function checkNetworkConfiguration(
  given: NetworkConfiguration | undefined,
  taskDefinition: TaskDefinition,
): NetworkConfiguration | undefined {
  const awsvpc = given?.awsvpcConfiguration;
  if (taskDefinition.definition.networkMode !== 'awsvpc') {
    if (awsvpc !== undefined)
      throw invalidParameter(
        'Network Configuration is not valid for the given networkMode of this task definition.',
      );
    return undefined;
  }
  if (awsvpc === undefined)
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  return { awsvpcConfiguration: checkAwsVpc(awsvpc) };
}

/**
 * On EC2 a network interface cannot have a public address.
 * @throws AwsError InvalidParameterException
 */
export function checkPublicAddress(
  configuration: NetworkConfiguration | undefined,
  runsOn: 'EC2' | 'FARGATE',
): void {
  if (runsOn === 'EC2' && configuration?.awsvpcConfiguration?.assignPublicIp === 'ENABLED')
    throw invalidParameter('Assign public IP is not supported for this launch type.');
}

function checkAwsVpc(awsvpc: AwsVpcConfiguration): AwsVpcConfiguration {
  const { subnets = [], securityGroups = [], assignPublicIp = 'DISABLED' } = awsvpc;
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > MOST_SUBNETS)
    throw invalidParameter(`subnets can have at most ${MOST_SUBNETS} items.`);
  if (securityGroups.length > MOST_SECURITY_GROUPS)
    throw invalidParameter(`securityGroups can have at most ${MOST_SECURITY_GROUPS} items.`);
  if (subnets.includes('') || securityGroups.includes(''))
    throw invalidParameter('Subnets and security groups can not be blank.');
  return { subnets, securityGroups, assignPublicIp };
}
