import { describe, expect, it } from 'vitest';
import type { CancelPolicy, Hook } from '../../../src/deploy/configuration/configuration.ts';
import type { Hooks } from '../../../src/deploy/drive/deploy-hooks.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { FakeError } from '../fake-aws.ts';
import { playDeploy, type Played } from '../play.ts';
import { TaskWorld } from '../run-task/task-world.ts';

const MIGRATE: Hook = {
  kind: 'run_task',
  task: 'web',
  command: ['./migrate'],
  oneWay: false,
  timeoutMs: 600_000,
};
const BEFORE: Hooks = { before: [MIGRATE], after: [] };
const AFTER: Hooks = { before: [], after: [MIGRATE] };

/** A world whose rollouts complete after 10 s, and whose tasks run on for ever. */
function endless(): TaskWorld {
  const aws = new TaskWorld();
  aws.life = { runsAfter: 1000 };
  aws.story = () => aws.after(10_000, () => aws.complete());
  return aws;
}

/** A deploy with hooks that gets SIGTERM some seconds after a task was started, and SIGINT after that. */
function interrupted(
  aws: TaskWorld,
  hooks: Hooks,
  onCancel: CancelPolicy | undefined,
  secondAfter?: number,
): Promise<Played> {
  const first = new AbortController();
  const second = new AbortController();
  const runTask = aws.own.get('RunTask');
  aws.own.set('RunTask', (input) => {
    aws.after(20_000, () => first.abort(new Interruption('SIGTERM')));
    if (secondAfter !== undefined) {
      aws.after(20_000 + secondAfter, () => second.abort(new Interruption('SIGINT')));
    }
    return runTask?.(input);
  });
  return playDeploy(
    aws,
    { hooks, ...(onCancel === undefined ? {} : { onCancel }) },
    { signal: first.signal, secondSignal: second.signal },
  );
}

const taskId = (aws: TaskWorld): string =>
  String(aws.started[0]?.['taskArn']).split('/').at(-1) ?? '';

describe('an interruption while the task of a hook runs', () => {
  it.each([undefined, 'detach'] as const)(
    'leaves the task to itself with on_cancel %s, and says which it is and how to stop it',
    async (onCancel) => {
      const aws = endless();
      const { result } = await interrupted(aws, BEFORE, onCancel);
      expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
      expect(aws.count('StopTask')).toBe(0);
      expect(aws.count('UpdateService')).toBe(0);
      expect(result.cause).toStrictEqual([
        'interrupted by SIGTERM while the hook "web" ran; the service was not changed',
        `task ${taskId(aws)} goes on`,
      ]);
      expect(result.next).toStrictEqual([
        `See how it ends: aws ecs describe-tasks --cluster prod --tasks ${taskId(aws)}`,
        `Or stop it: aws ecs stop-task --cluster prod --task ${taskId(aws)}`,
        'The next deploy runs the hook again: wait for the end of this task first.',
      ]);
    },
  );

  it('leaves the task of a hook after the rollout, too', async () => {
    const aws = endless();
    const { result } = await interrupted(aws, AFTER, 'detach');
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
    expect(aws.count('StopTask')).toBe(0);
    expect(result.cause).toStrictEqual([
      'interrupted by SIGTERM while the hook "web" ran; the rollout had succeeded before',
      `task ${taskId(aws)} goes on`,
    ]);
    expect(result.next).toHaveLength(2);
  });

  it.each(['stop', 'rollback'] as const)('stops it with on_cancel %s', async (onCancel) => {
    const aws = endless();
    const { result } = await interrupted(aws, BEFORE, onCancel);
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
    expect(aws.count('StopTask')).toBe(1);
    expect(result.cause.at(-1)).toMatch(/was told to stop$/);
    expect(result.next).toStrictEqual([]);
  });

  it('leaves at once at a second signal, and says that the task may go on', async () => {
    const aws = endless();
    aws.denied.set('StopTask', new FakeError('ServerException', 'down', 500));
    const { result } = await interrupted(aws, BEFORE, 'stop', 1000);
    const toStop = aws.count('StopTask');
    expect(result).toMatchObject({ verdict: 'interrupted', exitCode: 143 });
    expect(toStop).toBeLessThan(4);
    expect(result.cause.at(-1)).toMatch(/could not be stopped and may go on: interrupted again$/);
    expect(result.next[0]).toContain(taskId(aws));
  });
});

describe('a hook before the rollout that fails', () => {
  it('says what was registered, and that the service is as it was', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000, exits: { after: 5000, exitCode: 3 } };
    const { result } = await playDeploy(aws, { hooks: BEFORE });
    expect(result).toMatchObject({ verdict: 'error', exitCode: 1 });
    expect(result.changed).toStrictEqual(['web:7 was registered']);
    expect(result.cause.at(-1)).toBe('the service was not changed');
    expect(aws.count('UpdateService')).toBe(0);
  });

  it('says that nothing was changed where nothing had to be registered', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000, exits: { after: 5000, exitCode: 3 } };
    const { result } = await playDeploy(aws, {
      images: [],
      forceNewDeployment: true,
      hooks: BEFORE,
    });
    expect(result.changed).toStrictEqual([]);
    expect(result.cause.at(-1)).toBe('the service was not changed');
    expect(aws.count('RegisterTaskDefinition')).toBe(0);
  });
});
