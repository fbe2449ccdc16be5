/** Rollouts of a service that is being used: the load generator counts what became of every request. */
import { StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tasksOf } from '../acceptance/service.ts';
import {
  createBalancedService,
  rolloutEnd,
  startTraffic,
  update,
  WEB,
  type Traffic,
} from './balanced-service.ts';
import { openWorld, until, type World } from './world.ts';

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

  it.each([
    { image: 'app:2.0.0', what: 'a program that drains' },
    { image: 'my-repo/my-app:3.0.0', what: 'one that ends at once on SIGTERM' },
    { image: 'my-repo/my-app:4.0.0', what: 'another one' },
  ])('is updated to $what without one failed request', async ({ image }) => {
    const tag = image.split(':')[1] ?? '';
    await traffic.more(100);
    await update(world, image);
    expect(await rolloutEnd(world)).toBe('SUCCESSFUL');
    await traffic.more(100);
    expect(traffic.failures).toEqual([]);
    expect(traffic.run.snapshot().byVersion[tag]).toBeGreaterThan(100);
  });

  it('loses its tasks to hands and to a smaller count without one failed request', async () => {
    const { ecs } = world;
    await world.folders.settledOn(Array(4).fill('4.0.0'));
    const [task] = await tasksOf(ecs, WEB);
    await ecs.send(new StopTaskCommand({ cluster: WEB.cluster, task: task?.taskArn }));
    await until(world.folders.reports, (reports) =>
      reports.some(({ gotSigterm, tag }) => gotSigterm && tag === '4.0.0'),
    );
    await ecs.send(new UpdateServiceCommand({ ...WEB, desiredCount: 1 }));
    await world.folders.settledOn(['4.0.0']);
    await traffic.more(100);
    expect(traffic.failures).toEqual([]);
  });

  it('counts every request once', async () => {
    const report = await traffic.run.stop();
    expect(report.outcomes.ok).toBe(report.sent);
    expect(report.unversioned).toBe(0);
  });
});
