/**
 * From what DescribeServices answers to what CreateService takes. A description holds more than a wish: counts, deployments,
 * ARNs, and defaults that CreateService would refuse to be given.
 */
import { CreateServiceRequest$, Service$ } from '@aws-sdk/client-ecs';
import { objectsOf, textOf, type Json, type JsonObject } from '../definition/json.ts';
import { memberNames } from '../definition/shape-check.ts';
import { TASK_SET_MEMBERS } from './service-definition.ts';

/** Members that answers of AWS have and the model does not list. */
const UNDOCUMENTED = ['lifecycleHookDetails', 'version'];

const CREATE_MEMBERS: ReadonlySet<string> = new Set(memberNames(CreateServiceRequest$));

/** Members that only a description has; any of them tells a description from an input. */
const ONLY_DESCRIBED: ReadonlySet<string> = new Set(
  [...memberNames(Service$), ...UNDOCUMENTED].filter((name) => !CREATE_MEMBERS.has(name)),
);

/** Members that DescribeServices shows on the PRIMARY deployment alone (the SDK's Deployment). */
const OF_THE_DEPLOYMENT = [
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
];

/** True for a service as DescribeServices, CreateService and UpdateService answer it. */
export function isDescribed(service: JsonObject): boolean {
  return Object.keys(service).some((name) => ONLY_DESCRIBED.has(name));
}

/** Every member that a description may have. */
export function describedMembers(): readonly string[] {
  return [...CREATE_MEMBERS, ...ONLY_DESCRIBED];
}

/** The description as CreateService would take it; a member is copied as it stands, right or wrong. */
export function toCreateInput(described: JsonObject): JsonObject {
  const input: Record<string, Json | undefined> = {
    ...picked(primaryOf(described['deployments']), OF_THE_DEPLOYMENT),
    ...picked(described, [...CREATE_MEMBERS]),
    // The service itself shows these empty where its task sets have them.
    ...picked(primaryOf(described['taskSets']), TASK_SET_MEMBERS),
    ...named('cluster', described['clusterArn']),
    ...named('role', ownRole(described['roleArn'])),
  };
  if (input['schedulingStrategy'] === 'DAEMON') delete input['desiredCount'];
  // CreateService takes no grace period without a load balancer, though 0 is what it shows then.
  if (input['healthCheckGracePeriodSeconds'] === 0 && isEmpty(input['loadBalancers'])) {
    delete input['healthCheckGracePeriodSeconds'];
  }
  // It refuses both, although the list may be shown empty beside a launch type.
  if (isEmpty(input['capacityProviderStrategy'])) delete input['capacityProviderStrategy'];
  return input;
}

/** The role that somebody chose: the service-linked one is ECS's own choice and must not be given. */
function ownRole(roleArn: Json | undefined): Json | undefined {
  return textOf(roleArn)?.includes(':role/aws-service-role/') === true ? undefined : roleArn;
}

function primaryOf(list: Json | undefined): JsonObject {
  return objectsOf(list).find((each) => each['status'] === 'PRIMARY') ?? {};
}

function picked(from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) =>
      from[name] === undefined || from[name] === null ? [] : [[name, from[name]]],
    ),
  );
}

function named(name: string, value: Json | undefined): JsonObject {
  return value === undefined || value === null ? {} : { [name]: value };
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}
