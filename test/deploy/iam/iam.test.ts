import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import { iam, type IamRequest, type IamResult } from '../../../src/deploy/commands/iam.ts';
import type {
  Configuration,
  ErrorRatioCheck,
  Hook,
} from '../../../src/deploy/configuration/configuration.ts';
import type { Statement } from '../../../src/deploy/iam/policy.ts';
import { FakeAws, FakeError, TARGET_GROUP } from '../fake-aws.ts';
import { clientsOf } from '../fake-endpoint.ts';

const NO_TRAFFIC = {
  productionListenerRule: undefined,
  testListenerRule: undefined,
  alternateTargetGroupArn: undefined,
};
const strategy = (
  type: 'rolling' | 'canary',
  steps: readonly number[] = [],
): Configuration['strategy'] => ({
  type,
  steps,
  stepBakeMs: undefined,
  finalBakeMs: undefined,
  onClientLoss: undefined,
  traffic: NO_TRAFFIC,
});
const migrate = (task: string): Hook => ({
  kind: 'run_task',
  task,
  command: undefined,
  oneWay: false,
  timeoutMs: 1000,
});
const DEFINITION = {
  family: 'web',
  taskRoleArn: 'arn:aws:iam::123456789012:role/app/web',
  executionRoleArn: 'ecsTaskExecutionRole',
  requiresCompatibilities: ['FARGATE'],
  containerDefinitions: [
    {
      name: 'web',
      image: 'team/web:1',
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/web', 'awslogs-stream-prefix': 'p' },
      },
    },
  ],
};

/** Prints the policy; `aws` undefined: offline. */
async function printed(
  change: Partial<Configuration>,
  options: Partial<IamRequest['options']> = {},
  aws?: FakeAws,
  files: Readonly<Record<string, unknown>> = {},
): Promise<IamResult & { readonly by: ReadonlyMap<string, Statement> }> {
  const clients = aws === undefined ? undefined : await clientsOf(aws);
  const clock = (aws ?? new FakeAws()).clock;
  let result: IamResult | undefined;
  let failure: unknown;
  iam(
    {
      configuration: {
        region: undefined,
        cluster: 'prod',
        service: 'web',
        taskDefinition: undefined,
        serviceDefinition: undefined,
        images: new Map(),
        strategy: undefined,
        analysis: [],
        hooks: { before: [], after: [] },
        tags: 'immutable',
        onCancel: 'detach',
        timeoutMs: undefined,
        ...change,
      },
      options: { run: false, ...options },
    },
    {
      readFile: (path) =>
        path in files
          ? Promise.resolve(JSON.stringify(files[path]))
          : Promise.reject(Object.assign(new Error('ENOENT'), { code: 'ENOENT' })),
      listFolder: () => Promise.resolve(Object.keys(files)),
      aws: clients === undefined ? undefined : { clients, clock, random: seededRandom(1) },
    },
  ).then(
    (value) => (result = value),
    (error: unknown) => (failure = error),
  );
  await clock.runUntil(() => result !== undefined || failure !== undefined, 3_600_000);
  if (result === undefined) throw failure;
  return { ...result, by: new Map(result.policy.Statement.map((each) => [each.Sid, each])) };
}

describe('iam without AWS', () => {
  it('is made from the configuration alone, with words to be filled in', async () => {
    const { by, notes } = await printed({ strategy: strategy('canary', [20]) });
    expect(by.get('UpdateService')?.Resource).toEqual([
      'arn:aws:ecs:REGION:ACCOUNT_ID:service/prod/web',
    ]);
    expect(by.has('AnswerGates')).toBe(true);
    expect(by.has('DriveTaskSets')).toBe(false);
    expect(notes.join('\n')).toMatch(/replace REGION[^]*replace ACCOUNT_ID/);
    expect(notes.join('\n')).toMatch(/deployment controller ECS/);
  });

  it.each([
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('takes region %s and the account as they are given', async (region, partition) => {
    const { by, notes } = await printed({ region }, { accountId: '123456789012' });
    expect(by.get('ReadService')?.Resource).toEqual([
      `arn:${partition}:ecs:${region}:123456789012:service/prod/web`,
    ]);
    expect(notes.join()).not.toMatch(/REGION|ACCOUNT_ID/);
  });

  it('knows where it is from ARNs in the configuration', async () => {
    const { by } = await printed({
      cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
      service: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
    });
    expect(by.get('ReadService')?.Resource).toEqual([
      'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
    ]);
  });

  it('takes families, roles and logs from the task definition that is named', async () => {
    const { by, notes } = await printed(
      { region: 'eu-west-1', taskDefinition: { kind: 'named', text: './task.json' } },
      { accountId: '123456789012', strategy: 'rolling' },
      undefined,
      { './task.json': DEFINITION },
    );
    expect(by.get('RegisterTaskDefinition')?.Resource).toEqual([
      'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:*',
    ]);
    expect(by.get('PassTaskRoles')?.Resource).toEqual([
      'arn:aws:iam::123456789012:role/app/web',
      'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    ]);
    expect(by.get('ReadLogs')?.Resource).toEqual([
      'arn:aws:logs:eu-west-1:123456789012:log-group:/web:log-stream:p/*',
    ]);
    expect(by.has('TagNewTaskDefinition')).toBe(false);
    expect(by.has('ReadContainerInstances')).toBe(false);
    expect(notes).toEqual([]);
  });

  it('and from one that stands in the configuration', async () => {
    const { by } = await printed({ taskDefinition: { kind: 'inline', value: DEFINITION } });
    expect(by.get('PassTaskRoles')?.Resource).toHaveLength(2);
  });

  it('knows only the family of a registered one, and says what that leaves open', async () => {
    const { by, notes } = await printed({ taskDefinition: { kind: 'named', text: 'web:7' } });
    expect(by.get('RegisterTaskDefinition')?.Resource).toEqual([
      'arn:aws:ecs:REGION:ACCOUNT_ID:task-definition/web:*',
    ]);
    expect(notes.join()).toMatch(/every role may be passed/);
  });

  it('refuses a task definition that cannot be read', async () => {
    await expect(
      printed({ taskDefinition: { kind: 'named', text: './nowhere.json' } }),
    ).rejects.toThrow('cannot read ./nowhere.json');
  });

  it('takes steps of unequal size for task sets, and says so', async () => {
    const { by, notes } = await printed({ strategy: strategy('canary', [5, 25]) });
    expect(by.has('DriveTaskSets')).toBe(true);
    expect(notes.join()).toMatch(/EXTERNAL/);
  });

  it('allows for every strategy where none is known, and says so', async () => {
    const { by, notes } = await printed({});
    expect([by.has('DriveTaskSets'), by.has('AnswerGates')]).toEqual([true, true]);
    expect(notes.join()).toMatch(/the strategy is not known/);
    const { by: one } = await printed({}, { strategy: 'rolling' });
    expect([one.has('DriveTaskSets'), one.has('AnswerGates')]).toEqual([false, false]);
  });

  it('allows hooks to run the tasks that they name, deployed or not', async () => {
    const hooks = { before: [migrate('web'), migrate('migrations:3')], after: [] };
    const { by } = await printed({
      hooks,
      taskDefinition: { kind: 'inline', value: DEFINITION },
    });
    expect(by.get('RunTasks')?.Resource).toEqual([
      'arn:aws:ecs:REGION:ACCOUNT_ID:task-definition/web:*',
      'arn:aws:ecs:REGION:ACCOUNT_ID:task-definition/migrations:*',
    ]);
    const program: Hook = { kind: 'command', command: ['x'], oneWay: false, timeoutMs: 1 };
    const without = await printed({ hooks: { before: [program], after: [] } });
    expect(without.by.has('RunTasks')).toBe(false);
    expect((await printed({}, { run: true })).by.has('RunTasks')).toBe(true);
  });

  it('reads CloudWatch for the checks that need it', async () => {
    const check: ErrorRatioCheck = {
      ...{ kind: 'target_5xx_ratio', name: 'x', onNoData: 'wait', deadlineMs: 1 },
      ...{ moments: ['production'], max: 0.01, minSamples: 1, compare: undefined },
    };
    const { by } = await printed({ analysis: [check], strategy: strategy('canary', [20]) });
    expect(by.has('ReadMetrics')).toBe(true);
    expect(by.get('ReadTraffic')?.Action).toContain('elasticloadbalancing:DescribeTargetGroups');
  });

  it('creates the service of a service definition, with its roles', async () => {
    const { by } = await printed({
      serviceDefinition: {
        kind: 'inline',
        value: {
          launchType: 'FARGATE',
          loadBalancers: [
            {
              targetGroupArn: TARGET_GROUP,
              containerName: 'web',
              containerPort: 80,
              advancedConfiguration: {
                alternateTargetGroupArn: `${TARGET_GROUP}0`,
                productionListenerRule: 'rule',
                roleArn: 'arn:aws:iam::123456789012:role/ecs-elb',
              },
            },
          ],
          tags: [{ key: 'team', value: 'web' }],
        },
      },
    });
    expect(by.has('CreateService')).toBe(true);
    expect(by.has('TagService')).toBe(true);
    expect(by.get('PassInfrastructureRoles')?.Resource).toEqual([
      'arn:aws:iam::123456789012:role/ecs-elb',
    ]);
  });
});

describe('iam with the service at hand', () => {
  it('is narrowed to what the service is and runs', async () => {
    const aws = new FakeAws();
    Object.assign(aws.service, { launchType: 'FARGATE' });
    aws.define(6, 'team/web:1.0.0', {
      executionRoleArn: 'arn:aws:iam::123456789012:role/run',
    });
    const { by, notes } = await printed({}, {}, aws);
    expect(notes).toEqual([]);
    expect(by.get('UpdateService')?.Resource).toEqual([
      'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
    ]);
    expect(by.get('PassTaskRoles')?.Resource).toEqual(['arn:aws:iam::123456789012:role/run']);
    // Tags of AWS's own are nobody's to set, but the definition has others.
    expect(by.has('TagNewTaskDefinition')).toBe(true);
    for (const absent of ['AnswerGates', 'DriveTaskSets', 'ReadTraffic', 'ReadContainerInstances'])
      expect(by.has(absent)).toBe(false);
  });

  it('passes the roles of the old and of the new definition: a rollback needs the old ones', async () => {
    const aws = new FakeAws();
    aws.define(6, 'team/web:1.0.0', { taskRoleArn: 'arn:aws:iam::123456789012:role/old' });
    const { by } = await printed(
      { taskDefinition: { kind: 'inline', value: DEFINITION } },
      {},
      aws,
    );
    expect(by.get('PassTaskRoles')?.Resource).toEqual([
      'arn:aws:iam::123456789012:role/old',
      'arn:aws:iam::123456789012:role/app/web',
      'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    ]);
  });

  it('moves traffic of the load balancer of task sets alone', async () => {
    const aws = new FakeAws();
    Object.assign(aws.service, {
      deploymentController: { type: 'EXTERNAL' },
      deployments: [],
      taskSets: [
        {
          id: 'ecs-svc/1',
          status: 'PRIMARY',
          taskDefinition: aws.service['taskDefinition'],
          loadBalancers: [{ targetGroupArn: TARGET_GROUP }],
        },
      ],
    });
    const balancer =
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/0123456789abcdef';
    aws.own.set(
      'DescribeTargetGroups',
      () =>
        `<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetGroupsResult><TargetGroups><member><LoadBalancerArns><member>${balancer}</member></LoadBalancerArns></member></TargetGroups></DescribeTargetGroupsResult></DescribeTargetGroupsResponse>`,
    );
    const { by } = await printed({}, {}, aws);
    expect(by.has('DriveTaskSets')).toBe(true);
    expect(by.has('StopRollout')).toBe(false);
    expect(by.get('MoveTrafficOfListeners')?.Resource).toEqual([
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/front/0123456789abcdef/*',
    ]);
    expect(by.get('MoveTrafficOfRules')?.Resource).toEqual([
      'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/front/0123456789abcdef/*',
    ]);
  });

  it('says that there is no such service yet', async () => {
    const aws = new FakeAws();
    aws.missing = true;
    const { notes } = await printed({}, {}, aws);
    expect(notes[0]).toBe('cluster "prod" has no service "web" yet');
  });

  it('goes without what may not be read, and says what is not allowed', async () => {
    const aws = new FakeAws();
    for (const each of ['DescribeServices', 'DescribeTaskDefinition'])
      aws.denied.set(each, new FakeError('AccessDeniedException', 'no'));
    const { by, notes } = await printed(
      { taskDefinition: { kind: 'named', text: 'web' } },
      {},
      aws,
    );
    expect(notes.join('\n')).toMatch(/not allowed: ecs:DescribeServices/);
    expect(by.has('UpdateService')).toBe(true);
  });

  it('asks once where the credentials are wrong', async () => {
    const aws = new FakeAws();
    for (const each of ['DescribeServices', 'DescribeTaskDefinition'])
      aws.denied.set(each, new FakeError('UnrecognizedClientException', 'who?'));
    const { notes } = await printed({ taskDefinition: { kind: 'named', text: 'web' } }, {}, aws);
    expect(notes.filter((note) => note.startsWith('not read'))).toHaveLength(1);
    expect(aws.calls).toHaveLength(1);
  });
});
