/** Reads a service definition from JSON: what CreateService takes, or what DescribeServices answers. */
import { CreateServiceRequest$, type DeploymentConfiguration, type Tag } from '@aws-sdk/client-ecs';
import { lastPart, looksLikeArn } from '../../base/arn.ts';
import type { UserError } from '../../base/errors.ts';
import { showPath, type Path, type Problem } from '../../base/configuration/problems.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import { isJsonObject, type JsonObject } from '../definition/json.ts';
import { documentError, type DocumentKind, type Written } from '../definition/written.ts';
import type { Finding } from '../session/findings.ts';
import { ownHooksOf } from '../gates/own-hooks.ts';
import { describedMembers, isDescribed, toCreateInput } from './described-service.ts';
import {
  definitionNote,
  type ServiceDefinition,
  type ServiceSettings,
} from './service-definition.ts';
import { checkShape, unknownMember } from '../definition/shape-check.ts';

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

/** What messages of a service definition have in common. */
export const SERVICE_DEFINITION: DocumentKind = {
  key: 'service_definition',
  code: 'SERVICE_DEFINITION_INVALID',
  right: 'service_definition must be the path of a JSON file, or the definition itself.',
};

const SHAPES =
  'Give what "aws ecs create-service --cli-input-json" takes or "aws ecs describe-services --include TAGS" prints.';

/**
 * Reads a definition.
 * @param name the service that the configuration names
 * @throws UserError SERVICE_DEFINITION_INVALID (exit code 2) with every problem: place, member, value and what would be right
 */
export function parseServiceDefinition(written: Written, name: ServiceName): ServiceDefinition {
  const { textForScalars } = written;
  const { service, at } = serviceIn(written);
  const described = isDescribed(service);
  const unknown = described
    ? Object.keys(service)
        .filter((member) => !describedMembers().includes(member))
        .map((member) => ({
          path: [...at, member],
          text: unknownMember(member, describedMembers()),
        }))
    : [];
  const { value, problems } = checkShape(
    described ? toCreateInput(service) : service,
    CreateServiceRequest$,
    { at, textForScalars },
  );
  refuse(written, [...unknown, ...problems]);
  // The check has found it to be so.
  const input = value as unknown as CheckedInput;
  refuse(written, contradictions(input, at, name, described));
  return definitionOf(input, written.name, described);
}

/** The service in the document: alone, or inside an answer. */
function serviceIn(written: Written): { readonly service: JsonObject; readonly at: Path } {
  const { value: document } = written;
  if (!isJsonObject(document)) {
    throw invalid(written, [{ path: [], text: 'must be a JSON object' }]);
  }
  const { service, services } = document;
  if (!isJsonObject(service) && !Array.isArray(services)) return { service: document, at: [] };
  refuse(
    written,
    Object.keys(document)
      .filter((member) => !BESIDE.has(member))
      .map((member) => ({ path: [member], text: 'stands beside the service, not in it' })),
  );
  if (isJsonObject(service)) return { service, at: ['service'] };
  const found: readonly unknown[] = Array.isArray(services) ? services : [];
  const [only] = found;
  if (found.length === 1 && isJsonObject(only)) return { service: only, at: ['services', 0] };
  const right = found.length === 0 ? 'describe a service that exists' : 'leave the others out';
  throw invalid(written, [
    { path: ['services'], text: `has ${found.length} services, not the one to deploy; ${right}` },
  ]);
}

function contradictions(
  input: CheckedInput,
  at: Path,
  name: ServiceName,
  described: boolean,
): readonly Problem[] {
  const { cluster, serviceName, schedulingStrategy, desiredCount, launchType } = input;
  const problems: Problem[] = [];
  const report = (path: Path, text: string): void => {
    problems.push({ path: [...at, ...path], text });
  };
  const other = (member: string, value: string | undefined, wanted: string): void => {
    if (value === undefined || isSameName(value, wanted)) return;
    report(
      [member],
      `is "${value}", and the configuration says "${wanted}"; name the same, or leave it out here`,
    );
  };
  other(described ? 'clusterArn' : 'cluster', cluster, name.cluster);
  other('serviceName', serviceName, name.service);
  if (schedulingStrategy === 'DAEMON' && desiredCount !== undefined) {
    report(
      ['desiredCount'],
      'is for REPLICA; with schedulingStrategy DAEMON ECS runs one task on each container instance: leave it out',
    );
  }
  if (launchType !== undefined && (input.capacityProviderStrategy ?? []).length > 0) {
    const excluded = showPath([...at, 'capacityProviderStrategy']);
    report(['launchType'], `and ${excluded} exclude each other: leave one out`);
  }
  const keys = (input.tags ?? []).map((tag) => tag.key);
  for (const key of new Set(keys.filter((each, index) => keys.indexOf(each) !== index))) {
    report(['tags'], `has the key "${key ?? ''}" more than once`);
  }
  (input.tags ?? []).forEach((tag, index) => {
    if (tag.key === undefined || tag.value === undefined) {
      report(['tags', index], 'must have a "key" and a "value"');
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

function refuse(written: Written, problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalid(written, problems);
}

function invalid(written: Written, problems: readonly Problem[]): UserError {
  return documentError(written, problems, SERVICE_DEFINITION.code, SHAPES);
}
