import { describe, expect, it } from 'vitest';
import { rollback, type RollbackRequest } from '../../../src/deploy/commands/rollback.ts';
import { wait } from '../../../src/deploy/commands/wait.ts';
import { ARN, FakeAws } from '../fake-aws.ts';
import { type Played, definition, play, playDeploy } from '../play.ts';

const playRollback = (aws: FakeAws, change: Partial<RollbackRequest> = {}): Promise<Played> =>
  play(aws, (dependencies) =>
    rollback(
      { cluster: 'prod', service: 'web', timeoutMs: 900_000, wait: true, ...change },
      dependencies,
    ),
  );

const playWait = (aws: FakeAws, timeoutMs = 900_000): Promise<Played> =>
  play(aws, (dependencies) => wait({ cluster: 'prod', service: 'web', timeoutMs }, dependencies));

describe('rollback', () => {
  it('goes back to the last revision that completed, and succeeds when that is done', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(9000, () => aws.complete());
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) =>
      operation === 'DescribeServiceRevisions' &&
      String(input['serviceRevisionArns']).endsWith('/7')
        ? {
            serviceRevisions: [
              {
                serviceRevisionArn: `${ARN}:service-revision/prod/web/7`,
                taskDefinition: definition(5),
              },
            ],
          }
        : answer(operation, input);
    const { result, told } = await playRollback(aws);
    expect(result).toMatchObject({
      verdict: 'succeeded',
      exitCode: 0,
      from: { taskDefinition: definition(6) },
      to: { taskDefinition: definition(5) },
    });
    expect(told).toContain('going back from web:6 to web:5');
    expect(
      aws.calls.filter((call) => call.operation === 'UpdateService').map((call) => call.input),
    ).toStrictEqual([{ cluster: 'prod', service: 'web', taskDefinition: definition(5) }]);
  });

  it.each(['5', 'web:5', definition(5)])('goes to the revision that was named: %s', async (to) => {
    const aws = new FakeAws();
    const { result } = await playRollback(aws, { to, wait: false });
    expect(result).toMatchObject({
      verdict: 'started',
      exitCode: 0,
      to: { taskDefinition: definition(5) },
    });
  });

  it('ends a rollout that is in progress, which is a success here', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(10_000);
    const { result } = await playRollback(aws);
    expect(result).toMatchObject({
      verdict: 'succeeded',
      exitCode: 0,
      serviceDeployment: `${ARN}:service-deployment/prod/web/deployment7`,
      to: { taskDefinition: definition(6) },
    });
    expect(aws.count('StopServiceDeployment')).toBe(1);
    expect(aws.count('UpdateService')).toBe(1);
  });

  it('without waiting it says how to follow the rollback, and what that will say', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(10_000);
    const { result } = await playRollback(aws, { wait: false });
    expect(result).toMatchObject({
      verdict: 'started',
      next: [
        'Follow it: fairlead wait --cluster prod --service web (it ends with rolled-back, exit code 3)',
      ],
    });
  });

  it('a rollout that completed before it could be stopped is not rolled back', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(10_000);
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation !== 'StopServiceDeployment') return answer(operation, input);
      aws.complete();
      return {};
    };
    const { result } = await playRollback(aws);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.cause).toStrictEqual(['the rollout completed before it could be stopped']);
  });

  it('says when there is nothing to go back to', async () => {
    const aws = new FakeAws();
    aws.rollouts = [aws.rollout(6, 'SUCCESSFUL')];
    const { result } = await playRollback(aws);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(result.error?.message).toMatch(/no earlier revision that completed/);
    expect(aws.count('UpdateService')).toBe(0);
  });

  it('does not stop the first rollout of a service: ECS has nothing to go back to', async () => {
    const aws = new FakeAws();
    aws.rollouts = [];
    aws.service.deployments = [];
    aws.service['taskDefinition'] = definition(5);
    aws.answer('UpdateService', { taskDefinition: definition(6) });
    await aws.clock.advance(10_000);
    const { result } = await playRollback(aws);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(aws.count('StopServiceDeployment')).toBe(0);
  });

  it.each([
    ['6', 'no-change', 0],
    ['99', 'impossible', 2],
    ['the old one', 'impossible', 2],
  ])('--to %s: %s', async (to, verdict, exitCode) => {
    const aws = new FakeAws();
    const { result } = await playRollback(aws, { to });
    expect(result).toMatchObject({ verdict, exitCode });
    expect(aws.count('UpdateService')).toBe(0);
  });
});

describe('wait', () => {
  it('follows the rollout that runs', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    aws.after(20_000, () => aws.complete());
    await aws.clock.advance(5000);
    const { result } = await playWait(aws);
    expect(result).toMatchObject({
      verdict: 'succeeded',
      exitCode: 0,
      from: { taskDefinition: definition(6) },
      to: { taskDefinition: definition(7) },
    });
  });

  it('says of the first rollout of a service that it comes from nothing', async () => {
    const aws = new FakeAws();
    aws.rollouts = [];
    aws.service.deployments = [];
    aws.define(7, 'team/web:2.0.0');
    aws.answer('UpdateService', { taskDefinition: definition(7) });
    aws.after(20_000, () => aws.complete());
    await aws.clock.advance(5000);
    const { result } = await playWait(aws);
    expect(result).toMatchObject({ verdict: 'succeeded', from: undefined });
  });

  it('tells how the last rollout ended, and never takes a stable service for a success', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(5000);
    aws.rollBack('the breaker');
    const { result } = await playWait(aws);
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toBe('the breaker');
  });

  it('stops nothing, whatever it sees', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(5000);
    for (let n = 0; n < 9; n++) aws.addDeadTask(7, 1);
    const { result } = await playWait(aws, 60_000);
    expect(result).toMatchObject({ verdict: 'timed-out', exitCode: 5 });
    expect(aws.count('StopServiceDeployment')).toBe(0);
  });

  it('says when there never was a rollout', async () => {
    const aws = new FakeAws();
    aws.rollouts = [];
    const { result } = await playWait(aws);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
  });
});
