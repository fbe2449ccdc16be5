/** Long waits in a fraction of their time, said in each answer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rolloutEnd } from './balanced-service.ts';
import { createShiftingService, deploy, newest } from './shifting-service.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ timeScale: 600 });
});
afterAll(() => world.close());

it('bakes for an hour of the times that the API shows', async () => {
  const service = await createShiftingService(world, 'app:1.0.0', {
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 0,
  });
  const scales: (string | undefined)[] = [];
  world.ecs.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers: Record<string, string> };
      scales.push(headers['x-fairlead-time-scale']);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  await deploy(world, 'app:2.0.0', {
    strategy: 'CANARY',
    bakeTimeInMinutes: 20,
    canaryConfiguration: { canaryPercent: 50, canaryBakeTimeInMinutes: 40 },
  });
  expect(await rolloutEnd(world)).toBe('SUCCESSFUL');
  const { startedAt, finishedAt } = await newest(world);
  const minutes = ((finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)) / 60_000;
  expect(minutes).toBeGreaterThanOrEqual(60);
  expect(new Set(scales)).toEqual(new Set(['600']));
  const response = await fetch(service.productionUrl);
  expect(response.headers.get('x-app-version')).toBe('2.0.0');
});
