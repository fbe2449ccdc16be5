import { describe, expect, it } from 'vitest';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { ARN, FakeAws, FakeError, TARGET_GROUP } from '../fake-aws.ts';
import { crashing, playDeploy } from '../play.ts';

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

  /** Every registration is a revision of its own; the first answers are lost after ECS did it, or before. */
  function losing(did: readonly boolean[]): FakeAws {
    const aws = new FakeAws();
    const lost = [...did];
    let revision = 6;
    aws.story = () => aws.after(10_000, () => aws.complete());
    aws.own.set('RegisterTaskDefinition', (input) => {
      const arrives = lost.shift();
      if (arrives !== false) {
        revision += 1;
        const arn = `${ARN}:task-definition/web:${revision}`;
        const registered = { ...input, taskDefinitionArn: arn, revision, status: 'ACTIVE' };
        aws.definitions.set(arn, registered);
      }
      if (arrives !== undefined) throw new FakeError('ServerException', 'lost', 500);
      return { taskDefinition: { taskDefinitionArn: `${ARN}:task-definition/web:${revision}` } };
    });
    return aws;
  }

  it('a revision whose receipt is lost is found again, and not registered twice', async () => {
    const aws = losing([true]);
    const { result, told } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(aws.count('RegisterTaskDefinition')).toBe(1);
    expect(told).toContain('registered web:7');
    expect(aws.service['taskDefinition']).toMatch(/web:7$/);
    expect(result.apiCalls.total).toBe(aws.calls.length);
  });

  it('a revision that was not registered is registered again', async () => {
    const aws = losing([false, false]);
    const { result } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(aws.count('RegisterTaskDefinition')).toBe(3);
    expect(aws.service['taskDefinition']).toMatch(/web:7$/);
  });

  it('takes no other revision for the one whose receipt is lost', async () => {
    const aws = losing([false]);
    aws.define(8, 'team/web:9.9.9');
    const { result } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    expect(aws.count('RegisterTaskDefinition')).toBe(2);
  });

  it('registers again where the newest revision may not be seen, and says when it does not know', async () => {
    const aws = losing([false]);
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'RegisterTaskDefinition') {
        aws.failNext('DescribeTaskDefinition', new FakeError('AccessDeniedException', 'no'));
      }
      return answer(operation, input);
    };
    const { result } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    const down = new FakeAws();
    down.denied.set('RegisterTaskDefinition', new FakeError('ServerException', 'down', 500));
    const failed = await playDeploy(down);
    expect(failed.result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(failed.result.cause.at(-1)).toBe(
      'the answer of ECS was lost: whether a revision of web was registered is not known; the service was not changed',
    );
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
    expect([...result.changed, result.cause.at(-1)]).toStrictEqual(
      operation === 'UpdateService'
        ? ['web:7 was registered', 'the service was not changed']
        : ['nothing was changed'],
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

  it.each([6, 14])(
    'does not take a service for deleted that is MISSING for a moment, %d s after the update',
    async (seconds) => {
      const aws = new FakeAws();
      aws.story = () => {
        aws.after(seconds * 1000, () => {
          let left = 2;
          aws.own.set('DescribeServices', () =>
            left-- > 0
              ? { services: [], failures: [{ reason: 'MISSING' }] }
              : { services: [aws.service], failures: [] },
          );
        });
        aws.after(30_000, () => aws.complete());
      };
      const { result } = await playDeploy(aws);
      expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
    },
  );

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

  it('does not take tasks that it could not read yet for tasks that are not healthy', async () => {
    const aws = new FakeAws();
    aws.story = () => {
      const down = Array.from({ length: 9 }, () => new FakeError('ServerException', 'x', 500));
      aws.failNext('ListTasks', ...down);
      aws.after(150_000, () => aws.complete());
    };
    const { result, entries } = await playDeploy(aws);
    expect(result.verdict).toBe('succeeded');
    const healthy = entries.flatMap((entry) => (entry.kind === 'sample' ? [entry.healthy] : []));
    expect(healthy[0]).toBeUndefined();
    expect(Math.min(...healthy.map((each) => each ?? 4))).toBe(4);
  });

  it('a success stays one when the interruption comes after its proof', async () => {
    const aws = new FakeAws();
    const controller = new AbortController();
    aws.story = () => aws.after(5000, () => aws.complete());
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'DescribeServiceRevisions') controller.abort(new Interruption('SIGINT'));
      return answer(operation, input);
    };
    const { result } = await playDeploy(aws, {}, { signal: controller.signal });
    expect(result).toMatchObject({ verdict: 'succeeded', exitCode: 0 });
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
