/** What is known of a deploy for its policy: from the configuration, and from the service where it was read. Pure. */
import type { FactSources, KnownDefinition } from './fact-sources.ts';
import { lastPart, parseArn } from '../../base/arn.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { textOf, type JsonObject } from '../definition/json.ts';
import { containersOf, settableTags } from '../definition/task-definition.ts';
import { groupNeed } from '../measure/group-need.ts';
import {
  UNKNOWN_ACCOUNT,
  UNKNOWN_REGION,
  type LogFacts,
  type PolicyFacts,
  type PolicyScope,
  type PolicyStrategy,
} from './policy-facts.ts';
import { strategyOf } from './strategy-of.ts';
import { primaryIn } from '../observed/primary.ts';

/** The facts, and in sentences what is not known and how it could be. */
export function factsOf(sources: FactSources): {
  readonly facts: PolicyFacts;
  readonly notes: readonly string[];
} {
  const { configuration, options, service, serviceDefinition, deployed, hookDefinitions } = sources;
  const scope = scopeOf(sources);
  const runs = runsTasks(configuration) || options.run;
  const all = [...deployed, ...(runs ? hookDefinitions : [])];
  const contents = all.flatMap(({ content }) => (content === undefined ? [] : [content]));
  const known = all.length > 0 && contents.length === all.length;
  const { strategy, note } = strategyOf(sources);
  const settings = serviceDefinition?.settings;
  const checks = new Set(configuration.analysis.map(({ kind }) => kind));
  const targetMetrics = configuration.analysis.some((check) => groupNeed(check) !== 'none');
  const families = familiesOf(deployed);
  const facts: PolicyFacts = {
    scope,
    cluster: lastPart(service?.clusterArn ?? configuration.cluster),
    service: service?.serviceName ?? lastPart(configuration.service),
    strategy,
    families,
    taskFamilies: taskFamiliesOf(runs, families, hookDefinitions),
    tagged: known ? all.some(({ tags }) => settableTags(tags).length > 0) : undefined,
    taskRoles: known ? taskRolesOf(contents, scope) : undefined,
    infrastructureRoles: infrastructureRolesOf(sources, strategy),
    logs: known ? logsOf(contents) : undefined,
    balanced: isBalanced(sources),
    traffic: trafficOf(sources),
    instances: onInstances(sources, contents, known),
    metrics: targetMetrics || checks.has('cloudwatch'),
    targetMetrics,
    creates: serviceDefinition !== undefined || configuration.serviceDefinition !== undefined,
    tagsService:
      (serviceDefinition?.tags.length ?? 0) > 0 ||
      (settings === undefined && configuration.serviceDefinition !== undefined),
  };
  return { facts, notes: [...(note === undefined ? [] : [note]), ...notesOn(facts)] };
}

function scopeOf({ configuration, options, service }: FactSources): PolicyScope {
  const arn =
    parseArn(service?.serviceArn ?? configuration.service) ?? parseArn(configuration.cluster);
  const region = options.region ?? configuration.region ?? arn?.region ?? UNKNOWN_REGION;
  return {
    partition: arn?.partition ?? partitionOf(region),
    region,
    accountId: options.accountId ?? arn?.accountId ?? UNKNOWN_ACCOUNT,
  };
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function runsTasks({ hooks }: Configuration): boolean {
  return [...hooks.before, ...hooks.after].some(({ kind }) => kind === 'run_task');
}

function familiesOf(definitions: readonly KnownDefinition[]): readonly string[] | undefined {
  const families = new Set(definitions.map(({ family }) => family));
  return families.size === 0 ? undefined : [...families];
}

function taskFamiliesOf(
  runs: boolean,
  deployed: readonly string[] | undefined,
  hookDefinitions: readonly KnownDefinition[],
): readonly string[] | undefined {
  if (!runs) return [];
  if (deployed === undefined) return undefined;
  return [...new Set([...deployed, ...hookDefinitions.map(({ family }) => family)])];
}

function taskRolesOf(contents: readonly JsonObject[], scope: PolicyScope): readonly string[] {
  const roles = contents.flatMap((content) =>
    ['taskRoleArn', 'executionRoleArn'].flatMap((member) => textOf(content[member]) ?? []),
  );
  return [...new Set(roles.map((role) => roleArn(role, scope)))];
}

/** A definition may name a role without its ARN. */
function roleArn(role: string, { partition, accountId }: PolicyScope): string {
  return role.startsWith('arn:') ? role : `arn:${partition}:iam::${accountId}:role/${role}`;
}

function infrastructureRolesOf(
  { service, serviceDefinition }: FactSources,
  strategy: PolicyStrategy,
): readonly string[] | undefined {
  if (service === undefined && serviceDefinition === undefined) {
    return strategy === 'shift' || strategy === 'unknown' ? undefined : [];
  }
  const primary = primaryIn(service?.deployments);
  const settings = serviceDefinition?.settings;
  const roles = [
    ...[...(service?.loadBalancers ?? []), ...(settings?.loadBalancers ?? [])].map(
      (each) => each.advancedConfiguration?.roleArn,
    ),
    ...[...(primary?.volumeConfigurations ?? []), ...(settings?.volumeConfigurations ?? [])].map(
      (each) => each.managedEBSVolume?.roleArn,
    ),
    ...[
      ...(primary?.vpcLatticeConfigurations ?? []),
      ...(settings?.vpcLatticeConfigurations ?? []),
    ].map((each) => each.roleArn),
  ];
  return [...new Set(roles.filter((role) => role !== undefined))];
}

function logsOf(contents: readonly JsonObject[]): readonly LogFacts[] {
  const found = new Map<string, LogFacts>();
  for (const { awslogs } of contents.flatMap(containersOf)) {
    if (awslogs === undefined) continue;
    const { group, streamPrefix } = awslogs;
    found.set(`${group}\n${streamPrefix ?? ''}`, { group, streamPrefix });
  }
  return [...found.values()];
}

function isBalanced({ service, serviceDefinition }: FactSources): boolean | undefined {
  if (service === undefined && serviceDefinition === undefined) return undefined;
  return [
    ...(service?.loadBalancers ?? []),
    ...(service?.taskSets ?? []).flatMap((set) => set.loadBalancers ?? []),
    ...(serviceDefinition?.settings.loadBalancers ?? []),
  ].some((each) => each.targetGroupArn !== undefined);
}

function trafficOf({ configuration, traffic }: FactSources): readonly string[] | undefined {
  const { productionListenerRule, testListenerRule } = configuration.strategy?.traffic ?? {};
  if (productionListenerRule === undefined) return traffic;
  return [productionListenerRule, ...(testListenerRule === undefined ? [] : [testListenerRule])];
}

function onInstances(
  { service, serviceDefinition }: FactSources,
  contents: readonly JsonObject[],
  known: boolean,
): boolean | undefined {
  const primarySet = primaryIn(service?.taskSets);
  const where = [primarySet ?? service, serviceDefinition?.settings].flatMap((each) => {
    const providers = each?.capacityProviderStrategy ?? [];
    if (providers.length > 0) {
      return providers.map(({ capacityProvider = '' }) => !capacityProvider.startsWith('FARGATE'));
    }
    return each?.launchType === undefined ? [] : [each.launchType !== 'FARGATE'];
  });
  if (where.length > 0) return where.includes(true);
  const onlyFargate = contents.every((content) => {
    const needs = content['requiresCompatibilities'];
    return Array.isArray(needs) && needs.length === 1 && needs[0] === 'FARGATE';
  });
  return known && onlyFargate ? false : undefined;
}

function notesOn(facts: PolicyFacts): readonly string[] {
  const { scope } = facts;
  return [
    ...(scope.region === UNKNOWN_REGION
      ? [`the region is not known: replace ${UNKNOWN_REGION}, or give --region`]
      : []),
    ...(scope.accountId === UNKNOWN_ACCOUNT
      ? [`the account is not known: replace ${UNKNOWN_ACCOUNT}, or give --account`]
      : []),
    ...(facts.families === undefined
      ? ['the task definition is not known, so that the policy allows for each of them']
      : []),
    ...(facts.taskRoles === undefined
      ? ['the roles of the tasks are not known, so that every role may be passed to ECS tasks']
      : []),
    ...(facts.logs === undefined
      ? ['the log groups are not known, so that every log may be read']
      : []),
    ...(facts.traffic === undefined && facts.strategy === 'task_sets' && facts.balanced !== false
      ? ['the listener rules are not known, so that the traffic of each may be moved']
      : []),
  ];
}
