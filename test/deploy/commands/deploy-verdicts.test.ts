import { describe, expect, it } from 'vitest';
import { deploy, type DeployRequest } from '../../../src/deploy/commands/deploy.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { ARN, FakeAws, FakeError, TARGET_GROUP } from '../fake-aws.ts';
import { crashing, definition, play, playDeploy } from '../play.ts';

describe('the verdict of a deploy', () => {
  it("rolled-back: the circuit breaker's rollback is no success, and the dead tasks and their log tell why", async () => {
    const aws = new FakeAws();
    aws.story = () => {
      aws.logs = ['listening on 8080', 'out of luck'];
      aws.after(4000, () => aws.addDeadTask(7, 1));
      aws.after(8000, () => {
        Object.assign(aws.newest().rollout, {
          status: 'ROLLBACK_IN_PROGRESS',
          deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
        });
      });
      aws.after(20_000, () =>
        aws.rollBack(
          'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        ),
      );
    };
    const { result, told } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toBe(
      'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    );
    expect(result.cause).toContain('circuit breaker: 3 failed tasks of 3 allowed');
    expect(result.cause.join('\n')).toMatch(
      /1 task stopped: Essential container in task exited; container web, exit code 1/,
    );
    expect(result.cause).toContain('    out of luck');
    expect(told.join('\n')).toContain('out of luck');
    expect(result.next).toStrictEqual([
      'The service runs web:6 again. Mend the cause, then deploy again.',
    ]);
  });

  it('fails fast: every new task exits, so it stops the rollout and waits for the rollback', async () => {
    const aws = new FakeAws();
    aws.story = crashing;
    const { result, entries } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'rolled-back', exitCode: 3 });
    expect(result.cause[0]).toBe('every new task exits (exit code 1): 4 of 4 so far');
    expect(
      aws.calls.find((call) => call.operation === 'StopServiceDeployment')?.input,
    ).toStrictEqual({
      serviceDeploymentArn: `${ARN}:service-deployment/prod/web/deployment7`,
      stopType: 'ROLLBACK',
    });
    expect(aws.count('StopServiceDeployment')).toBe(1);
    // The password of the definition's environment came back in a log line.
    expect(JSON.stringify([entries, result])).not.toContain('correct-horse-battery');
    expect(result.cause).toContain('    cannot reach the database with ***');
  });

  it('fails fast with nothing to go back to: says so, stops nothing', async () => {
    const aws = new FakeAws();
    aws.rollouts = [];
    aws.service.deployments.forEach((each) => (each['rolloutState'] = 'FAILED'));
    aws.story = crashing;
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.cause[1]).toMatch(/no revision that completed before/);
    expect(result.next).toStrictEqual([
      'There is no revision that completed before: mend the cause and deploy again.',
      'Until then ECS may go on trying. Let it rest: aws ecs update-service --cluster prod --service web --desired-count 0',
      'Or go to a revision that works: fairlead rollback --cluster prod --service web --to REVISION',
      'See what runs: fairlead status --cluster prod --service web',
    ]);
    expect(aws.count('StopServiceDeployment')).toBe(0);
  });

  it('fails fast with --no-rollback: only reports', async () => {
    const aws = new FakeAws();
    aws.story = crashing;
    const { result } = await playDeploy(aws, { rollback: false });
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.next[0]).toBe('Go back to web:6: fairlead rollback --cluster prod --service web');
    expect(aws.count('StopServiceDeployment')).toBe(0);
  });

  it('fails when it may not stop the rollout, and says which permission is missing', async () => {
    const aws = new FakeAws();
    aws.story = crashing;
    aws.denied.set('StopServiceDeployment', new FakeError('AccessDeniedException', 'no'));
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.cause[1]).toMatch(/could not be stopped: not allowed: ecs:StopServiceDeployment/);
  });

  it('superseded: another deployment took over', async () => {
    const aws = new FakeAws();
    aws.story = () => {
      aws.after(8000, () => {
        aws.story = () => undefined;
        aws.listedAfter = 0;
        aws.newest().rollout['status'] = 'STOPPED';
        aws.answer('UpdateService', { taskDefinition: definition(5) });
      });
    };
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'superseded', exitCode: 6 });
    expect(result.cause[0]).toContain(`${ARN}:service-deployment/prod/web/deployment8`);
  });

  it('stopped: somebody ended it and nothing took over', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(8000, () => (aws.newest().rollout['status'] = 'STOPPED'));
    expect((await playDeploy(aws)).result).toMatchObject({ verdict: 'stopped', exitCode: 4 });
  });

  it('timed-out: the rollout still runs, and how to follow or end it', async () => {
    const aws = new FakeAws();
    const { result } = await playDeploy(aws, { timeoutMs: 60_000 });
    expect(result).toMatchObject({ verdict: 'timed-out', exitCode: 5 });
    expect(result.endedAt - result.startedAt).toBeGreaterThanOrEqual(60_000);
    expect(result.endedAt - result.startedAt).toBeLessThan(62_000);
    expect(result.next).toStrictEqual([
      'It goes on without us. Follow it: fairlead wait --cluster prod --service web',
      'Or end it: fairlead rollback --cluster prod --service web',
    ]);
  });

  it('no timed-out while the strategy of the service definition may still bake', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(40 * 60_000, () => aws.complete());
    const request: DeployRequest = {
      ...{ cluster: 'prod', service: 'web', images: ['team/web:2.0.0'] },
      ...{ wait: true, rollback: true, allowMutableTag: false },
      serviceDefinition: {
        kind: 'inline',
        value: {
          deploymentConfiguration: {
            strategy: 'CANARY',
            canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 60 },
          },
        },
      },
    };
    const { result } = await play(aws, (dependencies) => deploy(request, dependencies));
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
  });

  it('paused: a pause hook waits for somebody', async () => {
    const aws = new FakeAws();
    aws.story = () =>
      aws.after(8000, () =>
        Object.assign(aws.newest().rollout, {
          lifecycleStage: 'POST_SCALE_UP',
          lifecycleHookDetails: [
            { hookId: 'ecs-pause-x', status: 'AWAITING_ACTION', targetType: 'PAUSE' },
          ],
        }),
      );
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'paused', exitCode: 7 });
    expect(result.next[0]).toBe(
      'Go on: fairlead continue --cluster prod --service web --hook ecs-pause-x',
    );
  });

  it('follows although the service deployment is listed late, and is not fooled by a stable look meanwhile', async () => {
    const aws = new FakeAws();
    aws.listedAfter = 60_000;
    aws.story = () => aws.after(5000, () => aws.complete());
    const { result } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(result.endedAt - result.startedAt).toBeGreaterThanOrEqual(60_000);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('interrupted by %s: stops waiting, not the rollout', async (signal, exitCode) => {
    const aws = new FakeAws();
    const controller = new AbortController();
    aws.story = () => aws.after(10_000, () => controller.abort(new Interruption(signal)));
    const { result } = await playDeploy(aws, {}, { signal: controller.signal });
    expect(result).toMatchObject({
      verdict: 'interrupted',
      exitCode,
      cause: [`interrupted by ${signal}; the rollout goes on`],
    });
    expect(result.next.join(' ')).toMatch(/fairlead wait.*fairlead rollback/);
    expect(aws.count('StopServiceDeployment')).toBe(0);
  });

  it('interrupted before the update: nothing was changed', async () => {
    const aws = new FakeAws();
    const controller = new AbortController();
    controller.abort(new Interruption('SIGINT'));
    const { result } = await playDeploy(aws, {}, { signal: controller.signal });
    expect(result).toMatchObject({
      verdict: 'interrupted',
      exitCode: 130,
      cause: ['interrupted by SIGINT; nothing was changed'],
    });
    expect(aws.count('UpdateService')).toBe(0);
  });

  it('names the definition that failed and its target health behind a load balancer', async () => {
    const aws = new FakeAws();
    aws.service['loadBalancers'] = [
      { targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 8080 },
    ];
    aws.story = () => {
      aws.after(4000, () => {
        aws.addTask(7, {
          attachments: [{ details: [{ name: 'privateIPv4Address', value: '10.0.0.9' }] }],
        });
        aws.targets = [
          {
            id: '10.0.0.9',
            port: 8080,
            state: 'unhealthy',
            description: 'Health checks failed with these codes: [503]',
          },
        ];
      });
      aws.after(20_000, () => aws.rollBack('the breaker'));
    };
    const { result, told } = await playDeploy(aws);
    expect(result.cause).toContain(
      '1 unhealthy target in web: Health checks failed with these codes: [503]',
    );
    expect(told.join('\n')).toMatch(/10\.0\.0\.9:8080 \(task \w{8}\) is unhealthy in web/);
  });
});
