/** A service moved from one task set to another by weights of the listener, while it is being used. */
import { DescribeServicesCommand, UpdateServicePrimaryTaskSetCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTraffic, WEB, type Traffic } from './balanced-service.ts';
import {
  binomialInterval,
  countVersions,
  createExternalService,
  createTaskSet,
  createWeightedListener,
  deleteTaskSet,
  shift,
  untilSteady,
  type WeightedListener,
  type Weights,
} from './task-set-service.ts';
import { openWorld, until, type World } from './world.ts';

const REQUESTS = 20_000;

describe('a shift between task sets under load', () => {
  let world: World;
  let listener: WeightedListener;
  let traffic: Traffic;
  let blue: string;
  let green: string;
  beforeAll(async () => {
    world = await openWorld();
    listener = await createWeightedListener(world);
    await createExternalService(world, 2);
    blue = await createTaskSet(world, 'app:1.0.0', listener.blue);
    await untilSteady(world, [blue]);
    await world.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...WEB, primaryTaskSet: blue }));
    traffic = startTraffic(listener.url, 100);
  });
  afterAll(async () => {
    await traffic.run.stop();
    await world.close();
  });

  /** Both bounds are met by chance once in a thousand series. */
  const isSplit = (counts: Readonly<Record<string, number>>, [, share]: Weights): boolean => {
    const requests = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const { least, most } = binomialInterval(requests, share / 100);
    const byGreen = counts['2.0.0'] ?? 0;
    return byGreen >= least && byGreen <= most;
  };

  it('starts the second set beside the first, which keeps all of the traffic', async () => {
    green = await createTaskSet(world, 'app:2.0.0', listener.green);
    await untilSteady(world, [blue, green]);
    expect(await countVersions(listener.url, 1000)).toEqual({ '1.0.0': 1000 });
  });

  it.each<{ readonly weights: Weights }>([
    { weights: [100, 0] },
    { weights: [90, 10] },
    { weights: [50, 50] },
    { weights: [0, 100] },
  ])('shares 20,000 requests as the weights $weights say', async ({ weights }) => {
    await shift(world, listener, weights);
    await until(
      () => countVersions(listener.url, 200),
      (counts) => isSplit(counts, weights),
    );
    const counts = await countVersions(listener.url, REQUESTS);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(REQUESTS);
    expect(counts).toSatisfy((seen: typeof counts) => isSplit(seen, weights));
  });

  it('makes the second set primary, deletes the first, and has lost no request', async () => {
    await world.ecs.send(new UpdateServicePrimaryTaskSetCommand({ ...WEB, primaryTaskSet: green }));
    await deleteTaskSet(world, blue);
    await untilSteady(world, [green]);
    await traffic.more(100);
    const { services: [service] = [] } = await world.ecs.send(
      new DescribeServicesCommand({ cluster: WEB.cluster, services: [WEB.service] }),
    );
    expect(service).toMatchObject({
      runningCount: 2,
      taskSets: [{ id: green, status: 'PRIMARY' }],
      loadBalancers: [{ targetGroupArn: listener.green }],
    });
    expect(traffic.failures).toEqual([]);
    const report = await traffic.run.stop();
    expect(report.outcomes.ok).toBe(report.sent);
  });
});
