/** What differs between a service and its definition, and what one UpdateService can do about it. */
import type {
  DeploymentLifecycleHook,
  Service,
  ServiceRevision,
  Tag,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { Finding } from '../session/findings.ts';
import { changeTexts } from './change-texts.ts';
import { deploymentConfigurationChange } from './deployment-configuration-change.ts';
import { fixedLaunchType, fixedMembers, notUnderController } from './fixed-members.ts';
import { launchChange } from './launch-change.ts';
import { isSettable } from './parse-service-definition.ts';
import { COMPARED_MEMBERS, sameMember } from './same-member.ts';
import {
  definitionNote,
  TASK_SET_MEMBERS,
  type ServiceDefinition,
  type ServiceSettings,
} from './service-definition.ts';
import { primaryOf } from '../observed/primary.ts';

/** Members of an UpdateService; `taskDefinition` is the deploy's. */
export type ServiceUpdate = Omit<
  UpdateServiceCommandInput,
  'cluster' | 'service' | 'taskDefinition'
>;

/** What the service itself does not tell of its present state. */
export interface PresentContext {
  /** The present lifecycle hooks without those that Fairlead added. */
  readonly own: readonly DeploymentLifecycleHook[];
  /** The revision of the PRIMARY deployment, which alone knows of monitoring and gateways; undefined: ECS does not tell. */
  readonly revision: Pick<ServiceRevision, 'monitoring' | 'gatewayConnectors'> | undefined;
}

/** What brings the service to its definition. */
export interface ServiceChange {
  /** Only what differs; empty when nothing does. */
  readonly update: ServiceUpdate;
  /** Tags to add or to give another value; no tag is taken away, because others than this file may have set it. */
  readonly tags: readonly Tag[];
  /** The update for people: a line for each setting, from and to. */
  readonly texts: readonly string[];
  /** `impossible`: what differs and cannot be changed. */
  readonly findings: readonly Finding[];
}

/** Members that UpdateService takes where others drive the deployments (the SDK's UpdateServiceCommand). */
const ELSEWHERE: Readonly<Record<string, ReadonlySet<string>>> = {
  CODE_DEPLOY: new Set<keyof ServiceUpdate>([
    'deploymentConfiguration',
    'healthCheckGracePeriodSeconds',
    'placementConstraints',
    'placementStrategy',
    'enableECSManagedTags',
    'propagateTags',
  ]),
  EXTERNAL: new Set<keyof ServiceUpdate>([
    'healthCheckGracePeriodSeconds',
    'placementConstraints',
    'placementStrategy',
    'enableECSManagedTags',
    'propagateTags',
  ]),
};

const TASK_SET: ReadonlySet<string> = new Set(TASK_SET_MEMBERS);

/** Members whose change makes new tasks (reference: ECS semantics 4.4). */
const NEW_DEPLOYMENT: readonly (keyof ServiceUpdate)[] = [
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
  'monitoring',
];

const OF_REVISION: ReadonlySet<string> = new Set<keyof ServiceUpdate | 'launchType'>([
  ...NEW_DEPLOYMENT,
  'capacityProviderStrategy',
  'launchType',
]);

/**
 * Compares. What the definition does not name is left alone, ECS's own defaults are no difference, and after the update there is
 * none left.
 * @param present as DescribeServices shows it with its tags (include TAGS)
 */
export function serviceChange(
  present: Service,
  definition: ServiceDefinition,
  context: PresentContext,
): ServiceChange {
  const controller = present.deploymentController?.type ?? 'ECS';
  const findings: Finding[] = [...fixedMembers(present, definition)];
  const launch = controller === 'EXTERNAL' ? undefined : launchChange(present, definition.settings);
  if (launch?.kind === 'impossible') findings.push(fixedLaunchType(definition, launch));
  const wished: ServiceUpdate = {
    ...differing(present, definition, context),
    ...(launch?.kind === 'update' ? launch.update : {}),
  };
  const taken = Object.entries(wished).filter(([name]) => {
    if (isTakenUnder(controller, name)) return true;
    const ofTaskSets = controller === 'EXTERNAL' && TASK_SET.has(name);
    if (!ofTaskSets && name !== 'forceNewDeployment') {
      findings.push(notUnderController(definition.source, name, controller));
    }
    return false;
  });
  // Members of `wished`, by their own names.
  const update = { ...(Object.fromEntries(taken) as ServiceUpdate), ...count(present, definition) };
  const tags = newTags(present.tags ?? [], definition.tags);
  return {
    update,
    tags,
    texts: changeTexts(shownSettings(present, context), update),
    findings: [...findings, ...unknown(definition, context)],
  };
}

/** Whether UpdateService takes a member under a deployment controller. */
export function isTakenUnder(controller: string, name: string): boolean {
  // The count is taken under each.
  return name === 'desiredCount' || (ELSEWHERE[controller]?.has(name) ?? true);
}

/** Whether ECS begins a deployment with this update alone; capacity providers say so by `forceNewDeployment`. */
export function startsDeployment(update: ServiceUpdate): boolean {
  return (
    update.forceNewDeployment === true || NEW_DEPLOYMENT.some((name) => update[name] !== undefined)
  );
}

/**
 * The lines of `texts` that are about the service and not about its revision: ECS does not take these back with a rollout that
 * fails (reference: ECS semantics 4.4).
 */
export function beyondRevision(texts: readonly string[]): readonly string[] {
  return texts.filter((line) => !OF_REVISION.has(settingOf(line)));
}

/** The setting that a line of `texts` is about. */
export function settingOf(line: string): string {
  return line.slice(0, /[:.]/.exec(line)?.index);
}

function differing(
  service: Service,
  { settings }: ServiceDefinition,
  context: PresentContext,
): ServiceUpdate {
  const present = presentSettings(service, context);
  const named = COMPARED_MEMBERS.filter(
    (name) => settings[name] !== undefined && !isUnknown(name, context),
  );
  const members = named
    .filter((name) => !sameMember(name, present, settings))
    .map((name) => [name, settings[name]] as const);
  const { deploymentConfiguration: wanted } = settings;
  const deploymentConfiguration =
    wanted &&
    deploymentConfigurationChange(
      {
        configuration: service.deploymentConfiguration ?? {},
        own: context.own,
        schedulingStrategy: service.schedulingStrategy ?? 'REPLICA',
      },
      wanted,
    );
  return {
    // Each member has its value from the same name, and CreateService and UpdateService agree on them.
    ...(Object.fromEntries(members) as ServiceUpdate),
    ...(deploymentConfiguration === undefined ? {} : { deploymentConfiguration }),
  };
}

/** All that an update may change, as it is now. */
function shownSettings(service: Service, context: PresentContext): ServiceUpdate {
  const { desiredCount, capacityProviderStrategy, deploymentConfiguration } = service;
  return {
    ...presentSettings(service, context),
    desiredCount,
    capacityProviderStrategy,
    deploymentConfiguration: { ...deploymentConfiguration, lifecycleHooks: [...context.own] },
  };
}

/** The service in the terms of its definition; some members are shown on the PRIMARY deployment alone. */
function presentSettings(service: Service, { revision }: PresentContext): ServiceSettings {
  const primary = primaryOf(service);
  return {
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    enableECSManagedTags: service.enableECSManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    gatewayConnectors: revision?.gatewayConnectors,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    loadBalancers: service.loadBalancers,
    monitoring: revision?.monitoring,
    networkConfiguration: service.networkConfiguration,
    placementConstraints: service.placementConstraints,
    placementStrategy: service.placementStrategy,
    platformVersion: service.platformVersion,
    propagateTags: service.propagateTags,
    serviceConnectConfiguration: primary?.serviceConnectConfiguration,
    serviceRegistries: service.serviceRegistries,
    volumeConfigurations: primary?.volumeConfigurations,
    vpcLatticeConfigurations: primary?.vpcLatticeConfigurations,
  };
}

function count(present: Service, { desiredCount }: ServiceDefinition): ServiceUpdate {
  return desiredCount?.appliesTo === 'always' && desiredCount.value !== (present.desiredCount ?? 0)
    ? { desiredCount: desiredCount.value }
    : {};
}

function newTags(present: readonly Tag[], wanted: readonly Tag[]): readonly Tag[] {
  const values = new Map(present.map(({ key, value }) => [key, value ?? '']));
  return wanted.filter((tag) => isSettable(tag) && values.get(tag.key) !== (tag.value ?? ''));
}

function isUnknown(name: string, { revision }: PresentContext): boolean {
  return revision === undefined && (name === 'monitoring' || name === 'gatewayConnectors');
}

/** Sent blindly, these would begin a deployment each time. */
function unknown({ source, settings }: ServiceDefinition, context: PresentContext): Finding[] {
  return (['monitoring', 'gatewayConnectors'] as const)
    .filter((name) => settings[name] !== undefined && isUnknown(name, context))
    .map((name) =>
      definitionNote(
        'SERVICE_DEFINITION_UNKNOWN',
        `${source} says ${name}, and ECS does not tell what the service has: it is left as it is`,
      ),
    );
}
