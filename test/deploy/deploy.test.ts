import { describe, expect, it } from 'vitest';
import { Interruption } from '../../src/deploy/interruption.ts';
import { RolloutEntrySchema } from '../../src/record/entries.ts';
import { ARN, FakeAws, FakeError, playDeploy, TARGET_GROUP } from './fake-aws.ts';

const definition = (revision: number): string => `${ARN}:task-definition/web:${revision}`;

/** Every task of the new revision exits. */
const crashing = (aws: FakeAws): void => {
  aws.logs = ['starting', 'cannot reach the database with correct-horse-battery'];
  for (let n = 1; n <= 4; n++) aws.after(n * 4000, () => aws.addDeadTask(7, 1));
};

describe('deploy', () => {
  it('succeeds: registers, updates once, follows its own service deployment to its end', async () => {
    const aws = new FakeAws();
    aws.story = () => {
      aws.after(8000, () => aws.addTask(7));
      aws.after(30_000, () => aws.complete());
    };
    const { result, entries } = await playDeploy(aws);
    expect(result).toMatchObject({
      verdict: 'succeeded',
      exitCode: 0,
      cause: [],
      serviceDeployment: `${ARN}:service-deployment/prod/web/deployment7`,
      from: {
        taskDefinition: definition(6),
        images: [{ container: 'web', image: 'team/web:1.0.0' }],
      },
      to: {
        taskDefinition: definition(7),
        images: [{ container: 'web', image: 'team/web:2.0.0', digest: 'sha256:7' }],
      },
    });
    expect(aws.count('UpdateService')).toBe(1);
    expect(entries[0]).toMatchObject({
      kind: 'header',
      endpoint: 'http://127.0.0.1:4327',
      accountId: '123456789012',
      region: 'eu-west-1',
    });
    expect(entries.at(-1)).toMatchObject({ kind: 'verdict', verdict: 'succeeded' });
    for (const entry of entries) expect(RolloutEntrySchema.safeParse(entry).error).toBeUndefined();
  });

  it('registers the live definition with the new image: unknown members and tags are kept', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(5000, () => aws.complete());
    await playDeploy(aws);
    const input = aws.calls.find((call) => call.operation === 'RegisterTaskDefinition')?.input;
    expect(Object.keys(input ?? {}).toSorted()).toStrictEqual([
      'containerDefinitions',
      'family',
      'memberOfTomorrow',
      'tags',
    ]);
    expect(input?.['tags']).toStrictEqual([{ key: 'team', value: 'web' }]);
    expect(input?.['containerDefinitions']).toMatchObject([
      { name: 'web', image: 'team/web:2.0.0' },
    ]);
  });

  it('changes nothing of the service but what was asked', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(5000, () => aws.complete());
    await playDeploy(aws);
    const [update] = aws.calls.filter((call) => call.operation === 'UpdateService');
    expect(update?.input).toStrictEqual({
      cluster: 'prod',
      service: 'web',
      taskDefinition: definition(7),
    });

    const asked = new FakeAws();
    asked.service['loadBalancers'] = [
      { targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 8080 },
    ];
    asked.story = () => asked.after(5000, () => asked.complete());
    await playDeploy(asked, {
      desiredCount: 6,
      healthCheckGracePeriodSeconds: 30,
      enableExecuteCommand: true,
      forceNewDeployment: true,
    });
    expect(asked.calls.find((call) => call.operation === 'UpdateService')?.input).toStrictEqual({
      cluster: 'prod',
      service: 'web',
      taskDefinition: definition(7),
      desiredCount: 6,
      healthCheckGracePeriodSeconds: 30,
      enableExecuteCommand: true,
      forceNewDeployment: true,
    });
  });

  it('no-change: the service already runs it; nothing is registered or updated', async () => {
    const aws = new FakeAws();
    const { result } = await playDeploy(aws, { images: ['team/web:1.0.0'] });
    expect(result).toMatchObject({ verdict: 'no-change', exitCode: 0 });
    expect(aws.count('RegisterTaskDefinition') + aws.count('UpdateService')).toBe(0);
  });

  it('no-change still applies the settings, in an update that starts no deployment', async () => {
    const aws = new FakeAws();
    const { result } = await playDeploy(aws, { images: ['team/web:1.0.0'], desiredCount: 5 });
    expect(result.verdict).toBe('no-change');
    expect(aws.calls.find((call) => call.operation === 'UpdateService')?.input).toStrictEqual({
      cluster: 'prod',
      service: 'web',
      desiredCount: 5,
    });
  });

  it('forces a new deployment of the same revision without registering another', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(5000, () => aws.complete());
    // The service revision is 7, its task definition is still 6.
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) =>
      operation === 'DescribeServiceRevisions'
        ? { serviceRevisions: [] }
        : answer(operation, input);
    const { result } = await playDeploy(aws, { images: [], forceNewDeployment: true });
    expect(result).toMatchObject({ verdict: 'succeeded', to: { taskDefinition: definition(6) } });
    expect(aws.count('RegisterTaskDefinition')).toBe(0);
  });

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
    expect(result.next[0]).toMatch(/no revision that completed before/);
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
      `Go on: aws ecs continue-service-deployment --service-deployment-arn ${ARN}:service-deployment/prod/web/deployment7 --hook-id ecs-pause-x --action CONTINUE`,
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

  it('started: --no-wait begins the rollout and says how to follow it', async () => {
    const aws = new FakeAws();
    const { result } = await playDeploy(aws, { wait: false });
    expect(result).toMatchObject({
      verdict: 'started',
      exitCode: 0,
      next: ['Follow it: fairlead wait --cluster prod --service web'],
    });
    expect(aws.count('UpdateService')).toBe(1);
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

  it('run again while its rollout is in progress, it follows that one', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    aws.after(20_000, () => aws.complete());
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({
      verdict: 'succeeded',
      serviceDeployment: `${ARN}:service-deployment/prod/web/deployment7`,
    });
    expect(aws.count('RegisterTaskDefinition')).toBe(1);
    expect(aws.count('UpdateService')).toBe(1);
  });

  it('run again after its rollout failed and stayed, it does not call that no change', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    Object.assign(aws.newest().deployment, {
      rolloutState: 'FAILED',
      rolloutStateReason: 'tasks failed to start.',
    });
    aws.newest().rollout['status'] = 'STOPPED';
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 4 });
    expect(result.cause).toContain('tasks failed to start.');
    expect(result.next.join()).toContain('--force-new-deployment');
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

describe('deploy against an unfriendly AWS', () => {
  const throttle = (count: number): FakeError[] =>
    Array.from({ length: count }, () => new FakeError('ThrottlingException', 'Rate exceeded'));

  it('outlasts bursts of throttling and server errors, and counts them', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(30_000, () => aws.complete());
    aws.failNext('DescribeServices', ...throttle(2));
    aws.failNext(
      'RegisterTaskDefinition',
      ...throttle(3),
      new FakeError(
        'ClientException',
        'Too many concurrent attempts to create a new revision of the specified family.',
      ),
    );
    aws.failNext('UpdateService', ...throttle(2));
    aws.failNext(
      'DescribeServiceDeployments',
      ...Array.from(
        { length: 4 },
        () => new FakeError('ServerException', 'Service Unavailable', 500),
      ),
    );
    const { result, entries } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(result.apiCalls).toMatchObject({ throttled: 8 });
    expect(result.apiCalls.total).toBe(aws.calls.length);
    expect(entries.filter((entry) => entry.kind === 'api-call')).toHaveLength(aws.calls.length);
    expect(aws.service.deployments).toHaveLength(1);
  });

  it('goes on following when ECS cannot be reached for minutes', async () => {
    const aws = new FakeAws();
    aws.story = () => {
      aws.failNext(
        'DescribeServices',
        ...Array.from({ length: 12 }, () => new FakeError('ServiceUnavailable', 'x', 503)),
      );
      aws.after(30_000, () => aws.complete());
    };
    const { result, told } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(told.join('\n')).toContain('ecs:DescribeServices keeps failing');
  });

  it('an UpdateService whose answer is lost is not sent twice', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(10_000, () => aws.complete());
    const answer = aws.answer.bind(aws);
    let lost = false;
    aws.answer = (operation, input) => {
      const output = answer(operation, input);
      if (operation !== 'UpdateService' || lost) return output;
      lost = true;
      throw new FakeError('ServerException', 'the answer is lost', 500);
    };
    const { result } = await playDeploy(aws, {
      images: ['team/web:2.0.0'],
      forceNewDeployment: true,
    });
    expect(result.verdict).toBe('succeeded');
    expect(aws.count('UpdateService')).toBe(1);
  });

  it('AccessDenied on a detail costs that detail alone, said once', async () => {
    const aws = new FakeAws();
    aws.service['loadBalancers'] = [
      { targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 8080 },
    ];
    for (const operation of [
      'ListTasks',
      'DescribeTargetHealth',
      'DescribeServiceRevisions',
      'GetLogEvents',
    ]) {
      aws.denied.set(operation, new FakeError('AccessDeniedException', 'User is not authorized'));
    }
    aws.story = () => aws.after(30_000, () => aws.complete());
    const { result, told } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(told.filter((message) => message.includes('ecs:ListTasks is not allowed'))).toHaveLength(
      1,
    );
    expect(aws.count('ListTasks')).toBe(1);
    expect(aws.count('DescribeTargetHealth')).toBe(1);
  });

  it('AccessDenied on a log says so in the cause', async () => {
    const aws = new FakeAws();
    aws.denied.set('GetLogEvents', new FakeError('AccessDeniedException', 'no'));
    aws.story = crashing;
    const { result } = await playDeploy(aws);
    expect(result.verdict).toBe('rolled-back');
    expect(result.cause.join('\n')).toMatch(
      /not known: log stream p\/web\/\w{32} in \/web: logs:GetLogEvents is not allowed/,
    );
  });

  it.each([
    'DescribeServices',
    'DescribeTaskDefinition',
    'ListServiceDeployments',
    'RegisterTaskDefinition',
    'UpdateService',
  ])('AccessDenied on %s names the permission and changes nothing', async (operation) => {
    const aws = new FakeAws();
    aws.denied.set(operation, new FakeError('AccessDeniedException', 'User: x is not authorized'));
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result.error?.message).toContain(`not allowed: ecs:${operation}`);
    expect(result.error?.hint).toContain(`"ecs:${operation}"`);
    expect(result.cause.at(-1)).toMatch(
      operation === 'UpdateService'
        ? /web:7 was registered; the service was not changed/
        : /nothing was changed/,
    );
    expect(aws.count(operation)).toBe(1);
    expect(aws.service.deployments).toHaveLength(1);
  });

  it('AccessDenied on the proof itself, mid-way, is an error that says the rollout goes on', async () => {
    const aws = new FakeAws();
    aws.denied.set('DescribeServiceDeployments', new FakeError('AccessDeniedException', 'no'));
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result.cause.join()).toContain('the rollout goes on');
  });

  it('names the permission that AWS names, when a call needs another one than its own', async () => {
    const aws = new FakeAws();
    const message = 'User: x is not authorized to perform: iam:PassRole on resource: y';
    aws.denied.set('RegisterTaskDefinition', new FakeError('AccessDeniedException', message));
    const { result } = await playDeploy(aws);
    expect(result.error?.hint).toContain('"iam:PassRole"');
  });

  it('stopped: the service was deleted meanwhile', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(8000, () => (aws.missing = true));
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'stopped', exitCode: 4 });
    expect(result.cause[0]).toMatch(/the service was deleted/);
  });

  it('says that it does not know when the answer to UpdateService is lost and nothing can be read after it', async () => {
    const aws = new FakeAws();
    aws.denied.set('UpdateService', new FakeError('ServerException', 'lost', 500));
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'UpdateService')
        aws.denied.set('DescribeServices', new FakeError('AccessDeniedException', 'no'));
      return answer(operation, input);
    };
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result.cause.at(-1)).toMatch(/whether the service was changed is not known/);
  });

  it('does not tear holes into names when a variable that is named like a secret holds one', async () => {
    const aws = new FakeAws();
    aws.define(6, 'team/web:1.0.0', {
      containerDefinitions: [
        {
          name: 'web',
          image: 'team/web:1.0.0',
          environment: [{ name: 'SECRET_NAME', value: 'prod/web' }],
        },
      ],
    });
    aws.story = () => aws.after(5000, () => aws.complete());
    const { result } = await playDeploy(aws);
    expect(result.serviceDeployment).toBe(`${ARN}:service-deployment/prod/web/deployment7`);
  });

  it('credentials that AWS does not know are told as such', async () => {
    const aws = new FakeAws();
    aws.denied.set(
      'DescribeServices',
      new FakeError('UnrecognizedClientException', 'The security token is invalid'),
    );
    const { result } = await playDeploy(aws);
    expect(result.error?.message).toMatch(/does not accept the credentials/);
    expect(result.exitCode).toBe(1);
  });

  it("repeats ECS's own words when it refuses the update", async () => {
    const aws = new FakeAws();
    aws.failNext(
      'UpdateService',
      new FakeError('InvalidParameterException', 'The container web does not exist.'),
    );
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result.cause[0]).toBe(
      'ecs:UpdateService was refused: InvalidParameterException: The container web does not exist.',
    );
  });
});

describe('deploy refuses, with exit code 2 and nothing changed', () => {
  const cases: [string, (aws: FakeAws) => void, Parameters<typeof playDeploy>[1], RegExp][] = [
    ['nothing to do', () => undefined, { images: [] }, /nothing to deploy/],
    [
      'a moving tag',
      () => undefined,
      { images: ['team/web:latest'] },
      /"team\/web:latest" for container "web" has the tag "latest"/,
    ],
    ['no tag', () => undefined, { images: ['team/web'] }, /has no tag/],
    [
      'an unknown container',
      () => undefined,
      { images: ['app=team/web:2'] },
      /no container "app"; it has: web/,
    ],
    ['a broken reference', () => undefined, { images: ['team/web:'] }, /its tag is empty/],
    [
      'a missing file',
      () => undefined,
      { taskDefinition: './nowhere.json' },
      /cannot read \.\/nowhere\.json: there is no such file/,
    ],
    [
      'an unknown revision',
      () => undefined,
      { images: [], taskDefinition: 'web:99' },
      /no task definition "web:99"/,
    ],
    ['a negative count', () => undefined, { desiredCount: -1 }, /--desired-count -1/],
    ['a missing service', (aws) => (aws.missing = true), {}, /cluster "prod" has no service "web"/],
    [
      'a missing cluster',
      (aws) =>
        aws.denied.set(
          'DescribeServices',
          new FakeError('ClusterNotFoundException', 'Cluster not found.'),
        ),
      {},
      /no cluster "prod"/,
    ],
    [
      'a draining service',
      (aws) => (aws.service['status'] = 'DRAINING'),
      {},
      /is DRAINING, not ACTIVE/,
    ],
    [
      'an EXTERNAL service',
      (aws) => (aws.service['deploymentController'] = { type: 'EXTERNAL' }),
      {},
      /deployment controller EXTERNAL/,
    ],
    [
      'a CodeDeploy service',
      (aws) => (aws.service['deploymentController'] = { type: 'CODE_DEPLOY' }),
      {},
      /deployed by CodeDeploy/,
    ],
    [
      'a deadlock',
      (aws) =>
        (aws.service['deploymentConfiguration'] = {
          minimumHealthyPercent: 100,
          maximumPercent: 100,
        }),
      {},
      /nothing may start and nothing may stop/,
    ],
    [
      "a lost load balancer's port",
      (aws) =>
        (aws.service['loadBalancers'] = [
          { targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 81 },
        ]),
      {},
      /port 81 of container "web"/,
    ],
    [
      'an inactive revision',
      (aws) => aws.define(5, 'team/web:0.9.0', { status: 'INACTIVE' }),
      { images: [], taskDefinition: 'web:5' },
      /web:5 is INACTIVE/,
    ],
    [
      'a grace period without a load balancer',
      () => undefined,
      { images: ['team/web:1.0.0'], healthCheckGracePeriodSeconds: 9 },
      /no load balancer/,
    ],
  ];
  it.each(cases)('%s', async (_name, arrange, request, message) => {
    const aws = new FakeAws();
    arrange(aws);
    const { result } = await playDeploy(aws, request);
    expect(result.error?.message).toMatch(message);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2 });
    expect(aws.count('RegisterTaskDefinition') + aws.count('UpdateService')).toBe(0);
  });

  it("a moving tag passes with --allow-mutable-tag, and an old sidecar is nobody's question", async () => {
    const aws = new FakeAws();
    const [web] = aws.definitions.get(definition(6))?.['containerDefinitions'] as object[];
    aws.define(6, '', {
      containerDefinitions: [web, { name: 'agent', image: 'agent:latest', essential: false }],
    });
    aws.story = () => aws.after(5000, () => aws.complete());
    expect((await playDeploy(aws)).result.verdict).toBe('succeeded');
    const allowed = new FakeAws();
    allowed.story = () => allowed.after(5000, () => allowed.complete());
    const { result } = await playDeploy(allowed, {
      images: ['team/web:latest'],
      allowMutableTag: true,
    });
    expect(result.verdict).toBe('succeeded');
  });

  it('takes a definition from a file and keeps the tags of the old revision', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(5000, () => aws.complete());
    const file = JSON.stringify({
      family: 'web',
      containerDefinitions: [{ name: 'web', image: 'team/web:3.0.0' }],
    });
    const { result } = await playDeploy(
      aws,
      { images: [], taskDefinition: 'web.json' },
      { readFile: () => Promise.resolve(file) },
    );
    expect(result.verdict).toBe('succeeded');
    expect(
      aws.calls.find((call) => call.operation === 'RegisterTaskDefinition')?.input,
    ).toStrictEqual({
      family: 'web',
      containerDefinitions: [{ name: 'web', image: 'team/web:3.0.0' }],
      tags: [{ key: 'team', value: 'web' }],
    });
  });
});
