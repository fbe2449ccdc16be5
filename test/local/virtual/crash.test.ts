import { describe, expect, it } from 'vitest';
import { RememberingJournal } from './remembering-journal.ts';
import { Scenario } from './scenario.ts';

describe('a control plane that is killed in the middle of a rollout and started again', () => {
  const models = { 'app:3.0.0': { exit: { afterMs: 500, exitCode: 1 } } };

  async function rolledTo(
    taskDefinition: string,
    killedAfterMs: readonly number[],
  ): Promise<Scenario> {
    const journal = new RememberingJournal();
    const scenario = await Scenario.start(['1.0.0', '2.0.0', '3.0.0'], { models, journal });
    await scenario.create({
      desiredCount: 3,
      deploymentConfiguration: {
        ...{ minimumHealthyPercent: 50, maximumPercent: 150 },
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    });
    await scenario.untilSteady();
    await scenario.ecs.clock.advance(60_000);
    await scenario.update({ taskDefinition });
    for (const ms of killedAfterMs) {
      await scenario.ecs.clock.advance(ms);
      await scenario.crash({ models, journal });
    }
    await scenario.untilSteady();
    return scenario;
  }

  const moments = [
    [0],
    [1],
    [400],
    [800],
    [1500],
    [41_000],
    [42_200],
    [300, 300, 300],
    [700, 40_500, 90],
  ];

  it.each(moments.map((each) => [each]))('goes on with it, after %j ms', async (killed) => {
    const scenario = await rolledTo('app:2', killed);
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:2 3/3']);
    expect((await scenario.rollout()).status).toBe('SUCCESSFUL');
    // Tasks that ran were taken over; only one whose start was under way may have had to be started again.
    const ran = (await scenario.tasks()).filter(({ startedAt }) => startedAt !== undefined);
    expect(ran).toHaveLength(6);
    const ends = ran.flatMap(({ stoppedReason }) => stoppedReason?.replace(/ \(.*/, '') ?? []);
    expect(new Set(ends)).toEqual(new Set(['Scaling activity initiated by']));
  });

  it.each(moments.map((each) => [each]))('rolls a bad one back, after %j ms', async (killed) => {
    const scenario = await rolledTo('app:3', killed);
    expect(await scenario.deployments()).toEqual(['PRIMARY COMPLETED app:1 3/3']);
    expect((await scenario.rollout()).status).toBe('ROLLBACK_SUCCESSFUL');
  });
});
