import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../../src/deploy/iam/policy.ts';
import { policyFor } from '../../../src/deploy/iam/policy-for.ts';
import type { PolicyFacts } from '../../../src/deploy/iam/policy-facts.ts';

const FACTS: PolicyFacts = {
  scope: { partition: 'aws', region: 'eu-west-1', accountId: '123456789012' },
  cluster: 'prod',
  service: 'web',
  strategy: 'rolling',
  families: ['web'],
  taskFamilies: [],
  tagged: false,
  taskRoles: [],
  infrastructureRoles: [],
  logs: [],
  balanced: false,
  traffic: undefined,
  instances: false,
  metrics: false,
  targetMetrics: false,
  creates: false,
  tagsService: false,
};
const WHATEVER: PolicyFacts = {
  ...FACTS,
  strategy: 'unknown',
  families: undefined,
  taskFamilies: undefined,
  tagged: undefined,
  taskRoles: undefined,
  infrastructureRoles: undefined,
  logs: undefined,
  balanced: undefined,
  instances: undefined,
  metrics: true,
  targetMetrics: true,
  creates: true,
  tagsService: true,
};

const actionsOf = ({ Statement }: PolicyDocument): ReadonlySet<string> =>
  new Set(Statement.flatMap(({ Action }) => Action));
const actions = (change: Partial<PolicyFacts> = {}): ReadonlySet<string> =>
  actionsOf(policyFor({ ...FACTS, ...change }));

/** IAM's prefixes of the SDK's clients. */
const PREFIXES = new Map([
  ['@aws-sdk/client-ecs', 'ecs'],
  ['@aws-sdk/client-elastic-load-balancing-v2', 'elasticloadbalancing'],
  ['@aws-sdk/client-cloudwatch-logs', 'logs'],
  ['@aws-sdk/client-cloudwatch', 'cloudwatch'],
]);

/** Every operation that a folder of src/deploy can send, as an action. */
function sentBy(folder: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of readdirSync(join('src/deploy', folder), { recursive: true })) {
    if (!String(file).endsWith('.ts')) continue;
    const text = readFileSync(join('src/deploy', folder, String(file)), 'utf8');
    const prefixes = new Map<string, string>();
    for (const [, names = '', source = ''] of text.matchAll(
      /import \{([^}]*)\} from '(@aws-sdk\/[^']+)'/g,
    )) {
      for (const [name] of names.matchAll(/\w+Command\b/g)) {
        prefixes.set(name, PREFIXES.get(source) ?? source);
      }
    }
    for (const [, operation = ''] of text.matchAll(/new (\w+)Command\(/g)) {
      found.add(`${prefixes.get(`${operation}Command`) ?? 'unknown'}:${operation}`);
    }
  }
  return found;
}

/** Which facts the code in a folder of src/deploy belongs to. What is not named here is used by every strategy. */
const FOLDERS: Readonly<Record<string, Partial<PolicyFacts>>> = {
  gates: { strategy: 'shift', balanced: true, targetMetrics: true },
  'task-sets': { strategy: 'task_sets', balanced: true },
  'run-task': { taskFamilies: ['web'], logs: [{ group: '/web', streamPrefix: 'p' }] },
  hooks: { taskFamilies: ['web'] },
  // It reads load balancers for task sets alone.
  iam: { strategy: 'task_sets', balanced: true },
  measure: { metrics: true },
  'service-definition': { creates: true, tagsService: true },
};
const EVERYWHERE: Partial<PolicyFacts> = {
  balanced: true,
  instances: true,
  logs: [{ group: '/web', streamPrefix: 'p' }],
};

describe('the policy allows every operation that the deployer can send', () => {
  const folders = readdirSync('src/deploy', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  it.each(folders)('src/deploy/%s', (folder) => {
    const allowed = actions({ ...EVERYWHERE, ...FOLDERS[folder] });
    // `continue` answers pause hooks, which only traffic shifts have.
    const more = folder === 'commands' ? actions({ strategy: 'shift' }) : new Set<string>();
    expect([...sentBy(folder)].filter((each) => !allowed.has(each) && !more.has(each))).toEqual([]);
  });

  it('and docs/reference/iam.md names each statement with its actions', () => {
    const page = readFileSync('docs/reference/iam.md', 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    for (const { Sid, Action } of policyFor(WHATEVER).Statement) {
      const row = rows.find((line) => line.split('|')[1]?.includes(`\`${Sid}\``)) ?? Sid;
      for (const action of Action) expect(row).toContain(`\`${action}\``);
    }
    const named = [...page.matchAll(/`((?:ecs|elasticloadbalancing|logs|cloudwatch):[A-Z]\w+)`/g)];
    const allowed = actions(WHATEVER);
    const others = named.map(([, action = '']) => action).filter((each) => !allowed.has(each));
    // A condition key.
    expect(new Set(others)).toEqual(new Set(['ecs:CreateAction']));
  });

  it('and finds them', () => {
    expect([...sentBy('.')].length).toBeGreaterThan(25);
    expect(sentBy('task-sets')).toContain('elasticloadbalancing:ModifyRule');
    expect(sentBy('measure')).toContain('cloudwatch:GetMetricData');
  });

  it('and nothing that it cannot send, but what creating and running bring with them', () => {
    const sent = sentBy('.');
    const more = [...actionsOf(policyFor(WHATEVER))].filter((each) => !sent.has(each));
    expect(more).toEqual(['iam:PassRole']);
  });
});

describe('the policy is the least', () => {
  it('for a rolling service without anything around it', () => {
    expect([...actions()].sort()).toEqual([
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServiceRevisions',
      'ecs:DescribeServices',
      'ecs:DescribeTaskDefinition',
      'ecs:DescribeTasks',
      'ecs:ListServiceDeployments',
      'ecs:ListTasks',
      'ecs:RegisterTaskDefinition',
      'ecs:StopServiceDeployment',
      'ecs:UpdateService',
    ]);
  });

  it.each<[string, Partial<PolicyFacts>, readonly string[]]>([
    [
      'a traffic shift answers gates and marks them',
      { strategy: 'shift' },
      ['ecs:ContinueServiceDeployment', 'ecs:TagResource', 'ecs:UntagResource'],
    ],
    ['tags of a definition', { tagged: true }, ['ecs:TagResource']],
    ['hooks that run tasks', { taskFamilies: ['web'] }, ['ecs:RunTask', 'ecs:StopTask']],
    ['roles', { taskRoles: ['arn:aws:iam::1:role/x'] }, ['iam:PassRole']],
    ['logs', { logs: [{ group: '/web', streamPrefix: 'p' }] }, ['logs:GetLogEvents']],
    ['a load balancer', { balanced: true }, ['elasticloadbalancing:DescribeTargetHealth']],
    ['container instances', { instances: true }, ['ecs:DescribeContainerInstances']],
    ['metrics', { metrics: true }, ['cloudwatch:GetMetricData']],
    ['a service that is created', { creates: true }, ['ecs:CreateService']],
  ])('%s', (_, change, more) => {
    expect([...actions(change)].filter((each) => !actions().has(each))).toEqual(more);
  });

  it('task sets need none of the rollouts of ECS, and the other way round', () => {
    const sets = actions({ strategy: 'task_sets', balanced: true });
    expect(sets).toContain('ecs:CreateTaskSet');
    expect(sets).toContain('elasticloadbalancing:ModifyListener');
    expect(sets).not.toContain('ecs:StopServiceDeployment');
    for (const each of ['ecs:CreateTaskSet', 'elasticloadbalancing:ModifyRule'])
      expect(actions({ strategy: 'shift', balanced: true })).not.toContain(each);
  });

  it('moves the weights of the rules that are known, and of no others', () => {
    const listener =
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/front/0123456789abcdef/aaaaaaaaaaaaaaaa';
    const { Statement } = policyFor({
      ...FACTS,
      strategy: 'task_sets',
      balanced: true,
      traffic: [listener],
    });
    const moving = Statement.filter(({ Action }) =>
      Action.some((action) => action.startsWith('elasticloadbalancing:Modify')),
    );
    expect(moving).toMatchObject([
      { Action: ['elasticloadbalancing:ModifyListener'], Resource: [listener] },
    ]);
  });

  it('tags existing services with keys of its own alone', () => {
    const marks = policyFor({ ...FACTS, strategy: 'unknown' }).Statement.find(
      ({ Sid }) => Sid === 'MarkService',
    );
    expect(marks?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['fairlead:gate', 'fairlead:task-sets'] },
    });
  });

  it('passes roles to nobody but ECS', () => {
    const roles = policyFor(WHATEVER).Statement.filter(({ Action }) =>
      Action.includes('iam:PassRole'),
    );
    expect(roles.map(({ Condition }) => Condition?.['StringEquals'])).toEqual([
      { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      { 'iam:PassedToService': 'ecs.amazonaws.com' },
    ]);
  });
});

/** Actions that have no resource-level permissions, by the Service Authorization Reference. */
const WITHOUT_RESOURCES = new Set([
  'ecs:DescribeTaskDefinition',
  'ecs:ListTasks',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeRules',
  'cloudwatch:GetMetricData',
]);

const names = (least: number): fc.Arbitrary<string[] | undefined> =>
  fc.option(fc.uniqueArray(fc.constantFrom('web', 'api', 'migrate'), { minLength: least }), {
    nil: undefined,
  });
const facts: fc.Arbitrary<PolicyFacts> = fc.record({
  scope: fc.constant(FACTS.scope),
  cluster: fc.constantFrom('prod', 'default'),
  service: fc.constantFrom('web', 'api'),
  strategy: fc.constantFrom('rolling', 'shift', 'task_sets', 'unknown'),
  families: names(1),
  taskFamilies: names(0),
  tagged: fc.constantFrom(true, false, undefined),
  taskRoles: fc.constantFrom(undefined, [], ['arn:aws:iam::123456789012:role/web']),
  infrastructureRoles: fc.constantFrom(undefined, [], ['arn:aws:iam::123456789012:role/ecs']),
  logs: fc.constantFrom(undefined, [], [{ group: '/web', streamPrefix: undefined }]),
  balanced: fc.constantFrom(true, false, undefined),
  traffic: fc.constant(undefined),
  instances: fc.constantFrom(true, false, undefined),
  metrics: fc.boolean(),
  targetMetrics: fc.boolean(),
  creates: fc.boolean(),
  tagsService: fc.boolean(),
});

describe('any policy', () => {
  it('names resources wherever the actions take them, and no action by a pattern', () => {
    fc.assert(
      fc.property(facts, (each) => {
        for (const { Action, Resource } of policyFor(each).Statement) {
          expect(Action.join()).not.toContain('*');
          expect(Action.every((action) => WITHOUT_RESOURCES.has(action))).toBe(Resource === '*');
        }
      }),
    );
  });

  it('is well formed: unique Sids of letters and digits, ARNs, and small enough for a managed policy', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const policy = policyFor(each);
        const sids = policy.Statement.map(({ Sid }) => Sid);
        expect(new Set(sids).size).toBe(sids.length);
        expect(sids.join('')).toMatch(/^[A-Za-z0-9]+$/);
        for (const { Resource } of policy.Statement) {
          if (Resource === '*') continue;
          expect(Resource).not.toHaveLength(0);
          for (const arn of Resource) expect(arn).toMatch(/^arn:aws:[a-z]+:/);
        }
        // IAM counts characters without white space.
        expect(JSON.stringify(policy).length).toBeLessThan(6144);
      }),
    );
  });
});
