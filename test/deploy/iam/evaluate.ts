/** IAM's decision on a request, as far as these policies go, and which resources and conditions a request of ours has. */
import type { AwsClients } from '../../../src/deploy/aws/aws-clients.ts';
import type { PolicyDocument, Statement } from '../../../src/deploy/iam/policy.ts';

/** A request as it was sent. */
export interface SentRequest {
  /** `ecs:DescribeServices`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What IAM is asked about a request: each resource has to be allowed. */
export interface Question {
  readonly action: string;
  /** `*` for an action without resource-level permissions. */
  readonly resources: readonly string[];
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** The resources of a request that no statement allows; empty: it is allowed. */
export function refused(policy: PolicyDocument, question: Question): readonly string[] {
  return question.resources.filter(
    (resource) => !policy.Statement.some((each) => allows(each, question, resource)),
  );
}

function allows(statement: Statement, { action, context }: Question, resource: string): boolean {
  return (
    statement.Action.includes(action) &&
    (statement.Resource === '*' ||
      statement.Resource.some((pattern) => matches(pattern, resource))) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => {
        const values = context[key] ?? [];
        const allowed = [wanted].flat();
        if (values.length === 0) return operator.startsWith('ForAllValues:');
        return values.every((value) => allowed.includes(value));
      }),
    )
  );
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`).test(text);
}

const PREFIXES = {
  ecs: 'ecs',
  elbv2: 'elasticloadbalancing',
  logs: 'logs',
  cloudwatch: 'cloudwatch',
} as const;

interface Listening {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: { readonly input: object }) => unknown,
        context: { readonly commandName?: string },
      ) => (args: { readonly input: object }) => unknown,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

/** Writes down every request that these clients send from now on. */
export function recordRequests(clients: AwsClients, sent: SentRequest[]): void {
  for (const name of ['ecs', 'elbv2', 'logs', 'cloudwatch'] as const) {
    (clients[name] as unknown as Listening).middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) => {
          const action = `${PREFIXES[name]}:${commandName.replace(/Command$/, '')}`;
          sent.push({ action, input: { ...args.input } });
          return next(args);
        },
      { step: 'initialize', name: 'testRecord' },
    );
  }
}

/** Where the requests went. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  readonly cluster: string;
  readonly service: string;
}

/**
 * What the request needs, by the Service Authorization Reference; a request that creates something with tags needs to tag it, and one
 * with roles to pass them.
 */
export function questionsOf(request: SentRequest, place: Place): readonly Question[] {
  const { action, input } = request;
  const arn = (resource: string): string =>
    `arn:aws:ecs:${place.region}:${place.accountId}:${resource}`;
  const service = arn(`service/${place.cluster}/${place.service}`);
  const texts = (name: string): string[] => {
    const value = input[name];
    return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
  };
  const cluster = { 'ecs:cluster': [arn(`cluster/${place.cluster}`)] };
  const one = (
    resources: readonly string[],
    context: Question['context'] = {},
  ): readonly Question[] => [{ action, resources, context }];
  const tagging = (resource: string, by: string): readonly Question[] =>
    Array.isArray(input['tags']) && input['tags'].length > 0
      ? [
          {
            action: 'ecs:TagResource',
            resources: [resource],
            context: { 'ecs:CreateAction': [by] },
          },
        ]
      : [];
  switch (action) {
    case 'ecs:DescribeServices':
    case 'ecs:UpdateService':
    case 'ecs:ListServiceDeployments':
    case 'ecs:UpdateServicePrimaryTaskSet':
      return one([service]);
    case 'ecs:CreateService':
      return [...one([service]), ...tagging(service, 'CreateService')];
    case 'ecs:DescribeServiceDeployments':
      return one([service, ...texts('serviceDeploymentArns')]);
    case 'ecs:StopServiceDeployment':
    case 'ecs:ContinueServiceDeployment':
      return one([service, ...texts('serviceDeploymentArn')]);
    case 'ecs:DescribeServiceRevisions':
      return one([service, ...texts('serviceRevisionArns')]);
    case 'ecs:RegisterTaskDefinition': {
      const definition = arn(`task-definition/${String(input['family'])}:1`);
      return [...one([definition]), ...tagging(definition, 'RegisterTaskDefinition')];
    }
    case 'ecs:RunTask':
      return one(texts('taskDefinition'), cluster);
    case 'ecs:StopTask':
      return one(texts('task'));
    case 'ecs:DescribeTasks':
      return one(texts('tasks'));
    case 'ecs:ListTasks':
      return one(['*'], cluster);
    case 'ecs:DescribeContainerInstances':
      return one(texts('containerInstances'));
    case 'ecs:CreateTaskSet': {
      const set = arn(`task-set/${place.cluster}/${place.service}/ecs-svc/1`);
      return [...one([set]), ...tagging(set, 'CreateTaskSet')];
    }
    case 'ecs:DescribeTaskSets':
    case 'ecs:UpdateTaskSet':
    case 'ecs:DeleteTaskSet':
      return one([arn(`task-set/${place.cluster}/${place.service}/ecs-svc/1`)]);
    case 'ecs:TagResource': {
      const tags = (input['tags'] ?? []) as readonly { readonly key: string }[];
      return one(texts('resourceArn'), { 'aws:TagKeys': tags.map(({ key }) => key) });
    }
    case 'ecs:UntagResource':
      return one(texts('resourceArn'), { 'aws:TagKeys': texts('tagKeys') });
    case 'elasticloadbalancing:ModifyRule':
      return one(texts('RuleArn'));
    case 'elasticloadbalancing:ModifyListener':
      return one(texts('ListenerArn'));
    case 'logs:GetLogEvents':
      return one([
        `arn:aws:logs:${place.region}:${place.accountId}:log-group:${String(input['logGroupName'])}:log-stream:${String(input['logStreamName'])}`,
      ]);
    default:
      return one(['*']);
  }
}
