/** The client is killed at every call of a rollout, and the next command brings the service fully to one side. */
import { describe, expect, it } from 'vitest';
import type { TaskSetPlan } from '../../../src/deploy/task-sets/deploy.ts';
import { Killed, type Fate, type FateOf } from './virtual-client.ts';
import { NO_ANALYSIS, STEPS, VirtualWorld, type Played } from './virtual-world.ts';

const STRATEGY = { ...STEPS, steps: [50], stepBakeMs: 5000, finalBakeMs: 5000 };
/** Looks that differ in nothing but the time are not all worth a death. */
const POLLING = { shortestMs: 5000, longestMs: 60_000 };
const ALL_STORIES_MS = 1_200_000;

/** A check that fails once the new version has traffic. */
const FAILING: TaskSetPlan['analysis'] = {
  checks: [
    {
      ...{ kind: 'http', name: 'smoke', onNoData: 'fail', deadlineMs: 60_000 },
      ...{ moments: ['production'], url: 'http://127.0.0.1/', expect: 200, json: {} },
    },
  ],
  measure: () =>
    Promise.resolve({
      ...{ outcome: 'fail', text: 'broken', value: undefined, limit: undefined },
      ...{ samples: undefined, baseline: undefined, confidence: undefined },
    }),
};

/** A point at which a client dies. */
interface Death {
  readonly number: number;
  readonly operation: string;
  readonly fate: Extract<Fate, string>;
}

async function play(analysis: TaskSetPlan['analysis'], fate: FateOf) {
  const world = await VirtualWorld.start();
  await world.register('team/web:2.0.0');
  /** The virtual time of each call. */
  const instants: number[] = [];
  const played = world.deploy(
    'web:2',
    { strategy: STRATEGY, analysis },
    {
      polling: POLLING,
      fate: (number, operation) => {
        instants.push(world.ecs.clock.now());
        return fate(number, operation);
      },
    },
  );
  return { world, played, instants };
}

const isRead = (operation: string | undefined): boolean =>
  /^(?:Describe|List)/.test(operation ?? '');

/**
 * Before every call, and after it where it changes something. Reads that follow each other at one instant are one death: the
 * ECS that it leaves is the same whichever of them was the last.
 */
function deathsOf({ requests }: Played, instants: readonly number[]): readonly Death[] {
  return requests.flatMap((operation, index) => {
    const number = index + 1;
    const before: Death = { number, operation, fate: 'killed before' };
    if (!isRead(operation)) return [before, { number, operation, fate: 'killed after' }];
    const repeated = isRead(requests[index - 1]) && instants[index - 1] === instants[index];
    return repeated ? [] : [before];
  });
}

/** Kills a client, lets another one act, and gives where the service stands then. */
async function afterDeath(
  death: Death,
  analysis: TaskSetPlan['analysis'],
  next: (world: VirtualWorld) => Promise<Played>,
): Promise<{ readonly story: string; readonly verdict: string; readonly end: string }> {
  const { world, played } = await play(analysis, (number) =>
    number === death.number ? death.fate : 'pass',
  );
  await expect(played).rejects.toThrow(Killed);
  const { result } = await next(world);
  const { green, sets } = await world.summary();
  const { taskSets } = await world.until((place) => place.taskSets.length === 1);
  return {
    story: `${death.fate} call ${death.number}, ${death.operation}`,
    verdict: result.error?.code ?? result.verdict,
    end: `${green ?? '?'} % green; ${sets.join(', ')}; ${taskSets[0]?.runningCount ?? 0} tasks`,
  };
}

const BLUE = '0 % green; web:1 PRIMARY 100 %; 3 tasks';
const GREEN = '100 % green; web:2 PRIMARY 100 %; 3 tasks';

describe('a client that is killed at any call of a rollout by task sets', () => {
  it(
    'leaves what resume brings fully to the new version, or what had not begun',
    { timeout: ALL_STORIES_MS },
    async () => {
      const { played, instants } = await play(NO_ANALYSIS, () => 'pass');
      const whole = await played;
      expect(whole.result.verdict).toBe('succeeded');
      const created = whole.requests.indexOf('CreateTaskSet') + 1;
      for (const death of deathsOf(whole, instants)) {
        const begun =
          death.number > created || (death.number === created && death.fate === 'killed after');
        const { end, verdict, story } = await afterDeath(death, NO_ANALYSIS, (world) =>
          world.resume({}, { polling: POLLING }),
        );
        expect({ story, end }).toEqual({ story, end: begun ? GREEN : BLUE });
        // The last calls only tidy up.
        expect(['succeeded', 'NO_ROLLOUT']).toContain(verdict);
        if (begun && death.number < whole.requests.indexOf('DeleteTaskSet')) {
          expect({ story, verdict }).toEqual({ story, verdict: 'succeeded' });
        }
      }
    },
  );

  it(
    'leaves what rollback brings fully to the old version',
    { timeout: ALL_STORIES_MS },
    async () => {
      const { played, instants } = await play(NO_ANALYSIS, () => 'pass');
      for (const death of deathsOf(await played, instants)) {
        const { end, verdict, story } = await afterDeath(death, NO_ANALYSIS, (world) =>
          world.rollback({}, { polling: POLLING }),
        );
        expect({ story, end }).toEqual({ story, end: BLUE });
        expect(['succeeded', 'NOTHING_TO_ROLL_BACK_TO']).toContain(verdict);
      }
    },
  );

  it(
    'on its way back leaves what the next command brings fully back',
    { timeout: ALL_STORIES_MS },
    async () => {
      const { played, instants } = await play(FAILING, () => 'pass');
      const whole = await played;
      expect(whole.result.verdict).toBe('rolled-back');
      const shifted = whole.requests.indexOf('ModifyListener') + 1;
      const deaths = deathsOf(whole, instants).filter(({ number }) => number > shifted);
      for (const death of deaths) {
        const { end, story } = await afterDeath(death, FAILING, (world) =>
          world.resume({ analysis: FAILING }, { polling: POLLING }),
        );
        expect({ story, end }).toEqual({ story, end: BLUE });
      }
    },
  );
});

describe('answers that are lost, and an AWS that is busy', () => {
  it('change nothing about the end, at whichever call', { timeout: ALL_STORIES_MS }, async () => {
    const { played } = await play(NO_ANALYSIS, () => 'pass');
    const { requests } = await played;
    const throttled = { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' };
    const troubles: readonly Fate[] = ['lost after', 'lost before', throttled];
    for (const [index] of requests.entries()) {
      const trouble = troubles[index % troubles.length] ?? 'pass';
      const { world, played: disturbed } = await play(NO_ANALYSIS, (number) =>
        number === index + 1 ? trouble : 'pass',
      );
      const { result } = await disturbed;
      const story = `${JSON.stringify(trouble)} at call ${index + 1}, ${requests[index] ?? ''}`;
      expect({ story, verdict: result.verdict }).toEqual({ story, verdict: 'succeeded' });
      expect(await world.summary()).toMatchObject({ green: 100, sets: ['web:2 PRIMARY 100 %'] });
    }
  });

  it.each([
    { operation: 'CreateTaskSet', verdict: 'error', green: 0 },
    { operation: 'ModifyListener', verdict: 'rolled-back', green: 0 },
    { operation: 'UpdateServicePrimaryTaskSet', verdict: 'rolled-back', green: 0 },
  ])(
    '$operation that is not allowed ends on the old version',
    async ({ operation, verdict, green }) => {
      let denied = 0;
      const { world, played } = await play(NO_ANALYSIS, (_, name) =>
        // The way back is allowed, as where one permission depends on a tag.
        name === operation && ++denied === 1
          ? { status: 400, code: 'AccessDeniedException', message: 'User is not authorized' }
          : 'pass',
      );
      const { result } = await played;
      expect(result.verdict).toBe(verdict);
      expect(result.cause.join('\n')).toContain(`:${operation}`);
      expect(await world.summary()).toMatchObject({ green, sets: ['web:1 PRIMARY 100 %'] });
    },
  );

  it('a service that may not be tagged is deployed all the same, and that is said', async () => {
    const { world, played } = await play(NO_ANALYSIS, (_, name) =>
      name === 'TagResource'
        ? { status: 400, code: 'AccessDeniedException', message: 'User is not authorized' }
        : 'pass',
    );
    const { result, told } = await played;
    expect(result.verdict).toBe('succeeded');
    expect(told.filter((line) => line.includes('ecs:TagResource failed'))).toHaveLength(1);
    expect(await world.summary()).toMatchObject({ green: 100 });
  });
});
