/** `fairlead rollback` brings back a whole service revision, not its task definition alone. */
import { describe, expect, it } from 'vitest';
import { rollback, type RollbackRequest } from '../../../src/deploy/commands/rollback.ts';
import { ARN, FakeAws, FakeError, TARGET_GROUP, type Wire } from '../fake-aws.ts';
import { definition, play, type Played } from '../play.ts';

const OTHER_GROUP = TARGET_GROUP.replace('/web/', '/other/');
const revisionArn = (number: number): string => `${ARN}:service-revision/prod/web/${number}`;
const network = (subnet: string): Wire => ({
  awsvpcConfiguration: { subnets: [subnet], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
});
const balanced = (targetGroupArn: string): Wire[] => [
  { targetGroupArn, containerName: 'web', containerPort: 8080 },
];

/** A service whose revisions 1, 2, … are these; the last one is PRIMARY. */
function world(revisions: readonly Wire[]): FakeAws {
  const aws = new FakeAws();
  const newest = revisions.length;
  const [primary] = aws.service.deployments;
  if (primary === undefined) throw new Error('no deployment');
  const present = revisions[newest - 1] ?? {};
  Object.assign(primary, { id: `ecs-svc/${newest}`, taskDefinition: present['taskDefinition'] });
  Object.assign(aws.service, present);
  aws.rollouts = revisions.map((_, index) => aws.rollout(index + 1, 'SUCCESSFUL'));
  const answer = aws.answer.bind(aws);
  aws.answer = (operation, input) => {
    const answered = answer(operation, input);
    if (operation === 'UpdateService') {
      // Whatever a revision is made of starts a deployment.
      if (primary.status === 'PRIMARY') aws.startDeployment(String(input['taskDefinition']));
      return { service: aws.service };
    }
    if (operation !== 'DescribeServiceRevisions') return answered;
    const arns = input['serviceRevisionArns'] as string[];
    return {
      serviceRevisions: arns.flatMap((serviceRevisionArn) => {
        const number = Number(serviceRevisionArn.split('/').at(-1));
        const revision = revisions[number - 1];
        return revision === undefined ? [] : [{ serviceRevisionArn, ...revision }];
      }),
    };
  };
  return aws;
}

const playRollback = (aws: FakeAws, change: Partial<RollbackRequest> = {}): Promise<Played> =>
  play(aws, (dependencies) =>
    rollback(
      { cluster: 'prod', service: 'web', timeoutMs: 900_000, wait: false, ...change },
      dependencies,
    ),
  );

const updates = (aws: FakeAws): Wire[] =>
  aws.calls.filter((call) => call.operation === 'UpdateService').map((call) => call.input);

describe('rollback to a whole service revision', () => {
  it('sends in one UpdateService what differs, and nothing that does not', async () => {
    const aws = world([
      {
        taskDefinition: definition(5),
        networkConfiguration: network('subnet-then'),
        loadBalancers: balanced(TARGET_GROUP),
        platformVersion: '1.4.0',
      },
      {
        taskDefinition: definition(6),
        networkConfiguration: network('subnet-now'),
        loadBalancers: balanced(OTHER_GROUP),
        platformVersion: '1.4.0',
      },
    ]);
    const { result, told } = await playRollback(aws);
    expect(result).toMatchObject({ verdict: 'started', to: { taskDefinition: definition(5) } });
    expect(updates(aws)).toStrictEqual([
      {
        cluster: 'prod',
        service: 'web',
        taskDefinition: definition(5),
        networkConfiguration: network('subnet-then'),
        loadBalancers: balanced(TARGET_GROUP),
      },
    ]);
    expect(told).toContain(
      'going back from web:6 to web:5, with the networkConfiguration and loadBalancers it had',
    );
  });

  it('goes back where only the network has changed', async () => {
    const aws = world([
      { taskDefinition: definition(6), networkConfiguration: network('subnet-then') },
      { taskDefinition: definition(6), networkConfiguration: network('subnet-now') },
    ]);
    const { result, told } = await playRollback(aws);
    expect(result.verdict).toBe('started');
    expect(updates(aws)).toStrictEqual([
      {
        cluster: 'prod',
        service: 'web',
        taskDefinition: definition(6),
        networkConfiguration: network('subnet-then'),
      },
    ]);
    expect(told).toContain('going back to the networkConfiguration that web:6 had before');
  });

  it('sends it once though the answer is lost', async () => {
    const aws = world([
      { taskDefinition: definition(6), networkConfiguration: network('subnet-then') },
      { taskDefinition: definition(6), networkConfiguration: network('subnet-now') },
    ]);
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      const answered = answer(operation, input);
      if (operation === 'UpdateService' && aws.count('UpdateService') === 1)
        throw new FakeError('ServerException', 'the answer is lost', 500);
      return answered;
    };
    expect((await playRollback(aws)).result.verdict).toBe('started');
    expect(aws.count('UpdateService')).toBe(1);
  });

  it('passes over what is the same as now, and says where only a tag had moved', async () => {
    const image = (imageDigest: string): Wire[] => [
      { containerName: 'web', image: 'team/web:latest', imageDigest },
    ];
    const aws = world([
      { taskDefinition: definition(5), containerImages: image('sha256:1') },
      { taskDefinition: definition(6), containerImages: image('sha256:2') },
      { taskDefinition: definition(6), containerImages: image('sha256:3') },
    ]);
    const { result, told } = await playRollback(aws);
    expect(result.to?.taskDefinition).toBe(definition(5));
    expect(told.join('\n')).toMatch(/service revision 2 is passed over: .*by its digest/);
  });

  const definitions = (...numbers: number[]): Wire[] =>
    numbers.map((number) => ({ taskDefinition: definition(number) }));

  it('goes on to the version before when it is asked again, not back to the one that was left', async () => {
    const aws = world(definitions(4, 5, 6, 5));
    aws.define(4, 'team/web:0.8.0');
    const { result, told } = await playRollback(aws);
    expect(result.to?.taskDefinition).toBe(definition(4));
    expect(told).toContain(
      `passing over web:6, which the service went back from before; to bring it back: fairlead rollback --cluster prod --service web --to ${revisionArn(3)}`,
    );
  });

  it('refuses to go forward where nothing came before, and says how to choose', async () => {
    const aws = world(definitions(5, 6, 5));
    const { result } = await playRollback(aws);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2, changed: [] });
    expect(result.error).toMatchObject({
      code: 'NOTHING_TO_ROLL_BACK_TO',
      message:
        'service "web" went back to web:5 before, and no revision that succeeded came before that one',
      hint: 'Choose one: fairlead revisions --cluster prod --service web, then fairlead rollback --cluster prod --service web --to REVISION. Or deploy a version that works.',
    });
    expect(updates(aws)).toHaveLength(0);
  });

  it('says when there is nothing that differs', async () => {
    const same = { taskDefinition: definition(6), networkConfiguration: network('subnet') };
    const aws = world([same, same]);
    expect((await playRollback(aws)).result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(updates(aws)).toHaveLength(0);
  });

  it('forces the deployment that another capacity provider strategy needs', async () => {
    const aws = world([
      {
        taskDefinition: definition(6),
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
      },
      { taskDefinition: definition(6), launchType: 'FARGATE' },
    ]);
    await playRollback(aws);
    expect(updates(aws)).toMatchObject([
      {
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
        forceNewDeployment: true,
      },
    ]);
  });

  it('says what UpdateService cannot bring back', async () => {
    const aws = world([
      { taskDefinition: definition(5), launchType: 'EC2' },
      { taskDefinition: definition(6), launchType: 'FARGATE' },
    ]);
    const { result, told } = await playRollback(aws);
    expect(result.verdict).toBe('started');
    expect(told.join('\n')).toContain('the launch type stays FARGATE: it was EC2');
  });

  it('leaves the desired count alone', async () => {
    const aws = world([{ taskDefinition: definition(5) }, { taskDefinition: definition(6) }]);
    await playRollback(aws);
    expect(updates(aws)[0]).not.toHaveProperty('desiredCount');
  });

  it('goes to the service revision that was named, and says when ECS has forgotten it', async () => {
    const revisions = [
      { taskDefinition: definition(5), networkConfiguration: network('subnet-1') },
      { taskDefinition: definition(5), networkConfiguration: network('subnet-2') },
      { taskDefinition: definition(6), networkConfiguration: network('subnet-3') },
    ];
    const aws = world(revisions);
    const { result } = await playRollback(aws, { to: revisionArn(1) });
    expect(result.verdict).toBe('started');
    expect(updates(aws)).toMatchObject([{ networkConfiguration: network('subnet-1') }]);
    const { result: gone } = await playRollback(world(revisions), { to: revisionArn(9) });
    expect(gone).toMatchObject({ verdict: 'impossible', error: { code: 'REVISION_NOT_FOUND' } });
    const { result: same } = await playRollback(world(revisions), { to: revisionArn(3) });
    expect(same.verdict).toBe('no-change');
  });

  it('changes only the task definition where one is named', async () => {
    const aws = world([
      { taskDefinition: definition(5), networkConfiguration: network('subnet-then') },
      { taskDefinition: definition(6), networkConfiguration: network('subnet-now') },
    ]);
    await playRollback(aws, { to: '5' });
    expect(updates(aws)).toStrictEqual([
      { cluster: 'prod', service: 'web', taskDefinition: definition(5) },
    ]);
  });

  it('checks the load balancers of the revision, not those of now', async () => {
    const elsewhere = [{ targetGroupArn: OTHER_GROUP, containerName: 'api', containerPort: 9090 }];
    const to = world([
      { taskDefinition: definition(5), loadBalancers: elsewhere },
      { taskDefinition: definition(6), loadBalancers: balanced(TARGET_GROUP) },
    ]);
    expect((await playRollback(to)).result).toMatchObject({
      verdict: 'impossible',
      error: { code: 'LOAD_BALANCER_CONTAINER' },
    });
    const from = world([
      { taskDefinition: definition(5), loadBalancers: balanced(TARGET_GROUP) },
      { taskDefinition: definition(6), loadBalancers: elsewhere },
    ]);
    expect((await playRollback(from)).result.verdict).toBe('started');
  });

  it('finds a revision far back, twenty at a call', async () => {
    const same = { taskDefinition: definition(6) };
    const revisions = [
      { taskDefinition: definition(5) },
      ...Array.from({ length: 30 }, () => same),
    ];
    const aws = world(revisions);
    expect((await playRollback(aws)).result.to?.taskDefinition).toBe(definition(5));
    const asked = aws.calls
      .filter((call) => call.operation === 'DescribeServiceRevisions')
      .map((call) => (call.input['serviceRevisionArns'] as string[]).length);
    expect(asked).toStrictEqual([20, 11]);
  });
});
