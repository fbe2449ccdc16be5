/** kill -9 of the control plane in each stage of a canary: the next one goes on where it was, to the right end. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tasksOf } from '../acceptance/service.ts';
import { rolloutEnd, WEB } from './balanced-service.ts';
import { startControlPlane, type ControlPlaneProcess } from './killable.ts';
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
import { versionsOf } from './traffic-split.ts';
import { isAlive, makeFolders, type Folders } from './world.ts';

/** Minutes pass in a second. */
const TIME_SCALE = 60;

function canary(
  hooks: DeploymentConfiguration['lifecycleHooks'] = [],
  bakes: { readonly canary?: number; readonly final?: number } = {},
): DeploymentConfiguration {
  return {
    strategy: 'CANARY',
    bakeTimeInMinutes: bakes.final ?? 0,
    canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes: bakes.canary ?? 0 },
    lifecycleHooks: hooks,
  };
}

describe('a control plane that is killed while traffic is shifted', () => {
  let folders: Folders;
  let controlPlane: ControlPlaneProcess;
  let service: ShiftingService;
  let version = 1;
  const nextImage = (): string => `app:${++version}.0.0`;

  beforeAll(async () => {
    folders = makeFolders();
    controlPlane = await startControlPlane(folders, { timeScale: TIME_SCALE });
    service = await createShiftingService(controlPlane, 'app:1.0.0', canary());
  });
  afterAll(async () => {
    if (isAlive(controlPlane.pid)) await controlPlane.end('SIGTERM');
    folders.remove();
  });

  const killAndStart = async (): Promise<void> => {
    await controlPlane.end('SIGKILL');
    controlPlane = await startControlPlane(folders, { timeScale: TIME_SCALE });
  };
  const runningTasks = async (): Promise<readonly string[]> =>
    (await tasksOf(controlPlane.ecs, WEB))
      .filter(({ lastStatus }) => lastStatus === 'RUNNING')
      .map(({ taskArn = '' }) => taskArn);

  it.each([
    'PRE_SCALE_UP',
    'POST_SCALE_UP',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
  ] as const)('still waits at its pause at %s, and goes on when it is told to', async (stage) => {
    const image = nextImage();
    await deploy(controlPlane, image, canary(pauseAt(stage)));
    let { hookId } = await untilPaused(controlPlane);
    const before = await runningTasks();
    await killAndStart();
    expect(await untilPaused(controlPlane)).toMatchObject({
      hookId,
      deployment: { lifecycleStage: stage },
    });
    expect(await runningTasks()).toEqual(expect.arrayContaining([...before]));
    await proceed(controlPlane, hookId);
    if (stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT') {
      ({ hookId } = await untilPaused(controlPlane, hookId));
      await proceed(controlPlane, hookId);
    }
    expect(await rolloutEnd(controlPlane)).toBe('SUCCESSFUL');
    const tag = `${version}.0.0`;
    expect(await versionsOf(service.productionUrl, 100)).toEqual({ [tag]: 100 });
  });

  it.each([
    { stage: 'SCALE_UP', configuration: canary() },
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', configuration: canary([], { canary: 5 }) },
    { stage: 'BAKE_TIME', configuration: canary([], { final: 5 }) },
    { stage: 'CLEAN_UP', configuration: canary() },
  ])('goes on from $stage', async ({ stage, configuration }) => {
    await deploy(controlPlane, nextImage(), configuration);
    await untilStage(controlPlane, stage);
    await killAndStart();
    expect(await rolloutEnd(controlPlane)).toBe('SUCCESSFUL');
    const tag = `${version}.0.0`;
    expect(await versionsOf(service.productionUrl, 100)).toEqual({ [tag]: 100 });
  });

  it('goes on on its way back', async () => {
    const former = `${version}.0.0`;
    await deploy(controlPlane, 'app:unwanted', canary([], { final: 60 }));
    await untilStage(controlPlane, 'BAKE_TIME');
    await stop(controlPlane);
    await killAndStart();
    expect(await rolloutEnd(controlPlane)).toBe('ROLLBACK_SUCCESSFUL');
    expect(await newest(controlPlane)).toMatchObject({
      sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100, runningTaskCount: 2 }],
    });
    expect(await versionsOf(service.productionUrl, 100)).toEqual({ [former]: 100 });
  });
});
