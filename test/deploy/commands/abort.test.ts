import { describe, expect, it } from 'vitest';
import { abort, type AbortRequest } from '../../../src/deploy/commands/abort.ts';
import type { DeployDependencies } from '../../../src/deploy/session/session.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { ARN, FakeAws, FakeError, type Wire } from '../fake-aws.ts';
import { play, type Played } from '../play.ts';

/** A service in the middle of a rollout; `ends` is what ABORT makes of it. */
function midway(ends: Wire = { status: 'STOPPED' }): FakeAws {
  const aws = new FakeAws();
  aws.listedAfter = 0;
  aws.define(7, 'team/web:2.0.0');
  aws.startDeployment(`${ARN}:task-definition/web:7`);
  aws.own.set('StopServiceDeployment', (input) => {
    const { rollout } = aws.newest();
    if (rollout['status'] === 'STOPPED')
      throw new FakeError('ConflictException', 'It is STOPPED.', 400, { resourceIds: [] });
    Object.assign(rollout, { status: 'STOP_REQUESTED' });
    aws.after(8000, () => Object.assign(rollout, ends));
    return { serviceDeploymentArn: input['serviceDeploymentArn'] };
  });
  return aws;
}

const playAbort = (
  aws: FakeAws,
  change: Partial<AbortRequest> = {},
  dependencies: Partial<DeployDependencies> = {},
): Promise<Played> =>
  play(
    aws,
    (all) => abort({ cluster: 'prod', service: 'web', wait: true, ...change }, all),
    dependencies,
  );

describe('abort', () => {
  it('stops the rollout where it is, waits for it, and says what can be done then', async () => {
    const aws = midway();
    const { result } = await playAbort(aws);
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(result.next.join('\n')).toMatch(/fairlead rollback[^]*--force-new-deployment/);
    expect(aws.calls.find((call) => call.operation === 'StopServiceDeployment')?.input).toEqual({
      serviceDeploymentArn: `${ARN}:service-deployment/prod/web/deployment7`,
      stopType: 'ABORT',
    });
    expect(aws.count('UpdateService')).toBe(0);
  });

  it('does not wait where that is asked for', async () => {
    const { result } = await playAbort(midway(), { wait: false });
    expect(result).toMatchObject({ verdict: 'started', exitCode: 0 });
  });

  it('tells a refusal, with what can be done instead', async () => {
    const aws = midway();
    aws.own.set('StopServiceDeployment', () => {
      throw new FakeError('InvalidParameterException', 'Stop type ABORT is not supported.');
    });
    const { result } = await playAbort(aws);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(result.error?.code).toBe('ABORT_REFUSED');
    expect(result.error?.message).toContain('Stop type ABORT is not supported.');
    expect(result.error?.hint).toBe(
      'Go back instead: fairlead rollback --cluster prod --service web, or put the former version in its place: aws ecs update-service --cluster prod --service web --task-definition web:6',
    );
  });

  it('offers no update in the middle of a traffic shift', async () => {
    const aws = midway();
    aws.service['deploymentConfiguration'] = { strategy: 'CANARY' };
    aws.own.set('StopServiceDeployment', () => {
      throw new FakeError('InvalidParameterException', 'Use ROLLBACK.');
    });
    const { result } = await playAbort(aws);
    expect(result.error?.hint).toBe(
      'Go back instead: fairlead rollback --cluster prod --service web',
    );
  });

  it.each<[string, Wire, string, number]>([
    ['rolled back by ECS', { status: 'ROLLBACK_SUCCESSFUL', statusReason: 'so' }, 'rolled-back', 3],
    ['failed to roll back', { status: 'ROLLBACK_FAILED' }, 'failed', 4],
    ['completed before', { status: 'SUCCESSFUL' }, 'failed', 4],
  ])('is honest about a rollout that was %s', async (_, ends, verdict, exitCode) => {
    const { result } = await playAbort(midway(ends));
    expect(result).toMatchObject({ verdict, exitCode });
    expect(result.cause).not.toHaveLength(0);
  });

  it('asks twice without harm when the answer is lost', async () => {
    const aws = midway();
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      const answered = answer(operation, input);
      if (operation !== 'StopServiceDeployment' || aws.count(operation) > 1) return answered;
      aws.newest().rollout['status'] = 'STOPPED';
      throw new FakeError('ServerException', 'the answer is lost', 500);
    };
    const { result } = await playAbort(aws);
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    expect(aws.count('StopServiceDeployment')).toBe(2);
  });

  it.each<[string, (aws: FakeAws) => void, string]>([
    ['none runs', (aws) => (aws.newest().rollout['status'] = 'SUCCESSFUL'), 'NO_ROLLOUT'],
    [
      'it goes back already',
      (aws) => (aws.newest().rollout['status'] = 'ROLLBACK_IN_PROGRESS'),
      'ROLLBACK_IN_PROGRESS',
    ],
    [
      'the versions are task sets',
      (aws) => (aws.service['deploymentController'] = { type: 'EXTERNAL' }),
      'TASK_SETS',
    ],
  ])('exit code 2 when %s', async (_, prepare, code) => {
    const aws = midway();
    prepare(aws);
    const { result } = await playAbort(aws);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2, error: { code } });
    expect(aws.count('StopServiceDeployment')).toBe(0);
  });

  it('says when the end is not seen in time, and outlasts that ECS cannot be reached', async () => {
    const aws = midway({ status: 'STOP_REQUESTED' });
    const { result } = await playAbort(aws, { timeoutMs: 60_000 });
    expect(result).toMatchObject({ verdict: 'timed-out', exitCode: 5 });
    expect(result.cause.join()).toContain('still STOP_REQUESTED after 1m 00s');
    const unreachable = midway();
    const stop = unreachable.own.get('StopServiceDeployment');
    unreachable.own.set('StopServiceDeployment', (input) => {
      const answered = stop?.(input);
      const down = Array.from({ length: 12 }, () => new FakeError('ServerException', 'down', 500));
      unreachable.failNext('DescribeServiceDeployments', ...down);
      return answered;
    });
    expect((await playAbort(unreachable)).result.verdict).toBe('succeeded');
  });

  it('interrupted, says that ECS was asked', async () => {
    const aws = midway({ status: 'STOP_REQUESTED' });
    const controller = new AbortController();
    aws.after(10_000, () => controller.abort(new Interruption('SIGTERM')));
    const { result } = await playAbort(aws, {}, { signal: controller.signal });
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
    expect(result.cause.join()).toContain('ECS was asked to stop the rollout');
  });
});
