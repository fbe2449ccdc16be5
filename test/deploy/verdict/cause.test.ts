import { describe, expect, it } from 'vitest';
import {
  briefEvent,
  causeLines,
  describeEnd,
  plainEvent,
  type CauseFacts,
  type LogTail,
} from '../../../src/deploy/verdict/cause.ts';
import {
  exited,
  observation,
  rollout,
  TARGET_WEB7,
  task,
  unstartable,
} from '../watch/observations.ts';

const facts = (change: Partial<CauseFacts>): CauseFacts => ({
  observation: undefined,
  target: TARGET_WEB7,
  reason: undefined,
  certain: undefined,
  logs: [],
  lost: [],
  ...change,
});

describe('causeLines', () => {
  it('tells everything once, most important first', () => {
    const dead = [exited(1), exited(1), exited(137)];
    const seen = observation({
      rollout: rollout({
        status: 'ROLLBACK_SUCCESSFUL',
        breaker: { status: 'TRIGGERED', failures: 3, threshold: 3 },
        triggeredAlarms: ['too-many-5xx'],
      }),
      tasks: [...dead, exited(1, 1, { deploymentId: 'ecs-svc/6' })],
      targets: [1, 2].map((port) => ({
        targetGroup: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/0123',
        id: '10.0.0.7',
        port,
        state: 'unhealthy',
        reason: 'Target.Timeout',
        description: 'Request timed out',
      })),
      service: {
        events: [
          {
            id: 'e1',
            message:
              '(service web) (deployment ecs-svc/7) deployment failed: tasks failed to start.',
          },
          { id: 'e2', message: '(service web) has started 1 tasks: (task a).' },
          { id: 'e0', message: '(service web) was unable to do something before.' },
        ],
      },
    });
    expect(
      causeLines(
        facts({
          observation: seen,
          reason: 'the circuit breaker threshold was exceeded',
          certain: 'every new task exits',
          logs: [
            { taskArn: dead[0]?.arn ?? '', container: 'web', lines: ['cannot connect', 'bye'] },
          ],
          lost: ['targets: not allowed'],
        }),
      ),
    ).toStrictEqual([
      'every new task exits',
      'the circuit breaker threshold was exceeded',
      'circuit breaker: 3 failed tasks of 3 allowed',
      'alarm: too-many-5xx',
      '2 tasks stopped: Essential container in task exited; container web, exit code 1 (00000000, 00000000)',
      '1 task stopped: Essential container in task exited; container web, exit code 137 (killed: out of memory, or still running when the stop timeout passed) (00000000)',
      'last log lines of web in task 00000000:',
      '    cannot connect',
      '    bye',
      '2 unhealthy targets in web: Request timed out',
      'ECS: (deployment ecs-svc/7) deployment failed: tasks failed to start.',
      'not known: targets: not allowed',
    ]);
  });

  it('keeps a log line that another task wrote as well', () => {
    const [one, other] = [exited(1), exited(1)];
    const log = (taskArn: string): LogTail => ({
      ...{ taskArn, container: 'web' },
      lines: ['no database', 'no database'],
    });
    const told = causeLines(
      facts({
        observation: observation({ tasks: [one, other] }),
        logs: [log(one.arn), log(other.arn)],
      }),
    );
    expect(told.filter((line) => line === '    no database')).toHaveLength(4);
  });

  it('is empty when nothing is known', () => {
    expect(causeLines(facts({}))).toStrictEqual([]);
  });
});

describe('describeEnd', () => {
  it('names the container that failed, not its neighbour that was stopped with it', () => {
    const dead = exited(0, 1, {
      containers: [
        { name: 'proxy', image: undefined, exitCode: 143, reason: undefined },
        { name: 'web', image: undefined, exitCode: 2, reason: undefined },
      ],
    });
    expect(describeEnd(dead)).toBe(
      'Essential container in task exited; container web, exit code 2',
    );
  });

  it('tells a container reason with its exit code', () => {
    const killed = exited(0, 1, {
      containers: [
        {
          name: 'web',
          image: undefined,
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
        },
      ],
    });
    expect(describeEnd(killed)).toBe(
      'Essential container in task exited; container web: OutOfMemoryError: Container killed due to memory usage; exit code 137',
    );
  });

  it('has words for a task without any reason', () => {
    expect(describeEnd(unstartable('CannotPullContainerError: x.'))).toBe(
      'CannotPullContainerError: x',
    );
    expect(describeEnd(task())).toBe('no reason given');
  });
});

describe('briefEvent', () => {
  it('names a few tasks, shortly', () => {
    const task = (digit: string): string => `(task ${digit.repeat(32)})`;
    const event = (...digits: string[]): string =>
      briefEvent(
        `(service web) has started ${digits.length} tasks: ${digits.map(task).join(' ')}.`,
      );
    expect(event('1', '2')).toBe('has started 2 tasks: (task 11111111) (task 22222222).');
    expect(event('1', '2', '3', '4', '5', '6')).toBe(
      'has started 6 tasks: (task 11111111) (task 22222222) (task 33333333) (task 44444444) and 2 more.',
    );
  });
});

describe('the ARN of a target group', () => {
  const group =
    '(target-group arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/web/0123456789abcdef)';

  it('is shortened to its name in an event that begins with a task', () => {
    const event = `(service web) (task ${'1'.repeat(32)}) (port 8080) is unhealthy in ${group} due to (reason Request timed out)`;
    expect(briefEvent(event)).toBe(
      '(task 11111111) (port 8080) is unhealthy in (target-group web) due to (reason Request timed out)',
    );
  });

  it('is shortened to its name in the end of a task', () => {
    expect(describeEnd(task({ stoppedReason: `Task failed ELB health checks in ${group}` }))).toBe(
      'Task failed ELB health checks in (target-group web)',
    );
  });
});

describe('plainEvent', () => {
  it.each([
    ['(service web) has reached a steady state.', 'has reached a steady state.'],
    [
      '(service web, taskSet ecs-svc/1) has begun draining connections on 1 tasks.',
      'has begun draining connections on 1 tasks.',
    ],
    ['service (web) is unable to start.', 'is unable to start.'],
    ['something else', 'something else'],
  ])('%s', (message, plain) => {
    expect(plainEvent(message)).toBe(plain);
  });
});
