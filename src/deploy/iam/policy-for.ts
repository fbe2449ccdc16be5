/**
 * The least IAM policy for a deploy, and for the commands that look at it, decide about it and take it back. Which actions take which
 * resources and conditions is told by AWS's Service Authorization Reference ("Actions, resources, and condition keys for Amazon Elastic
 * Container Service", and those of Elastic Load Balancing V2, CloudWatch, CloudWatch Logs and IAM).
 */
import { GATE_TAG } from '../observed/gate-mark.ts';
import { ROLLOUT_TAG } from '../task-sets/marks.ts';
import type { PolicyDocument, Statement } from './policy.ts';
import type { PolicyFacts } from './policy-facts.ts';

/** Builds it. What is not known is allowed for, as narrowly as that goes. */
export function policyFor(facts: PolicyFacts): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      ...reading(facts),
      ...definitions(facts),
      ...servicesOwn(facts),
      ...rollouts(facts),
      ...taskSets(facts),
      ...trafficOf(facts),
      ...marks(facts),
      ...oneOffTasks(facts),
      ...roles(facts),
      ...observing(facts),
    ],
  };
}

const isNative = ({ strategy }: PolicyFacts): boolean => strategy !== 'task_sets';
const shifts = ({ strategy }: PolicyFacts): boolean =>
  strategy === 'shift' || strategy === 'unknown';
const hasTaskSets = ({ strategy }: PolicyFacts): boolean =>
  strategy === 'task_sets' || strategy === 'unknown';

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: Statement['Resource'],
  Condition?: Statement['Condition'],
): Statement {
  return {
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  };
}

/** The service and its tasks. */
function reading(facts: PolicyFacts): readonly Statement[] {
  const inCluster = { ArnEquals: { 'ecs:cluster': ecs(facts, `cluster/${facts.cluster}`) } };
  return [
    allow('ReadService', ['ecs:DescribeServices'], [serviceArn(facts)]),
    // Its only resource is the container instance, which Fargate tasks have none of: the condition names the cluster instead.
    allow('ListTasks', ['ecs:ListTasks'], '*', inCluster),
    allow('ReadTasks', ['ecs:DescribeTasks'], [tasksArn(facts)]),
    ...(facts.instances === false
      ? []
      : [
          allow(
            'ReadContainerInstances',
            ['ecs:DescribeContainerInstances'],
            [ecs(facts, `container-instance/${facts.cluster}/*`)],
          ),
        ]),
  ];
}

function definitions(facts: PolicyFacts): readonly Statement[] {
  const registered = familyArns(facts, facts.families);
  return [
    allow('ReadTaskDefinitions', ['ecs:DescribeTaskDefinition'], '*'),
    allow('RegisterTaskDefinition', ['ecs:RegisterTaskDefinition'], registered),
    ...(facts.tagged === false
      ? []
      : [
          allow('TagNewTaskDefinition', ['ecs:TagResource'], registered, {
            StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' },
          }),
        ]),
  ];
}

function servicesOwn(facts: PolicyFacts): readonly Statement[] {
  const service = [serviceArn(facts)];
  return [
    allow('UpdateService', ['ecs:UpdateService'], service),
    ...(facts.creates ? [allow('CreateService', ['ecs:CreateService'], service)] : []),
    ...(facts.tagsService ? [allow('TagService', ['ecs:TagResource'], service)] : []),
  ];
}

/** Rollouts of ECS's own. Each action wants the service and the deployment or revision, so both are named. */
function rollouts(facts: PolicyFacts): readonly Statement[] {
  if (!isNative(facts)) return [];
  const path = `${facts.cluster}/${facts.service}/*`;
  const service = serviceArn(facts);
  const deployments = [service, ecs(facts, `service-deployment/${path}`)];
  return [
    allow('ListRollouts', ['ecs:ListServiceDeployments'], [service]),
    allow('ReadRollouts', ['ecs:DescribeServiceDeployments'], deployments),
    allow(
      'ReadRevisions',
      ['ecs:DescribeServiceRevisions'],
      [service, ecs(facts, `service-revision/${path}`)],
    ),
    allow('StopRollout', ['ecs:StopServiceDeployment'], deployments),
    ...(shifts(facts)
      ? [allow('AnswerGates', ['ecs:ContinueServiceDeployment'], deployments)]
      : []),
  ];
}

function taskSets(facts: PolicyFacts): readonly Statement[] {
  if (!hasTaskSets(facts)) return [];
  const sets = [ecs(facts, `task-set/${facts.cluster}/${facts.service}/*`)];
  return [
    allow(
      'DriveTaskSets',
      ['ecs:CreateTaskSet', 'ecs:DescribeTaskSets', 'ecs:UpdateTaskSet', 'ecs:DeleteTaskSet'],
      sets,
    ),
    allow('SwitchPrimaryTaskSet', ['ecs:UpdateServicePrimaryTaskSet'], [serviceArn(facts)]),
    allow('TagNewTaskSet', ['ecs:TagResource'], sets, {
      StringEquals: { 'ecs:CreateAction': 'CreateTaskSet' },
    }),
  ];
}

/** Elastic Load Balancing's reads have no resource-level permissions. */
function trafficOf(facts: PolicyFacts): readonly Statement[] {
  const { balanced, targetMetrics } = facts;
  const moves = hasTaskSets(facts) && balanced !== false;
  const reads = [
    ...(balanced === false ? [] : ['DescribeTargetHealth']),
    ...(moves || targetMetrics ? ['DescribeTargetGroups'] : []),
    ...(moves ? ['DescribeListeners', 'DescribeRules'] : []),
  ].map((operation) => `elasticloadbalancing:${operation}`);
  return [
    ...(reads.length === 0 ? [] : [allow('ReadTraffic', reads, '*')]),
    ...(moves ? moving(facts) : []),
  ];
}

function moving(facts: PolicyFacts): readonly Statement[] {
  const traffic = facts.traffic ?? [
    elb(facts, 'listener/app/*'),
    elb(facts, 'listener/net/*'),
    elb(facts, 'listener-rule/app/*'),
    elb(facts, 'listener-rule/net/*'),
  ];
  const rules = traffic.filter((arn) => arn.includes(':listener-rule/'));
  const listeners = traffic.filter((arn) => arn.includes(':listener/'));
  return [
    ...(rules.length === 0
      ? []
      : [allow('MoveTrafficOfRules', ['elasticloadbalancing:ModifyRule'], rules)]),
    ...(listeners.length === 0
      ? []
      : [allow('MoveTrafficOfListeners', ['elasticloadbalancing:ModifyListener'], listeners)]),
  ];
}

/** Tags of Fairlead's own on the service: which gate is its own, which rollout by task sets is under way. No other key. */
function marks(facts: PolicyFacts): readonly Statement[] {
  const keys = [...(shifts(facts) ? [GATE_TAG] : []), ...(hasTaskSets(facts) ? [ROLLOUT_TAG] : [])];
  if (keys.length === 0) return [];
  return [
    allow('MarkService', ['ecs:TagResource', 'ecs:UntagResource'], [serviceArn(facts)], {
      'ForAllValues:StringEquals': { 'aws:TagKeys': keys },
    }),
  ];
}

function oneOffTasks(facts: PolicyFacts): readonly Statement[] {
  if (facts.taskFamilies?.length === 0) return [];
  return [
    allow('RunTasks', ['ecs:RunTask'], familyArns(facts, facts.taskFamilies), {
      ArnEquals: { 'ecs:cluster': ecs(facts, `cluster/${facts.cluster}`) },
    }),
    allow('StopTasks', ['ecs:StopTask'], [tasksArn(facts)]),
  ];
}

/** ECS hands roles on to tasks, and takes one itself to move traffic or attach volumes. */
function roles(facts: PolicyFacts): readonly Statement[] {
  const { partition, accountId } = facts.scope;
  const any = [`arn:${partition}:iam::${accountId}:role/*`];
  const pass = (Sid: string, arns: readonly string[], to: string): readonly Statement[] =>
    arns.length === 0
      ? []
      : [allow(Sid, ['iam:PassRole'], arns, { StringEquals: { 'iam:PassedToService': to } })];
  return [
    ...pass('PassTaskRoles', facts.taskRoles ?? any, 'ecs-tasks.amazonaws.com'),
    ...pass('PassInfrastructureRoles', facts.infrastructureRoles ?? any, 'ecs.amazonaws.com'),
  ];
}

/** Why a container died, and how the new version does. */
function observing(facts: PolicyFacts): readonly Statement[] {
  const { partition, region, accountId } = facts.scope;
  const groups = facts.logs ?? [{ group: '*', streamPrefix: undefined }];
  const streams = groups.map(
    ({ group, streamPrefix }) =>
      `arn:${partition}:logs:${region}:${accountId}:log-group:${group}:log-stream:${streamPrefix === undefined ? '*' : `${streamPrefix}/*`}`,
  );
  return [
    ...(streams.length === 0 ? [] : [allow('ReadLogs', ['logs:GetLogEvents'], streams)]),
    ...(facts.metrics ? [allow('ReadMetrics', ['cloudwatch:GetMetricData'], '*')] : []),
  ];
}

function ecs({ scope }: PolicyFacts, resource: string): string {
  return `arn:${scope.partition}:ecs:${scope.region}:${scope.accountId}:${resource}`;
}

function elb({ scope }: PolicyFacts, resource: string): string {
  return `arn:${scope.partition}:elasticloadbalancing:${scope.region}:${scope.accountId}:${resource}`;
}

function serviceArn(facts: PolicyFacts): string {
  return ecs(facts, `service/${facts.cluster}/${facts.service}`);
}

function tasksArn(facts: PolicyFacts): string {
  return ecs(facts, `task/${facts.cluster}/*`);
}

function familyArns(
  facts: PolicyFacts,
  families: readonly string[] | undefined,
): readonly string[] {
  return (families ?? ['*']).map((family) =>
    ecs(facts, family === '*' ? 'task-definition/*' : `task-definition/${family}:*`),
  );
}
