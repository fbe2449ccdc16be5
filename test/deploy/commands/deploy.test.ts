import { describe, expect, it } from 'vitest';
import { RolloutEntrySchema } from '../../../src/record/entries.ts';
import { foldRecord } from '../../../src/report/rollout-model.ts';
import { summaryLines } from '../../../src/report/summary.ts';
import { ARN, FakeAws, FakeError, TARGET_GROUP } from '../fake-aws.ts';
import { definition, playDeploy } from '../play.ts';

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
    expect(result).toMatchObject({
      verdict: 'no-change',
      changed: ['desiredCount: 4 → 5'],
      cause: ['no rollout was needed to change desiredCount'],
    });
    expect(aws.calls.find((call) => call.operation === 'UpdateService')?.input).toStrictEqual({
      cluster: 'prod',
      service: 'web',
      desiredCount: 5,
    });
  });

  it('settings that are as they are asked to be are not sent', async () => {
    const aws = new FakeAws();
    const { result } = await playDeploy(aws, { images: ['team/web:1.0.0'], desiredCount: 4 });
    expect(result).toMatchObject({ verdict: 'no-change', changed: [], cause: [] });
    expect(aws.count('UpdateService')).toBe(0);
  });

  it('a service definition that changes only settings and tags: says each, from and to', async () => {
    const aws = new FakeAws();
    aws.own.set('TagResource', () => ({}));
    const { result, entries } = await playDeploy(aws, {
      images: [],
      serviceDefinition: {
        kind: 'inline',
        value: {
          desiredCount: 2,
          deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 100 },
          tags: [{ key: 'team', value: 'shop' }],
        },
      },
    });
    const changed = [
      'tag team: (not set) → shop',
      'deploymentConfiguration.maximumPercent: 200 → 150',
      'desiredCount: 4 → 2',
    ];
    expect(result).toMatchObject({ verdict: 'no-change', exitCode: 0, changed });
    expect(result.cause).toStrictEqual([
      'no rollout was needed to change deploymentConfiguration.maximumPercent, desiredCount, tag team',
    ]);
    expect(summaryLines(foldRecord(entries)).slice(0, 7)).toStrictEqual([
      'deploy web in prod: no-change, exit code 0 (no rollout was needed)',
      '  from     web:6 (team/web:1.0.0)',
      '  took     0.0s',
      '  changed  tag team: (not set) → shop',
      '           deploymentConfiguration.maximumPercent: 200 → 150',
      '           desiredCount: 4 → 2',
      '  why      no rollout was needed to change deploymentConfiguration.maximumPercent, desiredCount, tag team',
    ]);
  });

  it('settings that go with a rollout are told, and options go before the service definition', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(5000, () => aws.complete());
    const { result, told } = await playDeploy(aws, {
      desiredCount: 6,
      serviceDefinition: {
        kind: 'inline',
        value: { desiredCount: 2, healthCheckGracePeriodSeconds: 0, propagateTags: 'SERVICE' },
      },
    });
    expect(result).toMatchObject({
      verdict: 'succeeded',
      changed: ['propagateTags: (not set) → SERVICE', 'desiredCount: 4 → 6'],
    });
    expect(told).toContain(
      'changed with it: propagateTags: (not set) → SERVICE; desiredCount: 4 → 6',
    );
    expect(aws.service['desiredCount']).toBe(6);
  });

  it('settings that stay when the rollout is rolled back are in the result, those of its revision are not', async () => {
    const aws = new FakeAws();
    aws.own.set('TagResource', () => ({}));
    aws.story = () => aws.after(5000, () => aws.rollBack('circuit breaker'));
    const network = { awsvpcConfiguration: { subnets: ['subnet-9'] } };
    const { result, told } = await playDeploy(aws, {
      serviceDefinition: {
        kind: 'inline',
        value: {
          desiredCount: 2,
          networkConfiguration: network,
          deploymentConfiguration: { maximumPercent: 150 },
          tags: [{ key: 'team', value: 'shop' }],
        },
      },
    });
    expect(result).toMatchObject({
      verdict: 'rolled-back',
      changed: [
        'tag team: (not set) → shop',
        'deploymentConfiguration.maximumPercent: 200 → 150',
        'desiredCount: 4 → 2',
      ],
    });
    expect(told).toContain('changed, which starts no deployment: tag team: (not set) → shop');
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

  it('tries a version that failed again with the revision that is registered for it', async () => {
    const aws = new FakeAws();
    aws.story = () => aws.after(5000, () => aws.rollBack('tasks failed to start'));
    expect((await playDeploy(aws)).result.verdict).toBe('rolled-back');
    const { result, told } = await playDeploy(aws);
    expect(result).toMatchObject({ verdict: 'rolled-back', to: { taskDefinition: definition(7) } });
    expect(aws.count('RegisterTaskDefinition')).toBe(1);
    expect(aws.count('UpdateService')).toBe(2);
    expect(told).toContain('web:7 is registered and says the same: using it');
  });

  it('registers a revision of its own where the newest one of the family says something else', async () => {
    const aws = new FakeAws();
    aws.define(8, 'team/web:2.0.0', { cpu: '512' });
    aws.story = () => aws.after(5000, () => aws.complete());
    const { result } = await playDeploy(aws);
    expect(result.to?.taskDefinition).toBe(definition(7));
    expect(aws.count('RegisterTaskDefinition')).toBe(1);
  });

  it('uses no revision that was deregistered, and registers where it may not look', async () => {
    const aws = new FakeAws();
    aws.define(8, 'team/web:2.0.0', { status: 'INACTIVE' });
    aws.story = () => aws.after(5000, () => aws.complete());
    expect((await playDeploy(aws)).result.to?.taskDefinition).toBe(definition(7));
    const blind = new FakeAws();
    blind.define(8, 'team/web:2.0.0');
    blind.story = () => blind.after(5000, () => blind.complete());
    const answer = blind.answer.bind(blind);
    blind.answer = (operation, input) => {
      if (input['taskDefinition'] === 'web') throw new FakeError('AccessDeniedException', 'no');
      return answer(operation, input);
    };
    expect((await playDeploy(blind)).result.to?.taskDefinition).toBe(definition(7));
  });

  it('tells of a rollout that runs who registered its version, which is not who began it', async () => {
    const aws = new FakeAws();
    aws.define(8, 'team/web:2.0.0', { registeredBy: 'arn:aws:iam::123456789012:user/ann' });
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) =>
      operation === 'DescribeServiceRevisions'
        ? {
            serviceRevisions: (input['serviceRevisionArns'] as string[]).map((arn) => ({
              serviceRevisionArn: arn,
              taskDefinition: definition(8),
            })),
          }
        : answer(operation, input);
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(10_000);
    const { result } = await playDeploy(aws, { images: ['team/web:3.0.0'] });
    expect(result.error?.message).toMatch(
      /^another rollout \(web:8, registered by ann\) is IN_PROGRESS since \S+$/,
    );
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

  it('run again while its rollout is in progress, it follows that one', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    aws.after(20_000, () => aws.complete());
    const { result } = await playDeploy(aws);
    expect(result).toMatchObject({
      verdict: 'succeeded',
      serviceDeployment: `${ARN}:service-deployment/prod/web/deployment7`,
      from: { taskDefinition: definition(6) },
      to: { taskDefinition: definition(7) },
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
