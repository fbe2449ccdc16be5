import { describe, expect, it } from 'vitest';
import * as events from '../../../src/scheduler/rolling/events.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1';

describe("service events are in ECS's own words", () => {
  it.each([
    [events.startedTasks('web', ['a']), '(service web) has started 1 tasks: (task a).'],
    [
      events.startedTasks('web', ['a', 'b']),
      '(service web) has started 2 tasks: (task a) (task b).',
    ],
    [events.stoppedPendingTasks('web', 1), '(service web) stopped 1 pending tasks.'],
    [
      events.stoppedRunningTasks('web', ['a', 'b']),
      '(service web) has stopped 2 running tasks: (task a) (task b).',
    ],
    [
      events.registeredTargets('web', 1, GROUP),
      `(service web) registered 1 targets in (target-group ${GROUP})`,
    ],
    [
      events.deregisteredTargets('web', 2, GROUP),
      `(service web) deregistered 2 targets in (target-group ${GROUP})`,
    ],
    [events.begunDraining('web', 2), '(service web) has begun draining connections on 2 tasks.'],
    [
      events.taskUnhealthy('web', 'a', {
        targetGroupArn: GROUP,
        port: 8080,
        description: 'Health checks failed with these codes: [503]',
      }),
      `(service web) (task a) (port 8080) is unhealthy in (target-group ${GROUP}) due to (reason Health checks failed with these codes: [503])`,
    ],
    [
      events.deploymentCompleted('web', 'ecs-svc/1'),
      '(service web) (deployment ecs-svc/1) deployment completed.',
    ],
    [
      events.deploymentFailed('web', 'ecs-svc/1', 'tasks failed to start'),
      '(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start.',
    ],
    [events.rollingBack('web', 'ecs-svc/1'), '(service web) rolling back to deployment ecs-svc/1.'],
    [events.steadyState('web'), '(service web) has reached a steady state.'],
    [
      events.unableToStart('web'),
      '(service web) is unable to consistently start tasks successfully.',
    ],
    [
      events.blockedByConfiguration('web'),
      '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    ],
    [
      events.unableToPlace('web', 'RESOURCE:CPU.'),
      '(service web) was unable to place a task because no container instance met all of its requirements. RESOURCE:CPU.',
    ],
  ])('%s', (message, expected) => {
    expect(message).toBe(expected);
  });
});
