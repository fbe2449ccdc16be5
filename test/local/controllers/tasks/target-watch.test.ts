import { describe, expect, it } from 'vitest';
import { TargetWatch } from '../../../../src/local/controllers/tasks/target-watch.ts';
import type { Task } from '../../../../src/local/state/entities.ts';

function task(taskArn: string, lastStatus: Task['lastStatus'], port = 80): Task {
  const targets = [{ targetGroupArn: 'tg', id: 'i', port }];
  return { taskArn, lastStatus, targets } as unknown as Task;
}

describe('who waits for a target', () => {
  it('is the task that drains it, until it is STOPPING', () => {
    const watch = new TargetWatch();
    watch.update(task('a', 'RUNNING'));
    expect(watch.waitingFor('tg|i|80')).toEqual([]);
    watch.update(task('a', 'DEACTIVATING'));
    watch.update(task('a', 'DEACTIVATING'));
    expect(watch.waitingFor('tg|i|80')).toEqual(['a']);
    expect(watch.waitingFor('tg|i|81')).toEqual([]);
    watch.update(task('a', 'STOPPING'));
    expect(watch.waitingFor('tg|i|80')).toEqual([]);
  });

  it('is every task that is ACTIVATING, until it is not', () => {
    const watch = new TargetWatch();
    watch.update(task('a', 'DEACTIVATING'));
    watch.update(task('b', 'ACTIVATING', 81));
    expect(watch.waitingFor('tg|i|80')).toEqual(['a', 'b']);
    watch.update(task('b', 'RUNNING', 81));
    expect(watch.waitingFor('tg|i|80')).toEqual(['a']);
  });

  it('is nobody who was forgotten', () => {
    const watch = new TargetWatch();
    watch.update(task('a', 'DEACTIVATING'));
    watch.update(task('b', 'ACTIVATING'));
    watch.forget('a');
    watch.forget('b');
    watch.forget('c');
    expect(watch.waitingFor('tg|i|80')).toEqual([]);
  });

  it('is the later of two tasks that drain one target', () => {
    const watch = new TargetWatch();
    watch.update(task('a', 'DEACTIVATING'));
    watch.update(task('b', 'DEACTIVATING'));
    watch.forget('a');
    expect(watch.waitingFor('tg|i|80')).toEqual(['b']);
  });
});
