/** Rollouts of a service that is being used: the load generator counts what became of every request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createBalancedService,
  rolloutEnd,
  startTraffic,
  update,
  type Traffic,
} from './balanced-service.ts';
import { openWorld, type World } from './world.ts';

describe('a service of 4 tasks under load', () => {
  let world: World;
  let traffic: Traffic;
  beforeAll(async () => {
    world = await openWorld();
    traffic = startTraffic(await createBalancedService(world, 'app:1.0.0'));
  });
  afterAll(async () => {
    await traffic.run.stop();
    await world.close();
  });

  it.each(['2.0.0', '3.0.0', '4.0.0'])(
    'is updated to %s without one failed request',
    async (tag) => {
      await traffic.more(100);
      await update(world, `app:${tag}`);
      expect(await rolloutEnd(world)).toBe('SUCCESSFUL');
      await traffic.more(100);
      const after = traffic.run.snapshot();
      expect(traffic.failures).toEqual([]);
      expect(after.byVersion[tag]).toBeGreaterThan(100);
    },
  );

  it('counts every request once', async () => {
    const report = await traffic.run.stop();
    expect(report.outcomes.ok).toBe(report.sent);
    expect(report.unversioned).toBe(0);
  });
});
