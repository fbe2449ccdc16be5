import { describe, expect, it } from 'vitest';
import type {
  DeploymentSnapshot,
  ServiceSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import type { HookRun } from '../../../src/scheduler/traffic-shift/hook.ts';
import {
  interruption,
  stageDeadline,
  type Interruption,
} from '../../../src/scheduler/traffic-shift/interruption.ts';
import {
  LIFECYCLE_STAGES,
  type LifecycleStage,
} from '../../../src/scheduler/traffic-shift/lifecycle-stage.ts';
import type { ShiftProgress } from '../../../src/scheduler/traffic-shift/progress.ts';
import { deployment, NOW, withBreaker } from '../rolling/builders.ts';
import { begun, DAY, GREEN, hookRun, shift, shiftingService, waiting } from './shifting.ts';

interface Situation {
  readonly service: Partial<ServiceSnapshot>;
  readonly green: Partial<DeploymentSnapshot>;
  readonly progress: Partial<ShiftProgress>;
  readonly fault: string;
}

/** Why the deployment goes back, of one in POST_SCALE_UP that nothing is wrong with but this. */
function why(
  { service = {}, green = {}, progress = {}, fault }: Partial<Situation>,
  stage: LifecycleStage = 'POST_SCALE_UP',
): Interruption | undefined {
  const seen = shift({ ...begun(stage), ...progress }, fault === undefined ? {} : { fault });
  return interruption(shiftingService(seen, service), seen, deployment(GREEN, green), NOW);
}

const alarms = (...triggered: string[]): Partial<ServiceSnapshot> => ({
  alarms: { triggered, rollback: false, bakeMs: 0 },
});
const failedHook: HookRun = hookRun({ status: 'FAILED', failure: 'Rolled back: it said no.' });

/** Everything that can demand the end of a deployment, in the order in which it is heeded. */
const DEMANDS: readonly {
  readonly name: string;
  readonly situation: Partial<Situation>;
  readonly answer: Interruption;
}[] = [
  {
    name: 'StopServiceDeployment',
    situation: { service: { serviceDeployment: { status: 'ROLLBACK_REQUESTED' } } },
    answer: {
      statusReason: 'Service deployment rolled back because StopServiceDeployment was requested.',
      failedState: 'ECS deployment ecs-svc/3 was stopped.',
      circuitBreakerTriggered: false,
    },
  },
  {
    name: 'the circuit breaker',
    situation: { service: { rules: withBreaker({ rollback: false }) }, green: { failedTasks: 3 } },
    answer: {
      statusReason:
        'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      failedState: 'ECS deployment circuit breaker: tasks failed to start.',
      cause: 'tasks failed to start',
      circuitBreakerTriggered: true,
    },
  },
  {
    name: 'an alarm',
    situation: { service: alarms('errors') },
    answer: {
      statusReason: 'Service deployment rolled back because alarm detected: errors.',
      failedState: 'ECS deployment failed: alarm detected.',
      cause: 'alarm detected',
      circuitBreakerTriggered: false,
    },
  },
  {
    name: 'a hook',
    situation: { progress: { hooks: [failedHook] } },
    answer: {
      statusReason: 'Rolled back: it said no.',
      failedState: 'ECS deployment failed: lifecycle hook failed.',
      cause: 'lifecycle hook failed',
      circuitBreakerTriggered: false,
    },
  },
  {
    name: 'listener rules that do not allow it',
    situation: { fault: 'The listener rule r was not found.' },
    answer: {
      statusReason:
        'Service deployment rolled back because of invalid networking configuration. The listener rule r was not found.',
      failedState: 'ECS deployment failed: invalid networking configuration.',
      cause: 'invalid networking configuration',
      circuitBreakerTriggered: false,
    },
  },
  {
    name: 'a stage that has no end',
    situation: { progress: { enteredAt: NOW - DAY } },
    answer: {
      statusReason:
        'Service deployment rolled back because POST_SCALE_UP did not end within 24 hours.',
      failedState: 'ECS deployment failed: lifecycle stage timed out.',
      cause: 'lifecycle stage timed out',
      circuitBreakerTriggered: false,
    },
  },
];

describe('a deployment that shifts traffic goes back', () => {
  it.each(DEMANDS)('because of $name', ({ situation, answer }) => {
    expect(why(situation)).toEqual(answer);
  });

  it('because of STOP_REQUESTED as of ROLLBACK_REQUESTED', () => {
    expect(why({ service: { serviceDeployment: { status: 'STOP_REQUESTED' } } })).toEqual(
      DEMANDS[0]?.answer,
    );
  });

  it('and of several reasons gives the one that comes first: a person before what was measured', () => {
    for (const [first, { answer }] of DEMANDS.entries()) {
      const situation = DEMANDS.slice(first).reduce<Partial<Situation>>(
        (all, { situation: one }) => ({
          ...all,
          ...one,
          service: { ...all.service, ...one.service },
          progress: { ...all.progress, ...one.progress },
        }),
        {},
      );
      expect(why(situation)).toEqual(answer);
    }
  });

  it('naming every alarm that went off', () => {
    expect(why({ service: alarms('errors', 'latency') })?.statusReason).toBe(
      'Service deployment rolled back because alarm detected: errors, latency.',
    );
  });
});

describe('a deployment that shifts traffic goes on', () => {
  it.each(['PENDING', 'IN_PROGRESS'] as const)('while its record is %s', (status) => {
    expect(why({ service: { serviceDeployment: { status } } })).toBeUndefined();
  });

  it('where it has no record', () => {
    const seen = shift(begun('POST_SCALE_UP'));
    const { serviceDeployment: _none, ...service } = shiftingService(seen);
    expect(interruption(service, seen, deployment(GREEN), NOW)).toBeUndefined();
  });

  it('while none of its alarms has gone off', () => {
    expect(why({ service: alarms() })).toBeUndefined();
  });

  it('with fewer failed tasks than the breaker allows, and with any number where none is enabled', () => {
    expect(why({ service: { rules: withBreaker() }, green: { failedTasks: 2 } })).toBeUndefined();
    expect(why({ green: { failedTasks: 50 } })).toBeUndefined();
  });

  it('with a hook that timed out where that means to continue', () => {
    const hooks = [hookRun({ status: 'TIMED_OUT', timeoutAction: 'CONTINUE' })];
    expect(why({ progress: { hooks } })).toBeUndefined();
  });

  it('in CLEAN_UP, whatever has become of the listener rules: traffic is not shifted any more', () => {
    const fault = 'The listener rule r was not found.';
    expect(why({ fault }, 'CLEAN_UP')).toBeUndefined();
    expect(why({ fault }, 'BAKE_TIME')).toBeDefined();
  });

  it('until the last millisecond of the day that a stage may take', () => {
    expect(why({ progress: { enteredAt: NOW - DAY + 1 } })).toBeUndefined();
  });
});

const UNLIMITED: readonly LifecycleStage[] = ['BAKE_TIME', 'CLEAN_UP'];

describe('a stage may take', () => {
  it.each(LIFECYCLE_STAGES.filter((stage) => !UNLIMITED.includes(stage)))(
    '24 hours while %s waits for what it needs',
    (stage) => {
      expect(stageDeadline(waiting(stage, { enteredAt: NOW }))).toBe(NOW + 86_400_000);
    },
  );

  it.each(UNLIMITED)(
    'as long as it takes where its end is known or comes by itself: %s',
    (stage) => {
      expect(stageDeadline(waiting(stage))).toBe(Infinity);
      expect(stageDeadline(begun(stage))).toBe(Infinity);
    },
  );

  it('24 hours in all where it has begun, but for PRODUCTION_TRAFFIC_SHIFT, which bakes then', () => {
    const since = { enteredAt: NOW, begunAt: NOW + 5 };
    expect(stageDeadline(begun('TEST_TRAFFIC_SHIFT', since))).toBe(NOW + DAY);
    expect(stageDeadline(begun('PRODUCTION_TRAFFIC_SHIFT', since))).toBe(Infinity);
  });

  it.each([
    ['as long as a person is awaited', hookRun(), Infinity],
    ['24 hours once the person has answered', hookRun({ status: 'SUCCEEDED' }), NOW + DAY],
    [
      '24 hours for a function',
      hookRun({ targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS' }),
      NOW + DAY,
    ],
  ])('%s', (_name, run, deadline) => {
    const progress = begun('POST_SCALE_UP', { enteredAt: NOW, hooks: [run] });
    expect(stageDeadline(progress)).toBe(deadline);
  });

  it('as long as one person is awaited, whatever the other hooks of the stage have answered', () => {
    const hooks = [hookRun({ status: 'SUCCEEDED' }), hookRun({ index: 1 })];
    expect(stageDeadline(begun('POST_SCALE_UP', { hooks }))).toBe(Infinity);
  });
});
