/** Whatever a command has changed before its verdict is said: in the result, in the record, and never "nothing". */
import { describe, expect, it } from 'vitest';
import type { Hook } from '../../../src/deploy/configuration/configuration.ts';
import { resume } from '../../../src/deploy/commands/resume.ts';
import { rollback } from '../../../src/deploy/commands/rollback.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import type { RolloutResult } from '../../../src/deploy/verdict/ending.ts';
import type { RolloutEntry } from '../../../src/record/entries.ts';
import { FakeAws, FakeError, type Wire } from '../fake-aws.ts';
import { definition, play, playDeploy, type Played } from '../play.ts';
import { TaskWorld } from '../run-task/task-world.ts';

const NAME = { cluster: 'prod', service: 'web' };
const TAKEN_OUT =
  "the pause hook of a rollout by ann@build-7 was taken out of the service's configuration";
const GATE = {
  targetType: 'PAUSE',
  lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 40, action: 'ROLLBACK' },
};

/** A world in which services have tags, and UpdateService changes the lifecycle hooks. */
function tagged<World extends FakeAws>(aws: World): World {
  const tags = new Map<unknown, unknown>();
  const show = (): void => {
    aws.service['tags'] = [...tags].map(([key, value]) => ({ key, value }));
  };
  aws.own.set('TagResource', (input) => {
    for (const { key, value } of input['tags'] as Wire[]) tags.set(key, value);
    show();
    return {};
  });
  aws.own.set('UntagResource', (input) => {
    for (const key of input['tagKeys'] as unknown[]) tags.delete(key);
    show();
    return {};
  });
  const answer = aws.answer.bind(aws);
  aws.answer = (operation, input) => {
    const output = answer(operation, input);
    const hooks = (input['deploymentConfiguration'] as Wire | undefined)?.['lifecycleHooks'];
    if (operation === 'UpdateService' && hooks !== undefined) {
      aws.service['deploymentConfiguration'] = {
        ...(aws.service['deploymentConfiguration'] as Wire),
        lifecycleHooks: hooks,
      };
    }
    return output;
  };
  return aws;
}

/** A service whose last client died and left its gate in the configuration. */
function withStaleGate(): FakeAws {
  const aws = tagged(new FakeAws());
  aws.service['deploymentConfiguration'] = {
    ...(aws.service['deploymentConfiguration'] as Wire),
    lifecycleHooks: [GATE],
  };
  const value = 'PRE_PRODUCTION_TRAFFIC_SHIFT 40 ROLLBACK ann@build-7';
  aws.answer('TagResource', { tags: [{ key: 'fairlead:gate', value }] });
  return aws;
}

const verdictOf = (entries: readonly RolloutEntry[]): RolloutEntry | undefined =>
  entries.find((entry) => entry.kind === 'verdict');

/** What a command says of its changes, which result and record say alike. */
function said({ result, entries }: Played): RolloutResult {
  expect(verdictOf(entries)).toMatchObject({
    cause: result.cause,
    ...(result.changed.length === 0 ? {} : { changed: result.changed }),
  });
  return result;
}

describe('a stale gate that was taken out', () => {
  it('is said by a resume that finds no rollout', async () => {
    const aws = withStaleGate();
    const result = said(await play(aws, (dependencies) => resume(NAME, dependencies)));
    expect(result).toMatchObject({
      verdict: 'impossible',
      exitCode: 2,
      changed: [TAKEN_OUT],
      cause: ['service "web" has no rollout under way', 'nothing else was changed'],
    });
    expect(aws.service['deploymentConfiguration']).toMatchObject({ lifecycleHooks: [] });
  });

  it('is said by a deploy that is refused', async () => {
    const result = said(await playDeploy(withStaleGate(), { images: ['team/web:latest'] }));
    expect(result).toMatchObject({ verdict: 'impossible', changed: [TAKEN_OUT] });
    expect(result.cause.at(-1)).toBe('nothing else was changed');
  });

  it('is said by a deploy that finds nothing to do', async () => {
    const result = said(await playDeploy(withStaleGate(), { images: ['team/web:1.0.0'] }));
    expect(result).toMatchObject({ verdict: 'no-change', changed: [TAKEN_OUT] });
  });

  it('is said by a deploy that fails later, with what it registered', async () => {
    const aws = withStaleGate();
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'UpdateService' && input['taskDefinition'] !== undefined) {
        throw new FakeError('InvalidParameterException', 'no');
      }
      return answer(operation, input);
    };
    const result = said(await playDeploy(aws));
    expect(result).toMatchObject({
      verdict: 'error',
      changed: ['web:7 was registered', TAKEN_OUT],
    });
    expect(result.cause.at(-1)).toBe('nothing else was changed');
  });

  it('is said by a rollback that is interrupted before it begins', async () => {
    const aws = withStaleGate();
    const controller = new AbortController();
    const untag = aws.own.get('UntagResource');
    aws.own.set('UntagResource', (input) => {
      controller.abort(new Interruption('SIGINT'));
      return untag?.(input);
    });
    const result = said(
      await play(aws, (dependencies) => rollback({ ...NAME, wait: true }, dependencies), {
        signal: controller.signal,
      }),
    );
    expect(result).toMatchObject({
      verdict: 'interrupted',
      changed: [TAKEN_OUT],
      cause: ['interrupted by SIGINT; nothing else was changed'],
    });
  });

  it('is said even where only half of it was done', async () => {
    const aws = withStaleGate();
    aws.denied.set('UntagResource', new FakeError('AccessDeniedException', 'no'));
    const { result } = await play(aws, (dependencies) => resume(NAME, dependencies));
    expect(result.changed).toStrictEqual([TAKEN_OUT]);
  });

  it('is in doubt where the answers of ECS are lost', async () => {
    const aws = withStaleGate();
    aws.denied.set('UpdateService', new FakeError('ServerException', 'lost', 500));
    const { result } = await play(aws, (dependencies) => resume(NAME, dependencies));
    expect(result.changed).toStrictEqual([
      "the answer of ECS was lost: whether the pause hook of a rollout by ann@build-7 was taken out of the service's configuration is not known",
    ]);
  });

  it('is not said to be left where that is in doubt', async () => {
    const aws = withStaleGate();
    aws.denied.set('UpdateService', new FakeError('ServerException', 'lost', 500));
    const { entries } = await play(aws, (dependencies) => resume(NAME, dependencies));
    const left = entries.filter((entry) => entry.kind === 'event' && entry.code === 'gate-left');
    expect(left).toMatchObject([{ message: expect.stringContaining('may still be') as unknown }]);
  });

  it('is no change where ECS did not take the request', async () => {
    const aws = withStaleGate();
    aws.denied.set('UpdateService', new FakeError('ThrottlingException', 'slow down'));
    const { result } = await play(aws, (dependencies) => resume(NAME, dependencies));
    expect(result).toMatchObject({ verdict: 'impossible', changed: [] });
  });

  it('is no change where it could not be taken out', async () => {
    const aws = withStaleGate();
    aws.denied.set('UpdateService', new FakeError('AccessDeniedException', 'no'));
    const { result } = await play(aws, (dependencies) => resume(NAME, dependencies));
    expect(result).toMatchObject({ verdict: 'impossible', changed: [] });
  });
});

describe('a service definition', () => {
  const tags = [{ key: 'team', value: 'shop' }];
  const file = { readFile: () => Promise.resolve(JSON.stringify({ tags })) };
  const wish = { serviceDefinition: { kind: 'named', text: 'service.json' } } as const;

  it('sets no tags before a deploy is refused', async () => {
    const aws = tagged(new FakeAws());
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(10_000);
    const result = said(await playDeploy(aws, { ...wish, images: ['team/web:3.0.0'] }, file));
    expect(result).toMatchObject({ verdict: 'impossible', changed: [] });
    expect(result.error?.code).toBe('ROLLOUT_IN_PROGRESS');
    expect(aws.count('TagResource')).toBe(0);
  });

  it('may have set its tags when every answer is lost', async () => {
    const aws = tagged(new FakeAws());
    aws.denied.set('TagResource', new FakeError('ServerException', 'lost', 500));
    const result = said(await playDeploy(aws, { ...wish, images: ['team/web:1.0.0'] }, file));
    expect(result.verdict).toBe('error');
    expect(result.cause.at(-1)).toMatch(/whether the service was changed is not known/);
  });

  it('may have set its tags when it is interrupted after an answer was lost', async () => {
    const aws = tagged(new FakeAws());
    const controller = new AbortController();
    aws.own.set('TagResource', () => {
      controller.abort(new Interruption('SIGINT'));
      throw new FakeError('ServerException', 'lost', 500);
    });
    const result = said(
      await playDeploy(
        aws,
        { ...wish, images: ['team/web:1.0.0'] },
        { ...file, signal: controller.signal },
      ),
    );
    expect(result.verdict).toBe('interrupted');
    expect(result.cause.at(-1)).toMatch(/whether the service was changed is not known/);
  });

  it('is told by the whole key of each tag that it sets', async () => {
    const aws = tagged(new FakeAws());
    const cost = [{ key: 'cost:center', value: 'a: b' }];
    const result = said(
      await playDeploy(
        aws,
        { ...wish, images: ['team/web:1.0.0'] },
        { readFile: () => Promise.resolve(JSON.stringify({ tags: cost })) },
      ),
    );
    expect(result).toMatchObject({
      verdict: 'no-change',
      cause: ['no rollout was needed to change tag cost:center'],
      changed: ['tag cost:center: (not set) → a: b'],
    });
  });

  it('says that its service was not created, and what was registered for it', async () => {
    const aws = new FakeAws();
    aws.missing = true;
    aws.own.set('CreateService', () => {
      throw new FakeError('InvalidParameterException', 'Something new.');
    });
    const request = {
      serviceDefinition: { kind: 'inline', value: { desiredCount: 1 } },
      taskDefinition: {
        family: 'web',
        containerDefinitions: [{ name: 'web', image: 'team/web:3.0.0' }],
      },
      images: [],
    } as const;
    const result = said(await playDeploy(aws, request));
    expect(result).toMatchObject({
      verdict: 'impossible',
      exitCode: 2,
      changed: ['web:7 was registered'],
    });
    expect(result.cause.at(-1)).toBe('the service was not changed');
  });
});

describe('a service of task sets that was created', () => {
  it('is said where its first task set is refused: no rollout goes on', async () => {
    const aws = tagged(new FakeAws());
    aws.missing = true;
    Object.assign(aws.service, {
      ...{ deploymentController: { type: 'EXTERNAL' }, taskSets: [], deployments: [] },
      ...{ desiredCount: 1, runningCount: 0 },
    });
    aws.own.set('CreateService', () => {
      aws.missing = false;
      return { service: aws.service };
    });
    aws.own.set('DescribeTaskSets', () => ({ taskSets: [] }));
    aws.denied.set('CreateTaskSet', new FakeError('AccessDeniedException', 'no'));
    const result = said(
      await playDeploy(aws, {
        serviceDefinition: {
          kind: 'inline',
          value: {
            deploymentController: { type: 'EXTERNAL' },
            networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
          },
        },
        taskDefinition: {
          family: 'web',
          containerDefinitions: [{ name: 'web', image: 'team/web:3.0.0' }],
        },
        images: [],
      }),
    );
    expect(result).toMatchObject({
      verdict: 'error',
      changed: ['web:7 was registered', 'the service was created'],
    });
    expect(result.cause.at(-1)).toBe('nothing else was changed');
  });
});

describe('a service of task sets that ECS does not show after its creation', () => {
  it('is said to be created, and no rollout of it goes on', async () => {
    const aws = new FakeAws();
    aws.missing = true;
    aws.own.set('CreateService', () => ({ service: aws.service }));
    const result = said(
      await playDeploy(aws, {
        serviceDefinition: {
          kind: 'inline',
          value: { deploymentController: { type: 'EXTERNAL' } },
        },
        taskDefinition: {
          family: 'web',
          containerDefinitions: [{ name: 'web', image: 'team/web:3.0.0' }],
        },
        images: [],
      }),
    );
    expect(result).toMatchObject({
      verdict: 'error',
      error: { code: 'SERVICE_NOT_VISIBLE' },
      changed: ['web:7 was registered', 'the service was created'],
    });
    expect(result.cause.at(-1)).toBe('nothing else was changed');
  });
});

describe('hooks that ran', () => {
  it('are said of a deploy whose rollout could not be begun', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000, exits: { after: 5000, exitCode: 0 } };
    aws.denied.set('UpdateService', new FakeError('AccessDeniedException', 'no'));
    const migrate: Hook = {
      kind: 'run_task',
      task: 'web',
      command: ['./migrate'],
      oneWay: false,
      timeoutMs: 600_000,
    };
    const result = said(await playDeploy(aws, { hooks: { before: [migrate], after: [] } }));
    expect(result).toMatchObject({
      verdict: 'error',
      changed: ['web:7 was registered', 'the hook "web" ran'],
      cause: [expect.any(String), 'the service was not changed'],
    });
  });
});

describe('a rollback whose request to ECS', () => {
  const begun = async (): Promise<FakeAws> => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(10_000);
    return aws;
  };
  const goBack = (aws: FakeAws): Promise<Played> =>
    play(aws, (dependencies) => rollback({ ...NAME, wait: true }, dependencies));

  it('was heard, is not said to have changed nothing when the next call fails', async () => {
    const aws = await begun();
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'StopServiceDeployment') {
        aws.denied.set('DescribeTaskDefinition', new FakeError('AccessDeniedException', 'no'));
      }
      return answer(operation, input);
    };
    const result = said(await goBack(aws));
    expect(result.verdict).toBe('error');
    expect(result.cause.join('\n')).not.toMatch(/nothing|not changed/);
    expect(result.cause.join('\n')).toContain('ECS was asked to roll back');
  });

  it('may have been heard, is not said to have changed nothing', async () => {
    const aws = await begun();
    aws.denied.set('StopServiceDeployment', new FakeError('ServerException', 'lost', 500));
    const result = said(await goBack(aws));
    expect(result.verdict).toBe('error');
    expect(result.cause.join('\n')).not.toMatch(/nothing|not changed/);
  });
});

describe('settings that start no deployment', () => {
  it('may have been changed when every answer is lost', async () => {
    const aws = new FakeAws();
    aws.denied.set('UpdateService', new FakeError('ServerException', 'lost', 500));
    const result = said(await playDeploy(aws, { images: ['team/web:1.0.0'], desiredCount: 5 }));
    expect(result.verdict).toBe('error');
    expect(result.cause.at(-1)).toMatch(/whether the service was changed is not known/);
  });

  it('are said when the command fails after them', async () => {
    const aws = new FakeAws();
    await playDeploy(aws, { wait: false });
    await aws.clock.advance(10_000);
    const answer = aws.answer.bind(aws);
    aws.answer = (operation, input) => {
      if (operation === 'UpdateService') {
        const denied = new FakeError('AccessDeniedException', 'no');
        aws.denied.set('DescribeServices', denied);
        aws.denied.set('DescribeServiceRevisions', denied);
      }
      return answer(operation, input);
    };
    const result = said(await playDeploy(aws, { desiredCount: 5 }));
    expect(result.verdict).toBe('error');
    expect(result.changed).toStrictEqual(['desiredCount: 4 → 5']);
    expect(result.to).toMatchObject({ taskDefinition: definition(7) });
  });
});
