/** Blue/green, canary and linear deployments of real programs under real traffic: what is lost, and who gets how much. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rolloutEnd, startTraffic, type Traffic } from './balanced-service.ts';
import {
  createShiftingService,
  deploy,
  newest,
  pauseAt,
  proceed,
  stop,
  untilPaused,
  untilStage,
  type ShiftingService,
} from './shifting-service.ts';
import { isWithinBinomial, versionsOf } from './traffic-split.ts';
import { openWorld, type World } from './world.ts';

const NOW: DeploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
const CANARY: DeploymentConfiguration = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 0,
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 },
};
const LINEAR: DeploymentConfiguration = {
  strategy: 'LINEAR',
  bakeTimeInMinutes: 0,
  linearConfiguration: { stepPercent: 45.5, stepBakeTimeInMinutes: 0 },
};
const SAMPLE = 20_000;

describe('a service whose traffic is shifted, under load', () => {
  let world: World;
  let service: ShiftingService;
  let traffic: Traffic;
  let version = 1;
  const nextImage = (): string => `app:${++version}.0.0`;
  beforeAll(async () => {
    world = await openWorld();
    service = await createShiftingService(world, 'app:1.0.0', NOW);
    traffic = startTraffic(service.productionUrl, 100);
  });
  afterAll(async () => {
    await traffic.run.stop();
    await world.close();
  });

  it('gives each revision its share of every linear step, and loses no request', async () => {
    const [former, image] = [`${version}.0.0`, nextImage()];
    const current = `${version}.0.0`;
    await deploy(world, image, {
      ...LINEAR,
      lifecycleHooks: pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT'),
    });
    let hookId = '';
    for (const percent of [0, 45.5, 91]) {
      const paused = await untilPaused(world, hookId);
      ({ hookId } = paused);
      expect(paused.deployment.targetServiceRevision).toMatchObject({
        requestedProductionTrafficWeight: percent,
        requestedTestTrafficWeight: 100,
      });
      const sample = percent === 0 ? 500 : SAMPLE;
      const versions = await versionsOf(service.productionUrl, sample);
      expect((versions[former] ?? 0) + (versions[current] ?? 0)).toBe(sample);
      expect(
        isWithinBinomial(versions[current] ?? 0, sample, percent / 100),
        `${versions[current] ?? 0} of ${sample} by ${percent} %`,
      ).toBe(true);
      expect(await versionsOf(service.testUrl, 50)).toEqual({ [current]: 50 });
      await proceed(world, hookId);
    }
    expect(await rolloutEnd(world)).toBe('SUCCESSFUL');
    expect(await versionsOf(service.productionUrl, 500)).toEqual({ [current]: 500 });
    expect(traffic.failures).toEqual([]);
  });

  it.each([
    { name: 'blue/green', configuration: NOW },
    { name: 'canary', configuration: CANARY },
  ])('goes $name to the next version without a failed request', async ({ configuration }) => {
    await deploy(world, nextImage(), { ...configuration, lifecycleHooks: [] });
    expect(await rolloutEnd(world)).toBe('SUCCESSFUL');
    await traffic.more(50);
    expect(traffic.failures).toEqual([]);
  });

  it.each([
    { stage: 'PRE_SCALE_UP', hooks: pauseAt('PRE_SCALE_UP') },
    { stage: 'SCALE_UP', hooks: [] },
    { stage: 'POST_SCALE_UP', hooks: pauseAt('POST_SCALE_UP') },
    { stage: 'POST_TEST_TRAFFIC_SHIFT', hooks: pauseAt('POST_TEST_TRAFFIC_SHIFT') },
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', hooks: [], canaryBakeTimeInMinutes: 5 },
    { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', hooks: pauseAt('POST_PRODUCTION_TRAFFIC_SHIFT') },
    { stage: 'BAKE_TIME', hooks: [], bakeTimeInMinutes: 5 },
  ])(
    'comes back from $stage without a failed request, and nobody gets the new version any more',
    async ({ stage, hooks, canaryBakeTimeInMinutes = 0, bakeTimeInMinutes = 0 }) => {
      const former = `${version}.0.0`;
      const image = `app:bad-${stage.toLowerCase()}`;
      await deploy(world, image, {
        strategy: 'CANARY',
        bakeTimeInMinutes,
        canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes },
        lifecycleHooks: hooks,
      });
      await untilStage(world, stage);
      await stop(world);
      expect(await rolloutEnd(world)).toBe('ROLLBACK_SUCCESSFUL');
      expect(await versionsOf(service.productionUrl, 200)).toEqual({ [former]: 200 });
      expect(await newest(world)).toMatchObject({
        sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100, runningTaskCount: 2 }],
        targetServiceRevision: { requestedProductionTrafficWeight: 0, runningTaskCount: 0 },
      });
      expect(traffic.failures).toEqual([]);
    },
  );

  it('gives way to a rolling update in the middle of its traffic without a failed request', async () => {
    await deploy(world, nextImage(), {
      strategy: 'CANARY',
      bakeTimeInMinutes: 0,
      canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes: 5 },
      lifecycleHooks: [],
    });
    await untilStage(world, 'PRODUCTION_TRAFFIC_SHIFT');
    await deploy(world, nextImage(), { strategy: 'ROLLING' });
    expect(await rolloutEnd(world)).toBe('SUCCESSFUL');
    expect(await versionsOf(service.productionUrl, 200)).toEqual({ [`${version}.0.0`]: 200 });
    expect(traffic.failures).toEqual([]);
  });

  it('comes back by itself from a version that never gets healthy', async () => {
    const former = `${version}.0.0`;
    await deploy(world, 'app:broken', {
      ...NOW,
      lifecycleHooks: [],
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    expect(await rolloutEnd(world)).toBe('ROLLBACK_SUCCESSFUL');
    expect(await versionsOf(service.productionUrl, 200)).toEqual({ [former]: 200 });
    expect(traffic.failures).toEqual([]);
  });
});
