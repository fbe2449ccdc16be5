import { describe, expect, it } from 'vitest';
import {
  registrationEvents,
  registrationNotes,
  stopEvents,
  unhealthyEvents,
} from '../../../src/scheduler/rolling/narration.ts';
import type { JudgedTask } from '../../../src/scheduler/rolling/task-health.ts';
import { GROUP, PENDING, judged, target, task } from './builders.ts';

const OTHER = `${GROUP}-other`;

describe('targets that were registered', () => {
  const fresh = task({ targets: [target('initial')], noted: new Set() });
  const twice = task({
    targets: [target('initial'), target('healthy', { targetGroupArn: OTHER })],
    noted: new Set(['healthy']),
  });
  const known = task({ targets: [target('healthy')], noted: new Set(['registered']) });
  const tasks = [fresh, twice, known, task({ noted: new Set() })];

  it('are noted once for each task that has any', () => {
    expect(registrationNotes(tasks)).toEqual([
      { taskId: fresh.id, note: 'registered' },
      { taskId: twice.id, note: 'registered' },
    ]);
  });

  it('are told of by target group', () => {
    expect(registrationEvents('web', tasks, registrationNotes(tasks))).toEqual([
      `(service web) registered 2 targets in (target-group ${GROUP})`,
      `(service web) registered 1 targets in (target-group ${OTHER})`,
    ]);
    expect(registrationEvents('web', tasks, [])).toEqual([]);
  });
});

describe('tasks that are unhealthy', () => {
  const refused: JudgedTask = {
    task: task(),
    standing: {
      kind: 'unhealthy',
      cause: {
        check: 'load-balancer',
        targetGroupArn: GROUP,
        port: 8080,
        description: 'timed out',
      },
    },
  };
  const sick = judged('unhealthy');
  const note = ({ task: { id } }: JudgedTask) => ({ taskId: id, note: 'unhealthy' as const });

  it('are told of when a load balancer says so, once', () => {
    const event =
      `(service web) (task ${refused.task.id}) (port 8080) is unhealthy in ` +
      `(target-group ${GROUP}) due to (reason timed out)`;
    expect(unhealthyEvents('web', [refused, sick], [note(refused)])).toEqual([event]);
    expect(unhealthyEvents('web', [refused, sick], [note(sick), note(refused)])).toEqual([event]);
    expect(unhealthyEvents('web', [refused], [])).toEqual([]);
  });

  it('are told of without words when their container says so', () => {
    expect(unhealthyEvents('web', [refused, sick], [note(sick)])).toEqual([]);
  });

  it('are not mixed up with other news of them', () => {
    const healthy = judged('healthy');
    expect(unhealthyEvents('web', [healthy], [note(healthy)])).toEqual([]);
    const other = { taskId: refused.task.id, note: 'ended' as const };
    expect(unhealthyEvents('web', [refused], [other])).toEqual([]);
  });
});

describe('tasks that are stopped', () => {
  it('are counted while pending and named once they run', () => {
    const [one, two] = [judged('healthy'), judged('unhealthy')];
    expect(stopEvents('web', [one, judged('pending', PENDING), two])).toEqual([
      '(service web) stopped 1 pending tasks.',
      `(service web) has stopped 2 running tasks: (task ${one.task.id}) (task ${two.task.id}).`,
    ]);
    expect(stopEvents('web', [judged('pending', PENDING)])).toEqual([
      '(service web) stopped 1 pending tasks.',
    ]);
    expect(stopEvents('web', [])).toEqual([]);
  });

  it('are deregistered, then drained, then stopped', () => {
    const both = judged('healthy', {
      targets: [target('healthy'), target('healthy', { targetGroupArn: OTHER })],
    });
    const one = judged('starting', { targets: [target('initial')] });
    expect(stopEvents('web', [both, one])).toEqual([
      `(service web) deregistered 2 targets in (target-group ${GROUP})`,
      `(service web) deregistered 1 targets in (target-group ${OTHER})`,
      '(service web) has begun draining connections on 2 tasks.',
      `(service web) has stopped 2 running tasks: (task ${both.task.id}) (task ${one.task.id}).`,
    ]);
  });
});
