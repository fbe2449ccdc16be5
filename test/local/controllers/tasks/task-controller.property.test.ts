import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../../../src/local/state/entities.ts';
import { expectKept, Promises } from './promises.ts';
import { scenarios, type Scenario } from './scenario.ts';
import { World } from './world.ts';

/** Long after everything that a scenario can do by itself. */
const SETTLED_MS = 1_000_000;
const LIMIT_MS = 1_000_000;

function worldOf(scenario: Scenario): World {
  const { containers } = scenario;
  const last = containers.at(-1)?.definition.name ?? '';
  return new World({
    containers: containers.map(({ definition }) => definition),
    scripts: Object.fromEntries(
      containers.map(({ definition, script }) => [definition.name ?? '', script] as const),
    ),
    networkMode: 'bridge',
    ...(scenario.balanced ? { balanced: { containerName: last, containerPort: 8080 } } : {}),
  });
}

interface Trouble {
  /** The control plane dies after so many steps, each time anew. */
  readonly crashes: readonly number[];
  /** How long it stays away. */
  readonly downMs: number;
  /** Every so many writes one fails; 0: none. */
  readonly failingWrite: number;
}

const NONE: Trouble = { crashes: [], downMs: 0, failingWrite: 0 };

/** Plays a scenario to its end: the task is told to stop at `stopAfterMs`, if it has not ended before. */
async function play(
  scenario: Scenario,
  trouble: Trouble,
  stopAfterMs: number,
): Promise<{ readonly task: Task; readonly promises: Promises; readonly world: World }> {
  const world = worldOf(scenario);
  const { clock } = world;
  const crashes = [...trouble.crashes];
  let steps = 0;
  let writes = 0;
  const control = { hasDied: false };
  world.step = () => {
    if (!control.hasDied && steps++ === crashes[0]) control.hasDied = true;
    return !control.hasDied;
  };
  world.journal.beforeWrite = () => {
    if (!world.step()) throw new Error('the control plane is gone');
    if (trouble.failingWrite > 0 && ++writes % trouble.failingWrite === 0)
      throw new Error('disk full');
  };
  await world.controller.recover();
  const arn = world.createTask();
  const promises = new Promises(world, arn);
  let stopRequested = false;
  clock.setTimer(stopAfterMs, () => (stopRequested = true));
  const status = (): string => world.task(arn).lastStatus;
  for (;;) {
    await clock.runUntil(
      () =>
        control.hasDied || status() === 'STOPPED' || (stopRequested && isMeantToRun(world, arn)),
      SETTLED_MS + LIMIT_MS,
    );
    if (control.hasDied) {
      world.crash();
      crashes.shift();
      await clock.advance(trouble.downMs);
      control.hasDied = false;
      steps = 0;
      const restarted = world.restart();
      promises.watch();
      await restarted;
    } else if (status() === 'STOPPED') {
      return { task: world.task(arn), promises, world };
    } else {
      world.stopTask(arn);
    }
  }
}

function isMeantToRun(world: World, arn: string): boolean {
  return world.task(arn).desiredStatus === 'RUNNING';
}

/** What became of the task, without its times. */
function outcomeOf({ stopCode, stoppedReason, startedAt }: Task): unknown {
  return { stopCode, stoppedReason, ran: startedAt !== undefined };
}

describe('any task', () => {
  it('keeps every promise and reaches STOPPED after desired status STOPPED, at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(200_000), async (scenario, stopAfterMs) => {
        const { promises, world } = await play(scenario, NONE, stopAfterMs);
        expectKept(promises);
        expect(world.problems).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('keeps every promise when the control plane dies at any steps and the disk is full at times', async () => {
    await fc.assert(
      fc.asyncProperty(
        scenarios,
        fc.nat(200_000),
        fc.record({
          crashes: fc.array(fc.nat(12), { maxLength: 4 }),
          downMs: fc.constantFrom(0, 30, 3_000, 70_000),
          failingWrite: fc.constantFrom(0, 2, 3),
        }),
        async (scenario, stopAfterMs, trouble) => {
          const { promises } = await play(scenario, trouble, stopAfterMs);
          expectKept(promises);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('ends the same way when the control plane dies once at any step and starts again', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(25), async (scenario, step) => {
        const calm = await play(scenario, NONE, SETTLED_MS);
        const shaken = await play(scenario, { ...NONE, crashes: [step] }, SETTLED_MS);
        expect(outcomeOf(shaken.task)).toEqual(outcomeOf(calm.task));
        expectKept(shaken.promises);
      }),
      { numRuns: 120 },
    );
  });

  it('stops when an essential container has ended for good, and not because of others', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const { task, world } = await play(scenario, NONE, SETTLED_MS);
        const { stoppingAt = 0 } = task;
        const ends = scenario.containers.flatMap(({ definition }) => {
          const container = task.containers.find(({ name }) => name === definition.name);
          const hasRun = container?.startedAt !== undefined;
          return definition.essential === true && hasRun ? [container.stoppedAt ?? 0] : [];
        });
        if (task.stopCode === 'EssentialContainerExited')
          expect(ends.some((end) => end <= stoppingAt)).toBe(true);
        if (task.stopCode === 'UserInitiated') {
          expect(ends.some((end) => end < stoppingAt)).toBe(false);
          expect(stoppingAt - task.createdAt).toBeGreaterThanOrEqual(SETTLED_MS);
        }
        expect(world.problems).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});
