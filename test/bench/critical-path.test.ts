import { describe, expect, it } from 'vitest';
import { criticalPath, type TaskLife } from '../../bench/critical-path.ts';

function newTask(id: string, createdAt: number, healthyAt?: number): TaskLife {
  return { id, isNew: true, createdAt, healthyAt, stoppingAt: undefined, stoppedAt: undefined };
}

function oldTask(id: string, stoppingAt: number, stoppedAt: number): TaskLife {
  return { id, isNew: false, createdAt: 0, healthyAt: 0, stoppingAt, stoppedAt };
}

const idsOf = (lives: readonly TaskLife[], begin: number, end: number) =>
  criticalPath(lives, begin, end).map(({ id }) => id);

describe('the critical path of a rollout', () => {
  it('of one wave is the slowest start, then the slowest stop after it', () => {
    const lives = [
      newTask('quick', 110, 200),
      newTask('slow', 110, 300),
      oldTask('a', 310, 400),
      oldTask('b', 310, 500),
    ];
    expect(criticalPath(lives, 100, 520)).toEqual([
      { id: 'slow', from: 110, to: 300 },
      { id: 'b', from: 310, to: 500 },
    ]);
  });

  it('goes from each task to the one that ended last before it', () => {
    const lives = [
      newTask('n1', 100, 200),
      oldTask('o1', 210, 300),
      newTask('n2', 305, 400),
      newTask('n3', 260, 280),
      oldTask('o2', 405, 450),
    ];
    expect(idsOf(lives, 100, 450)).toEqual(['n1', 'o1', 'n2', 'o2']);
  });

  it('leaves out what happened before the rollout, and tasks that never became healthy', () => {
    const lives = [
      oldTask('former', 10, 90),
      newTask('dead', 100),
      newTask('n', 120, 200),
      oldTask('o', 220, 300),
    ];
    expect(idsOf(lives, 100, 310)).toEqual(['n', 'o']);
  });
});
