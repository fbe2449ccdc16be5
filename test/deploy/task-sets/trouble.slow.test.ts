/** An AWS that follows late, is busy, or takes its time. */
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { FateOf } from './virtual-client.ts';
import { NAME, STEPS, VirtualWorld, type Played } from './virtual-world.ts';

const QUICK = { ...STEPS, stepBakeMs: 5000, finalBakeMs: 5000 };
const ON_GREEN = { green: 100, sets: ['web:2 PRIMARY 100 %'], marked: false };

async function deployed(fate: FateOf): Promise<Played & { readonly world: VirtualWorld }> {
  const world = await VirtualWorld.start();
  await world.register('team/web:2.0.0');
  const played = await world.deploy('web:2', { strategy: QUICK }, { fate });
  return { world, ...played };
}

/** Lets the next reads see nothing of each change, as long as the count lasts. */
function late(change: string, read: string, times: number): FateOf {
  let stale = 0;
  return (_, operation) => {
    if (operation === change) stale = times;
    return operation === read && stale-- > 0 ? 'stale' : 'pass';
  };
}

/** Changes of the weights that were asked for, as they were told. */
const weights = ({ told }: Played): readonly string[] =>
  told.filter((line) => line.includes('of the production traffic to'));

const EACH_ONCE = [
  '10 % of the production traffic to web:2, 90 % to web:1',
  '50 % of the production traffic to web:2, 50 % to web:1',
  '100 % of the production traffic to web:2, 0 % to web:1',
];

describe('a deploy by task sets', () => {
  it('waits for new weights to be read back, and takes an old answer for no hand of others', async () => {
    const played = await deployed(late('ModifyListener', 'DescribeListeners', 3));
    expect(played.result).toMatchObject({ verdict: 'succeeded' });
    expect(weights(played)).toEqual(EACH_ONCE);
    expect(await played.world.summary()).toEqual(ON_GREEN);
  });

  it('waits for ECS to list the task set that it created, and creates no second one', async () => {
    const played = await deployed(late('CreateTaskSet', 'DescribeServices', 3));
    expect(played.result).toMatchObject({ verdict: 'succeeded' });
    expect(played.requests.filter((name) => name === 'CreateTaskSet')).toHaveLength(1);
    expect(await played.world.summary()).toEqual(ON_GREEN);
  });

  it('waits for the last task where ECS deletes no task set before', async () => {
    let refused = 0;
    const played = await deployed((_, operation) =>
      operation === 'DeleteTaskSet' && refused++ === 0
        ? {
            ...{ status: 400, code: 'InvalidParameterException' },
            message: 'The task set cannot be deleted while it has running tasks.',
          }
        : 'pass',
    );
    expect(played.result).toMatchObject({ verdict: 'succeeded' });
    expect(await played.world.summary()).toEqual(ON_GREEN);
    const { taskSets } = await played.world.place();
    expect(taskSets[0]).toMatchObject({ status: 'DRAINING', runningCount: 0 });
  });

  it('outlasts minutes in which AWS answers nothing, and says so', async () => {
    let denied = 0;
    let shifted = false;
    const played = await deployed((_, operation) => {
      shifted ||= operation === 'ModifyListener';
      return shifted && operation.startsWith('Describe') && denied++ < 25
        ? { status: 503, code: 'ServiceUnavailable', message: 'try again' }
        : 'pass';
    });
    expect(played.result).toMatchObject({ verdict: 'succeeded' });
    expect(played.told.join('\n')).toMatch(/keeps failing \(ServiceUnavailable.*\); trying again/);
    expect(await played.world.summary()).toEqual(ON_GREEN);
  });

  it('gives green no more while one of its tasks is missing', async () => {
    const world = await VirtualWorld.start({ models: { '*': { pullMs: 20_000 } } });
    await world.register('team/web:2.0.0');
    const { result, entries } = await world.deploy(
      'web:2',
      { strategy: QUICK },
      {
        incidents: [
          {
            when: /^web:2 3\/3 running, 10 %/,
            happens: async () => {
              const { taskSets } = await world.place();
              const green = taskSets.find(({ status }) => status === 'ACTIVE');
              const task = [...world.ecs.store.tasks.values()].find(
                ({ startedBy }) => startedBy === green?.id,
              );
              await world.clients.ecs.send(
                new StopTaskCommand({ cluster: NAME.cluster, task: task?.taskArn ?? '' }),
              );
            },
          },
        ],
      },
    );
    expect(result).toMatchObject({ verdict: 'succeeded' });
    const fewest = entries.flatMap((entry) =>
      entry.kind === 'sample'
        ? entry.revisions
            .filter((each) => each.taskDefinition.endsWith('web:2') && each.running < 3)
            .flatMap(({ trafficWeight }) => trafficWeight ?? [])
        : [],
    );
    expect(Math.max(...fewest)).toBe(10);
    expect(await world.summary()).toEqual(ON_GREEN);
  });
});
