import { describe, expect, it } from 'vitest';
import {
  beginHooks,
  hookFailure,
  isOpen,
  timeOut,
  type HookRun,
  type LifecycleHook,
} from '../../../src/scheduler/traffic-shift/hook.ts';
import { NOW } from '../rolling/builders.ts';
import { FUNCTION, hook, hookRun, HOUR, MINUTE } from './shifting.ts';

const PAUSE = hook({ timeoutMs: HOUR, timeoutAction: 'CONTINUE' });
const SMOKE = hook({ functionArn: FUNCTION, timeoutMs: MINUTE });

describe('when a stage begins', () => {
  it('a pause hook awaits an action, a function is in progress; each until its own time is over', () => {
    expect(beginHooks([PAUSE, SMOKE], 'PRE_SCALE_UP', 'forward', NOW)).toEqual([
      {
        ...{ index: 0, targetType: 'PAUSE', status: 'AWAITING_ACTION' },
        ...{ startedAt: NOW, expiresAt: NOW + HOUR, timeoutAction: 'CONTINUE' },
      },
      {
        ...{ index: 1, targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS' },
        ...{ startedAt: NOW, expiresAt: NOW + MINUTE, timeoutAction: 'ROLLBACK' },
      },
    ]);
  });

  it('only the hooks of that stage run, by their places in the configuration', () => {
    const hooks = [
      hook({ stages: ['PRE_SCALE_UP'] }),
      hook({ stages: ['POST_SCALE_UP'] }),
      hook({ stages: ['PRE_SCALE_UP', 'POST_SCALE_UP'] }),
    ];
    const indices = beginHooks(hooks, 'POST_SCALE_UP', 'forward', NOW).map(({ index }) => index);
    expect(indices).toEqual([1, 2]);
  });

  it.each([
    ['forward', ['PAUSE', 'AWS_LAMBDA']],
    ['reconcile', ['PAUSE', 'AWS_LAMBDA']],
    ['rollback', ['AWS_LAMBDA']],
  ] as const)('in the direction %s these are asked: %j', (direction, asked) => {
    const runs = beginHooks([PAUSE, SMOKE], 'PRE_SCALE_UP', direction, NOW);
    expect(runs.map(({ targetType }) => targetType)).toEqual(asked);
  });
});

describe('a hook', () => {
  it.each([
    ['AWAITING_ACTION', true],
    ['IN_PROGRESS', true],
    ['SUCCEEDED', false],
    ['FAILED', false],
    ['TIMED_OUT', false],
  ] as const)('that is %s has no result yet: %s', (status, open) => {
    expect(isOpen(hookRun({ status }))).toBe(open);
  });

  it('turns the deployment round by its failure, the first of several by its own', () => {
    const good = hookRun({ status: 'SUCCEEDED' });
    const bad = hookRun({ status: 'FAILED', failure: 'It said no.' });
    const worse = hookRun({ status: 'FAILED', failure: 'Never.' });
    expect(hookFailure([good, bad, worse])).toBe('It said no.');
    expect(hookFailure([good, hookRun()])).toBeUndefined();
    expect(hookFailure([])).toBeUndefined();
  });
});

const over = (members: Partial<HookRun> = {}): HookRun => hookRun({ expiresAt: NOW, ...members });
const timedOut = (
  hooks: readonly HookRun[],
  configured: readonly LifecycleHook[] = [hook()],
): readonly HookRun[] => timeOut(hooks, configured, 'PRE_SCALE_UP', NOW);

describe('a hook times out', () => {
  it('when its time is over, and not a moment before', () => {
    expect(timedOut([over()])).toMatchObject([{ status: 'TIMED_OUT' }]);
    const early = [over({ expiresAt: NOW + 1 })];
    expect(timedOut(early)).toBe(early);
  });

  it.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT'] as const)('not once it is %s', (status) => {
    const answered = over({ status });
    const hooks = [answered];
    expect(timedOut(hooks)).toBe(hooks);
    // Nor when another one of the stage does.
    expect(timedOut([answered, over()])[0]).toBe(answered);
  });

  it('alone: those beside it that have time left go on', () => {
    const open = hookRun({ index: 1 });
    const [first, second] = timedOut([over(), open], [hook(), hook()]);
    expect(first?.status).toBe('TIMED_OUT');
    expect(second).toBe(open);
  });

  it('without a failure where the deployment is to continue then', () => {
    const pause = over({ timeoutAction: 'CONTINUE' });
    expect(timedOut([pause])).toEqual([{ ...pause, status: 'TIMED_OUT' }]);
  });

  it('and says, of a pause, what ECS says of it', () => {
    expect(timedOut([over()])).toEqual([
      {
        ...over(),
        status: 'TIMED_OUT',
        failure: 'Service deployment rolled back because PRE_SCALE_UP pause hook timed out.',
      },
    ]);
  });

  it.each([
    [1, '1 minute'],
    [60, '60 minutes'],
  ])(
    'and says, of a function that had %d min, which one it was and how long it had',
    (count, shown) => {
      const { failure } =
        timedOut(
          [
            over({
              ...{ index: 1, targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS' },
              startedAt: NOW - count * MINUTE,
            }),
          ],
          [PAUSE, SMOKE],
        )[0] ?? {};
      expect(failure).toBe(
        'Service deployment rolled back because PRE_SCALE_UP lifecycle hook(s) failed. ' +
          `Lifecycle hook target ${FUNCTION} timed out: it did not answer SUCCEEDED within ${shown}.`,
      );
    },
  );
});
