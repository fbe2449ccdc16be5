import { describe, expect, it } from 'vitest';
import { continueRollout, type ContinueRequest } from '../../../src/deploy/commands/continue.ts';
import { foldRecord } from '../../../src/report/rollout-model.ts';
import { summaryLines } from '../../../src/report/summary.ts';
import { ARN, FakeAws, FakeError, type Wire } from '../fake-aws.ts';
import { play, type Played } from '../play.ts';

const ROLLOUT = `${ARN}:service-deployment/prod/web/deployment7`;
const hook = (id: string, status = 'AWAITING_ACTION'): Wire => ({
  hookId: `ecs-pause-${id}`,
  targetType: 'PAUSE',
  status,
});

/** A canary that waits for these hooks. */
function waiting(...hooks: readonly Wire[]): FakeAws {
  const aws = new FakeAws();
  const strategy = {
    strategy: 'CANARY',
    lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] }],
  };
  Object.assign(aws.service, { deploymentConfiguration: strategy });
  aws.listedAfter = 0;
  aws.define(7, 'team/web:2.0.0');
  aws.startDeployment(`${ARN}:task-definition/web:7`);
  Object.assign(aws.newest().rollout, {
    lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
    lifecycleHookDetails: hooks,
    targetServiceRevision: {
      arn: `${ARN}:service-revision/prod/web/7`,
      requestedProductionTrafficWeight: 20,
    },
  });
  aws.own.set('ContinueServiceDeployment', (input) => {
    const details = aws.newest().rollout['lifecycleHookDetails'] as Wire[];
    const found = details.find(
      (each) => each['hookId'] === input['hookId'] && each['status'] === 'AWAITING_ACTION',
    );
    if (found === undefined)
      throw new FakeError(
        'InvalidParameterException',
        'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
      );
    found['status'] = input['action'] === 'ROLLBACK' ? 'FAILED' : 'SUCCEEDED';
    return { serviceDeploymentArn: input['serviceDeploymentArn'] };
  });
  return aws;
}

const playContinue = (aws: FakeAws, change: Partial<ContinueRequest> = {}): Promise<Played> =>
  play(aws, (dependencies) =>
    continueRollout({ cluster: 'prod', service: 'web', rollback: false, ...change }, dependencies),
  );

const answers = (aws: FakeAws): Wire[] =>
  aws.calls
    .filter((call) => call.operation === 'ContinueServiceDeployment')
    .map((call) => call.input);

describe('continue', () => {
  it('answers the hook that waits, and returns at once with what comes next', async () => {
    const aws = waiting(hook('one', 'SUCCEEDED'), hook('two'));
    const { result, entries } = await playContinue(aws);
    expect(result).toMatchObject({
      verdict: 'started',
      exitCode: 0,
      serviceDeployment: ROLLOUT,
      next: [
        'ECS goes on, and pauses again before each further step of traffic.',
        'Follow it: fairlead wait --cluster prod --service web',
      ],
    });
    expect(answers(aws)).toStrictEqual([
      { serviceDeploymentArn: ROLLOUT, hookId: 'ecs-pause-two', action: 'CONTINUE' },
    ]);
    expect(entries.filter((entry) => entry.kind === 'gate')).toMatchObject([
      {
        gate: 'ecs-pause-two',
        stage: 'PRODUCTION_TRAFFIC_SHIFT',
        weight: 20,
        state: 'continued',
      },
    ]);
  });

  it('names what the rollout goes from and to, in result, record and summary', async () => {
    const { result, entries } = await playContinue(waiting(hook('one')));
    const from = { taskDefinition: `${ARN}:task-definition/web:6` };
    const to = { taskDefinition: `${ARN}:task-definition/web:7` };
    expect(result).toMatchObject({ from, to });
    expect(entries.find((entry) => entry.kind === 'target')).toMatchObject({ from, to });
    expect(summaryLines(foldRecord(entries)).slice(1, 3)).toStrictEqual([
      '  from     web:6 (team/web:1.0.0)',
      '  to       web:7 (team/web:2.0.0)',
    ]);
  });

  it('answers although it may not read what the rollout replaces', async () => {
    const aws = waiting(hook('one'));
    aws.service.deployments = aws.service.deployments.filter(({ status }) => status === 'PRIMARY');
    aws.denied.set('DescribeServiceRevisions', new FakeError('AccessDeniedException', 'no'));
    const { result } = await playContinue(aws);
    expect(result).toMatchObject({ verdict: 'started', exitCode: 0, from: undefined });
    expect(answers(aws)).toHaveLength(1);
  });

  it('answers ROLLBACK where that is asked for', async () => {
    const aws = waiting(hook('one'), hook('two'));
    const { result, entries } = await playContinue(aws, { rollback: true });
    expect(result).toMatchObject({ verdict: 'started', exitCode: 0 });
    expect(result.next.join()).toContain('it ends with rolled-back, exit code 3');
    expect(answers(aws)).toMatchObject([{ hookId: 'ecs-pause-one', action: 'ROLLBACK' }]);
    expect(entries.find((entry) => entry.kind === 'gate')?.state).toBe('rolled-back');
  });

  it('asks which is meant where several wait, and answers those that are named', async () => {
    const unclear = await playContinue(waiting(hook('one'), hook('two')));
    expect(unclear.result).toMatchObject({
      verdict: 'impossible',
      exitCode: 2,
      error: {
        code: 'SEVERAL_HOOKS_WAIT',
        hint: 'Say which you answer: --hook ecs-pause-one --hook ecs-pause-two',
      },
    });
    const aws = waiting(hook('one'), hook('two'));
    const one = await playContinue(aws, { hooks: ['ecs-pause-two'] });
    expect(answers(aws)).toMatchObject([{ hookId: 'ecs-pause-two' }]);
    expect(one.result.next.join()).toContain('--hook ecs-pause-one');
    const both = waiting(hook('one'), hook('two'));
    await playContinue(both, { hooks: ['ecs-pause-one', 'ecs-pause-two'] });
    expect(answers(both)).toHaveLength(2);
  });

  it('refuses a hook that does not wait, naming those that do', async () => {
    const aws = waiting(hook('one'));
    const { result } = await playContinue(aws, { hooks: ['ecs-pause-other'] });
    expect(result).toMatchObject({ exitCode: 2, error: { code: 'HOOK_DOES_NOT_WAIT' } });
    expect(result.error?.message).toContain('waits for ecs-pause-one');
    expect(answers(aws)).toHaveLength(0);
  });

  it.each<[string, (aws: FakeAws) => void, string, RegExp]>([
    [
      'nothing waits',
      (aws) => (aws.newest().rollout['lifecycleHookDetails'] = []),
      'NOTHING_WAITS',
      /it is IN_PROGRESS at PRODUCTION_TRAFFIC_SHIFT/,
    ],
    [
      'no rollout runs',
      (aws) => (aws.newest().rollout['status'] = 'ROLLBACK_SUCCESSFUL'),
      'NO_ROLLOUT',
      /the last one is ROLLBACK_SUCCESSFUL/,
    ],
    ['there never was one', (aws) => (aws.rollouts = []), 'NO_ROLLOUT', /none is on record/],
    [
      'the versions are task sets',
      (aws) => (aws.service['deploymentController'] = { type: 'EXTERNAL' }),
      'TASK_SETS',
      /its versions are task sets/,
    ],
  ])('exit code 2 when %s', async (_, prepare, code, message) => {
    const aws = waiting(hook('one'));
    prepare(aws);
    const { result } = await playContinue(aws);
    expect(result).toMatchObject({ verdict: 'impossible', exitCode: 2, error: { code } });
    expect(result.error?.message).toMatch(message);
    expect(answers(aws)).toHaveLength(0);
  });

  it('says what acts on task sets', async () => {
    const aws = waiting(hook('one'));
    aws.service['deploymentController'] = { type: 'EXTERNAL' };
    const { result } = await playContinue(aws);
    expect(result.error?.hint).toMatch(/fairlead resume .* fairlead rollback/);
  });

  it('warns that the analysis of another fairlead deploy is skipped', async () => {
    const aws = waiting(hook('one'));
    const tags = [
      { key: 'fairlead:gate', value: 'PRE_PRODUCTION_TRAFFIC_SHIFT 1440 ROLLBACK ann@build-7' },
    ];
    aws.service['tags'] = tags;
    const { result, told } = await playContinue(aws);
    expect(result.verdict).toBe('started');
    expect(told.join('\n')).toContain(
      'this is the gate of the fairlead deploy by ann@build-7: its analysis of this step is skipped',
    );
  });

  it('an answer whose receipt is lost has arrived all the same', async () => {
    const aws = waiting(hook('one'));
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      const answered = answer(operation, input);
      if (operation === 'ContinueServiceDeployment' && aws.count(operation) === 1)
        throw new FakeError('ServerException', 'the answer is lost', 500);
      return answered;
    };
    const { result, told } = await playContinue(aws);
    expect(result).toMatchObject({ verdict: 'started', exitCode: 0 });
    expect(told.join('\n')).toContain('ecs-pause-one is answered already');
  });

  it('says so when the rollout ended before the answer came', async () => {
    const aws = waiting(hook('one'));
    aws.own.set('ContinueServiceDeployment', () => {
      Object.assign(aws.newest().rollout, {
        status: 'ROLLBACK_IN_PROGRESS',
        lifecycleHookDetails: [hook('one', 'TIMED_OUT')],
      });
      throw new FakeError('ConflictException', 'only allowed while it is IN_PROGRESS');
    });
    const { result } = await playContinue(aws);
    expect(result).toMatchObject({ exitCode: 2, error: { code: 'NOTHING_WAITS' } });
    expect(result.error?.message).toContain('ROLLBACK_IN_PROGRESS');
  });

  it('names the permission that is missing', async () => {
    const aws = waiting(hook('one'));
    aws.denied.set('ContinueServiceDeployment', new FakeError('AccessDeniedException', 'no'));
    const { result } = await playContinue(aws);
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result.error?.hint).toContain('"ecs:ContinueServiceDeployment"');
    expect(result.cause.join()).toContain('nothing was changed');
  });

  it('does not claim that nothing was changed when ECS could not be reached', async () => {
    const aws = waiting(hook('one'));
    aws.denied.set('ContinueServiceDeployment', new FakeError('ServerException', 'down', 500));
    const { result } = await playContinue(aws);
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result.cause.join()).not.toContain('nothing was changed');
  });
});
