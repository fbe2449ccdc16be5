/** What the controller keeps in memory about one task, beside its entity. A crash loses nothing by losing it. */
import type { Timer } from '../../../base/clock.ts';
import type { TaskEvent } from '../../../scheduler/task-lifecycle/transitions.ts';
import type { TaskActivity, TaskEffect } from '../../../scheduler/task-lifecycle/view.ts';
import type { Task } from '../../state/entities.ts';

// Shared until a task needs one of its own: most tasks of a large simulation never do.
const NO_IDS: ReadonlySet<string> = new Set();
const NO_TIMES: ReadonlyMap<string, number> = new Map();

/** One task's events that are not written down yet, its effects under way, and its timer. */
export class TaskRecord implements TaskActivity {
  pulling = false;
  checking = NO_IDS;
  checkedAt = NO_TIMES;
  removing = false;
  /** Its containers are removed: the task itself is to be deleted. */
  removed = false;
  /** Something unexpected happened to it; it was told to stop. */
  failed = false;
  /** Events to apply, oldest first. */
  inbox: readonly TaskEvent[] = [];
  /** The entity that the controller itself wrote last: its change is no news. */
  written: Task | undefined = undefined;
  timer: Timer | undefined = undefined;
  /** When the timer fires (epoch ms). */
  wakeAt: number | undefined = undefined;

  /** Notes that an effect is under way. */
  begin(effect: TaskEffect): void {
    if (effect.kind === 'pull') this.pulling = true;
    if (effect.kind === 'remove') this.removing = true;
    if (effect.kind === 'check-health')
      this.checking = new Set([...this.checking, effect.runtimeId]);
  }

  /** Notes that an effect has come back at `now` (epoch ms). */
  end(effect: TaskEffect, now: number): void {
    if (effect.kind === 'pull') this.pulling = false;
    if (effect.kind === 'remove') this.removed = true;
    if (effect.kind === 'check-health') {
      this.checking = without(this.checking, effect.runtimeId);
      this.checkedAt = new Map([...this.checkedAt, [effect.runtimeId, now]]);
    }
  }

  /** Forgets the times of a container that has ended. */
  ended(runtimeId: string): void {
    if (!this.checkedAt.has(runtimeId)) return;
    this.checkedAt = new Map([...this.checkedAt].filter(([id]) => id !== runtimeId));
  }
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const rest = [...ids].filter((other) => other !== id);
  return rest.length === 0 ? NO_IDS : new Set(rest);
}
