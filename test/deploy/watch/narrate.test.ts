import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrate } from '../../../src/deploy/watch/narrate.ts';
import type { Observation, ObservedTarget } from '../../../src/deploy/observed/observation.ts';
import {
  anyObservation,
  deployment,
  exited,
  observation,
  oldDeployment,
  rollout,
  TARGET_WEB7,
  task,
} from './observations.ts';

const told = (previous: Observation | undefined, next: Observation): readonly string[] =>
  narrate(previous, next, TARGET_WEB7).map((event) => event.message);

const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';
const unhealthy: ObservedTarget = {
  targetGroup: TARGET_GROUP,
  id: '10.0.0.7',
  port: 80,
  state: 'unhealthy',
  reason: 'Target.ResponseCodeMismatch',
  description: 'Health checks failed with these codes: [503]',
};

describe('narrate', () => {
  it('tells of each pause that waits for somebody else, once, and until when', () => {
    const until = Date.UTC(2026, 10, 29, 5, 43, 16);
    const paused = observation({
      rollout: rollout({
        waitingHooks: [
          { id: 'h-1', expiresAt: until },
          { id: 'h-2', expiresAt: undefined },
        ],
      }),
    });
    const before = observation({ rollout: rollout({}) });
    const lines = told(before, paused).filter((line) => line.startsWith('waits'));
    expect(lines).toStrictEqual([
      'waits at the pause h-1 until 2026-11-29T05:43:16.000Z: fairlead continue answers it',
      'waits at the pause h-2: fairlead continue answers it',
    ]);
    expect(told(paused, paused).filter((line) => line.startsWith('waits'))).toStrictEqual([]);
  });

  it('says nothing when nothing changed', () => {
    fc.assert(
      fc.property(anyObservation, (seen) => {
        expect(
          narrate(seen, { ...seen, at: 1, elapsedMs: seen.elapsedMs + 1 }, TARGET_WEB7),
        ).toStrictEqual([]);
      }),
    );
  });

  it('tells the counts of both revisions, and again when one changes', () => {
    const first = observation({ tasks: undefined });
    expect(told(undefined, first)).toContain('web:7 0/4 running · web:6 4 running');
    const next = observation({
      tasks: [task({ health: 'UNHEALTHY' }), task()],
      service: {
        deployments: [
          deployment({ running: 2, pending: 1, failed: 1 }),
          oldDeployment({ running: 3 }),
        ],
      },
    });
    expect(told(first, next)).toContain(
      'web:7 2/4 running, 1 healthy, 1 pending, 1 failed · web:6 3 running, 0 healthy',
    );
  });

  it('never tells more healthy tasks than running ones, although tasks are read after the service', () => {
    const next = observation({
      tasks: [task(), task()],
      service: { deployments: [deployment({ running: 0, pending: 2 }), oldDeployment()] },
    });
    expect(told(undefined, next)).toContain(
      'web:7 0/4 running, 2 pending · web:6 4 running, 0 healthy',
    );
  });

  it('says once why a service that nothing checks stands still for 40 s', () => {
    const starting = observation({ service: { deployments: [deployment(), oldDeployment()] } });
    const running = observation({
      service: { deployments: [deployment({ running: 4 }), oldDeployment()] },
    });
    const why =
      'nothing checks these tasks (no load balancer, no container health check): ECS counts each as healthy 40 s after it started, and only then stops old ones';
    expect(told(undefined, starting)).not.toContain(why);
    expect(told(starting, running)).toContain(why);
    expect(told(running, { ...running, elapsedMs: 5000 })).toStrictEqual([]);
  });

  it('does not say so where something checks them, or where no old task waits for them', () => {
    const running = observation({
      service: { deployments: [deployment({ running: 4 }), oldDeployment()] },
    });
    const first = observation({ service: { deployments: [deployment({ running: 4 })] } });
    const balanced = { ...TARGET_WEB7, balanced: true };
    const checked = { ...TARGET_WEB7, healthChecked: new Set([TARGET_WEB7.taskDefinition]) };
    for (const [seen, target] of [
      [running, balanced],
      [running, checked],
      [first, TARGET_WEB7],
    ] as const) {
      expect(narrate(undefined, seen, target).map(({ code }) => code)).not.toContain('unchecked');
    }
  });

  it('tells new service events once, oldest first, without the service name, and none from before', () => {
    const event = (id: string, message: string): { id: string; message: string } => ({
      id,
      message: `(service web) ${message}`,
    });
    const first = observation({ service: { events: [event('e0', 'from before')] } });
    const second = observation({
      service: {
        events: [
          event('e2', 'has stopped 1 running tasks: (task b).'),
          event('e1', 'has started 1 tasks: (task a).'),
          event('e0', 'from before'),
        ],
      },
    });
    expect(told(first, second)).toStrictEqual([
      'has started 1 tasks: (task a).',
      'has stopped 1 running tasks: (task b).',
    ]);
    expect(told(second, second)).toStrictEqual([]);
  });

  it('warns of trouble in service events', () => {
    const next = observation({
      service: {
        events: [
          { id: 'x', message: '(service web) is unable to consistently start tasks successfully.' },
        ],
      },
    });
    expect(narrate(observation(), next, TARGET_WEB7)).toMatchObject([
      { level: 'warning', source: 'service' },
    ]);
  });

  it('tells how a task of ours died, once it has its exit code, but not that old ones were scaled in', () => {
    const dying = exited(1);
    const stopping = observation({ tasks: [{ ...dying, lastStatus: 'DEPROVISIONING' }] });
    const stopped = observation({
      tasks: [
        dying,
        exited(0, 1, {
          deploymentId: 'ecs-svc/6',
          stopCode: 'ServiceSchedulerInitiated',
          stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/6)',
        }),
      ],
    });
    expect(told(observation(), stopping)).toStrictEqual([]);
    expect(told(stopping, stopped)).toStrictEqual([
      'task 00000000 (web:7) stopped: Essential container in task exited; container web, exit code 1',
    ]);
    expect(told(stopped, stopped)).toStrictEqual([]);
  });

  it('tells which task a load balancer finds unhealthy, and why', () => {
    const mine = task({ endpoints: [{ host: '10.0.0.7', port: undefined }] });
    const before = observation({ tasks: [mine], targets: [{ ...unhealthy, state: 'initial' }] });
    const after = observation({ tasks: [mine], targets: [unhealthy] });
    expect(told(before, after)).toStrictEqual([
      '10.0.0.7:80 (task 00000000) is unhealthy in web: Health checks failed with these codes: [503]',
    ]);
  });

  it('tells each state of the rollout with its reason, and who took over', () => {
    const status = observation({
      rollout: rollout({
        status: 'ROLLBACK_IN_PROGRESS',
        statusReason: 'breaker',
        lifecycleStage: 'SCALE_UP',
      }),
    });
    expect(told(observation(), status)).toStrictEqual([
      'the rollout is ROLLBACK_IN_PROGRESS: breaker',
      'stage SCALE_UP',
    ]);
    const superseded = observation({ successor: { arn: 'arn:x', targetRevision: 'y' } });
    expect(told(observation(), superseded)).toStrictEqual(['another deployment took over: arn:x']);
    const failed = observation({
      service: {
        deployments: [
          deployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed to start.' }),
          oldDeployment(),
        ],
      },
    });
    expect(told(observation(), failed)).toStrictEqual(['tasks failed to start.']);
  });
});
