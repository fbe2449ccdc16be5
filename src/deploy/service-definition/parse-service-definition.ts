/** Reads a service definition from JSON: what CreateService takes, or what DescribeServices answers. */
import { CreateServiceRequest$, type DeploymentConfiguration, type Tag } from '@aws-sdk/client-ecs';
import { lastPart, looksLikeArn } from '../../base/arn.ts';
import { UserError } from '../../base/errors.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import { isJsonObject, type JsonObject } from '../definition/json.ts';
import type { Finding } from '../drive/preflight.ts';
import { ownHooksOf } from '../gates/own-hooks.ts';
import { describedMembers, isDescribed, toCreateInput } from './described-service.ts';
import {
  definitionNote,
  type ServiceDefinition,
  type ServiceSettings,
} from './service-definition.ts';
import { checkShape, memberPath, unknownMember, type ShapeOptions } from './shape-check.ts';

/** The whole of what the check has found to be of CreateService's shape. */
interface CheckedInput extends ServiceSettings {
  readonly cluster?: string;
  readonly serviceName?: string;
  readonly taskDefinition?: string;
  readonly clientToken?: string;
  readonly desiredCount?: number;
  readonly tags?: readonly Tag[];
}

/** What may stand beside the service in an answer. */
const BESIDE = new Set(['services', 'service', 'failures', '$metadata', 'ResponseMetadata']);

const SHAPES =
  'Give what "aws ecs create-service --cli-input-json" takes or "aws ecs describe-services --include TAGS" prints.';

/**
 * Reads a definition.
 * @param source what messages call it
 * @param name the service that the configuration names
 * @param textForScalars see ShapeOptions
 * @throws UserError SERVICE_DEFINITION_INVALID (exit code 2) with every problem: source, member, value and what would be right
 */
export function parseServiceDefinition(
  document: unknown,
  source: string,
  name: ServiceName,
  { textForScalars }: Pick<ShapeOptions, 'textForScalars'>,
): ServiceDefinition {
  const { service, at } = serviceIn(document, source);
  const described = isDescribed(service);
  const unknown = described
    ? Object.keys(service)
        .filter((member) => !describedMembers().includes(member))
        .map((member) => `${memberPath(at, member)} ${unknownMember(member, describedMembers())}`)
    : [];
  const { value, problems } = checkShape(
    described ? toCreateInput(service) : service,
    CreateServiceRequest$,
    { at, textForScalars },
  );
  refuse(source, [...unknown, ...problems]);
  // The check has found it to be so.
  const input = value as unknown as CheckedInput;
  refuse(source, contradictions(input, at, name, described));
  return definitionOf(input, source, described);
}

/** The service in the document: alone, or inside an answer. */
function serviceIn(
  document: unknown,
  source: string,
): { readonly service: JsonObject; readonly at: string } {
  if (!isJsonObject(document)) throw invalid([`${source} holds no JSON object`], SHAPES);
  const { service, services } = document;
  if (!isJsonObject(service) && !Array.isArray(services)) return { service: document, at: '' };
  refuse(
    source,
    Object.keys(document)
      .filter((member) => !BESIDE.has(member))
      .map((member) => `${memberPath('', member)} stands beside the service, not in it`),
  );
  if (isJsonObject(service)) return { service, at: 'service' };
  const found: readonly unknown[] = Array.isArray(services) ? services : [];
  const [only] = found;
  if (found.length === 1 && isJsonObject(only)) return { service: only, at: 'services[0]' };
  throw invalid(
    [`${source}: services has ${found.length} services; it must be the one to deploy`],
    found.length === 0 ? 'Describe a service that exists.' : 'Leave the others out.',
  );
}

function contradictions(
  input: CheckedInput,
  at: string,
  name: ServiceName,
  described: boolean,
): readonly string[] {
  const { cluster, serviceName, schedulingStrategy, desiredCount, launchType } = input;
  const problems: string[] = [];
  const other = (member: string, value: string | undefined, wanted: string): void => {
    if (value === undefined || isSameName(value, wanted)) return;
    problems.push(
      `${memberPath(at, member)} is "${value}", and the configuration says "${wanted}"; name the same, or leave it out here`,
    );
  };
  other(described ? 'clusterArn' : 'cluster', cluster, name.cluster);
  other('serviceName', serviceName, name.service);
  if (schedulingStrategy === 'DAEMON' && desiredCount !== undefined) {
    problems.push(
      `${memberPath(at, 'desiredCount')} is for REPLICA; with schedulingStrategy DAEMON ECS runs one task on each container instance: leave it out`,
    );
  }
  if (launchType !== undefined && (input.capacityProviderStrategy ?? []).length > 0) {
    problems.push(
      `${memberPath(at, 'launchType')} and ${memberPath(at, 'capacityProviderStrategy')} exclude each other: leave one out`,
    );
  }
  const keys = (input.tags ?? []).map((tag) => tag.key);
  for (const key of new Set(keys.filter((each, index) => keys.indexOf(each) !== index))) {
    problems.push(`${memberPath(at, 'tags')} has the key "${key ?? ''}" more than once`);
  }
  (input.tags ?? []).forEach((tag, index) => {
    if (tag.key === undefined || tag.value === undefined) {
      problems.push(`${memberPath(at, 'tags')}[${index}] must have a "key" and a "value"`);
    }
  });
  return problems;
}

/** Names and ARNs may be mixed; two ARNs must be the same to the letter. */
function isSameName(one: string, other: string): boolean {
  return looksLikeArn(one) && looksLikeArn(other)
    ? one === other
    : lastPart(one) === lastPart(other);
}

function definitionOf(input: CheckedInput, source: string, described: boolean): ServiceDefinition {
  const {
    cluster: _cluster,
    serviceName: _serviceName,
    taskDefinition,
    clientToken,
    desiredCount,
    tags = [],
    ...settings
  } = input;
  const notes: Finding[] = [];
  const ignored = (member: string, why: string): void => {
    notes.push(
      definitionNote('SERVICE_DEFINITION_IGNORED', `${source}: ${member} is ignored: ${why}`),
    );
  };
  if (!described) {
    if (taskDefinition !== undefined) ignored('taskDefinition', 'the deploy says what runs');
    if (clientToken !== undefined) ignored('clientToken', 'each creation has one of its own');
    for (const { key } of tags.filter((tag) => !isSettable(tag))) {
      ignored(`the tag ${key ?? ''}`, 'such keys belong to AWS and Fairlead');
    }
  }
  return {
    source,
    settings: described ? withoutGate(settings, tags) : settings,
    desiredCount:
      desiredCount === undefined
        ? undefined
        : { value: desiredCount, appliesTo: described ? 'creation' : 'always' },
    tags: tags.filter(isSettable),
    notes,
  };
}

/** The pause of a rollout that Fairlead drove while the service was described is none of the wish. */
function withoutGate(settings: ServiceSettings, tags: readonly Tag[]): ServiceSettings {
  const { deploymentConfiguration } = settings;
  if (deploymentConfiguration?.lifecycleHooks === undefined) return settings;
  const own: DeploymentConfiguration = {
    ...deploymentConfiguration,
    lifecycleHooks: [...ownHooksOf({ deploymentConfiguration, tags: [...tags] })],
  };
  return { ...settings, deploymentConfiguration: own };
}

/** AWS refuses keys of its own; Fairlead's come and go with a rollout. */
export function isSettable({ key = '' }: Tag): boolean {
  return !/^(?:aws|fairlead):/i.test(key);
}

function refuse(source: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw invalid(
    problems.map((problem) => `${source}: ${problem}`),
    SHAPES,
  );
}

function invalid(problems: readonly string[], hint: string): UserError {
  return new UserError('SERVICE_DEFINITION_INVALID', problems.join('\n'), { hint, exitCode: 2 });
}
