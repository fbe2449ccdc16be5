/** The load balancers of a service (reference: ECS semantics 4.2-4.4, 6.4). */
import type { LoadBalancer, PortMapping } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from '../../state/entities.ts';
import type { Store } from '../../state/store.ts';
import { invalidParameter, unsupportedFeature } from '../ecs-errors.ts';
import { checkAdvancedConfiguration } from './advanced-configuration.ts';
import { checkTargetGroup } from './target-group.ts';

const MOST_TARGET_GROUPS = 5;

/**
 * Checks load balancers as a request gives them: their shape, their target groups, and that they fit the definition.
 * @throws AwsError InvalidParameterException, UnsupportedFeatureException
 */
export function checkLoadBalancers(
  loadBalancers: readonly LoadBalancer[],
  taskDefinition: TaskDefinition,
  store: Store,
): void {
  checkKinds(loadBalancers);
  if (loadBalancers.length > MOST_TARGET_GROUPS)
    throw invalidParameter(`load balancers can have at most ${MOST_TARGET_GROUPS} items.`);
  checkLoadBalancedContainers(loadBalancers, taskDefinition);
  for (const loadBalancer of loadBalancers) {
    const { targetGroupArn = '', advancedConfiguration } = loadBalancer;
    checkTargetGroup(targetGroupArn, taskDefinition, store);
    if (advancedConfiguration !== undefined)
      checkAdvancedConfiguration(targetGroupArn, advancedConfiguration, taskDefinition, store);
  }
}

/**
 * Checks that containers and ports of the load balancers are in the definition.
 * @throws AwsError InvalidParameterException `The container X does not exist in the task definition.` and its like
 */
export function checkLoadBalancedContainers(
  loadBalancers: readonly LoadBalancer[],
  { definition }: TaskDefinition,
): void {
  for (const { containerName, containerPort } of loadBalancers) {
    if (containerName === undefined || containerName === '')
      throw invalidParameter('The container name of a load balancer can not be blank.');
    if (containerPort === undefined)
      throw invalidParameter(
        `The container port of the load balancer of container ${containerName} is missing.`,
      );
    const container = definition.containerDefinitions?.find(({ name }) => name === containerName);
    if (container === undefined)
      throw invalidParameter(
        `The container ${containerName} does not exist in the task definition.`,
      );
    if (!(container.portMappings ?? []).some((mapping) => offersPort(mapping, containerPort)))
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
  }
}

function checkKinds(loadBalancers: readonly LoadBalancer[]): void {
  const classic = loadBalancers.filter(({ loadBalancerName }) => loadBalancerName !== undefined);
  const modern = loadBalancers.filter(({ targetGroupArn }) => targetGroupArn !== undefined);
  if (classic.length > 0 && modern.length > 0)
    throw invalidParameter(
      'All loadBalancers must be strictly either ELBv1 (defining loadBalancerName) or ELBv2 (defining targetGroupArn)',
    );
  if (classic.some(({ advancedConfiguration }) => advancedConfiguration !== undefined))
    throw invalidParameter('advancedConfiguration field is not allowed with ELBv1 loadBalancers');
  if (classic.length > 0)
    throw unsupportedFeature(
      'Classic Load Balancers are not built in this local ECS. Give the targetGroupArn of an Application Load Balancer instead of loadBalancerName.',
    );
  if (modern.length < loadBalancers.length)
    throw invalidParameter('Every load balancer of a service needs a targetGroupArn.');
  const advanced = modern.filter(
    ({ advancedConfiguration }) => advancedConfiguration !== undefined,
  );
  if (advanced.length > 0 && advanced.length < modern.length)
    throw invalidParameter(
      'Either all or none of the provided loadBalancers must have advancedConfiguration defined',
    );
  checkDuplicates(modern);
}

/** One target group can serve two ports of the same task, so only a full repetition is one. */
function checkDuplicates(loadBalancers: readonly LoadBalancer[]): void {
  const seen = new Set<string>();
  for (const { targetGroupArn = '', containerName = '', containerPort = 0 } of loadBalancers) {
    const key = `${targetGroupArn}|${containerName}|${containerPort}`;
    if (seen.has(key)) throw invalidParameter(`Duplicate targetGroupArn found: ${targetGroupArn}`);
    seen.add(key);
  }
}

function offersPort(mapping: PortMapping, port: number): boolean {
  if (mapping.containerPort === port) return true;
  const [first, last] = mapping.containerPortRange?.split('-').map(Number) ?? [];
  return first !== undefined && last !== undefined && first <= port && port <= last;
}
