import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import type { QueryDependencies } from '../../../src/deploy/session/query.ts';
import { revisions } from '../../../src/deploy/commands/revisions.ts';
import { status } from '../../../src/deploy/commands/status.ts';
import { tasks } from '../../../src/deploy/commands/tasks.ts';
import { ARN, FakeAws, FakeError, TARGET_GROUP } from '../fake-aws.ts';
import { clientsOf } from '../fake-endpoint.ts';
import { playDeploy } from '../play.ts';

const GREEN_GROUP = TARGET_GROUP.replace('/web/', '/green/');
const NAME = { cluster: 'prod', service: 'web' };

async function dependencies(aws: FakeAws): Promise<QueryDependencies> {
  return { clients: await clientsOf(aws), clock: aws.clock, random: seededRandom(1) };
}

describe('status', () => {
  it('shows where the service is, what it runs and what the newest rollout does', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(5000);
    expect(await status(NAME, await dependencies(aws))).toMatchObject({
      endpoint: 'http://127.0.0.1:4327',
      region: 'eu-west-1',
      accountId: '123456789012',
      cluster: 'prod',
      service: 'web',
      status: 'ACTIVE',
      desired: 4,
      running: 4,
      deployments: [
        { id: 'ecs-svc/7', status: 'PRIMARY' },
        { id: 'ecs-svc/6', status: 'ACTIVE' },
      ],
      rollout: { status: 'IN_PROGRESS' },
      events: [{ at: 1000, message: 'has reached a steady state.' }],
    });
  });

  it('names the missing service and the missing permission', async () => {
    const aws = new FakeAws();
    aws.missing = true;
    await expect(status(NAME, await dependencies(aws))).rejects.toThrow(
      /cluster "prod" has no service "web"/,
    );
    aws.denied.set('DescribeServices', new FakeError('AccessDeniedException', 'no'));
    await expect(status(NAME, await dependencies(aws))).rejects.toThrow(
      /not allowed: ecs:DescribeServices/,
    );
  });
});

describe('revisions', () => {
  it('lists rollouts newest first with what each brought, and marks the present one', async () => {
    const aws = new FakeAws();
    expect(await revisions(NAME, await dependencies(aws))).toMatchObject([
      {
        serviceRevision: `${ARN}:service-revision/prod/web/6`,
        status: 'SUCCESSFUL',
        current: true,
        taskDefinition: `${ARN}:task-definition/web:6`,
      },
      {
        serviceRevision: `${ARN}:service-revision/prod/web/5`,
        current: false,
        images: [{ container: 'web', digest: 'sha256:5' }],
      },
    ]);
  });
});

describe('revisions of a service of task sets', () => {
  it('are not said to be none: ECS keeps no history of task sets', async () => {
    const aws = new FakeAws();
    Object.assign(aws.service, { deploymentController: { type: 'EXTERNAL' }, deployments: [] });
    await expect(revisions(NAME, await dependencies(aws))).rejects.toMatchObject({
      code: 'TASK_SETS',
      exitCode: 2,
      message: expect.stringMatching(/task sets, of which ECS keeps no history/) as string,
      hint: 'See what runs: fairlead status --cluster prod --service web. The way back: fairlead rollback --cluster prod --service web',
    });
  });
});

describe('tasks', () => {
  it('lists running tasks before stopped ones, with target health and how each ended', async () => {
    const aws = new FakeAws();
    aws.service['loadBalancers'] = [
      { targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 8080 },
    ];
    aws.tasks = [];
    aws.addDeadTask(6, 3);
    aws.addTask(6, {
      attachments: [{ details: [{ name: 'privateIPv4Address', value: '10.0.0.9' }] }],
    });
    aws.targets = [{ id: '10.0.0.9', port: 8080, state: 'healthy' }];
    expect(await tasks(NAME, await dependencies(aws))).toMatchObject([
      { lastStatus: 'RUNNING', targetStates: ['healthy'], end: undefined },
      {
        lastStatus: 'STOPPED',
        targetStates: [],
        end: 'Essential container in task exited; container web, exit code 3',
      },
    ]);
    expect(await tasks(NAME, await dependencies(aws), false)).toHaveLength(1);
  });

  it.each([
    [
      'the alternate target group of a traffic shift',
      {
        loadBalancers: [
          {
            targetGroupArn: TARGET_GROUP,
            advancedConfiguration: { alternateTargetGroupArn: GREEN_GROUP },
          },
        ],
      },
    ],
    [
      'the target group of a task set',
      { taskSets: [{ loadBalancers: [{ targetGroupArn: GREEN_GROUP }] }] },
    ],
  ])('knows the health of targets in %s', async (_, members) => {
    const aws = new FakeAws();
    Object.assign(aws.service, members);
    aws.tasks = [];
    aws.addTask(6, {
      attachments: [{ details: [{ name: 'privateIPv4Address', value: '10.0.0.9' }] }],
    });
    aws.targets = [{ id: '10.0.0.9', port: 8080, state: 'healthy', group: GREEN_GROUP }];
    expect(await tasks(NAME, await dependencies(aws))).toMatchObject([
      { lastStatus: 'RUNNING', targetStates: ['healthy'] },
    ]);
  });
});
