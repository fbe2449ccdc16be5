import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type { DataPlaneEvent } from '../../../src/local/balancer/data-plane.ts';
import { TargetGroup } from '../../../src/local/balancer/target-group.ts';
import { atEnd, CHECK, freePort, group, startApp, target, until } from './fixtures.ts';

describe('slow start', () => {
  it('gives a target that joined a serving group a growing share of the requests', async () => {
    const app = await startApp((_request, response) => response.end());
    const clock = new VirtualClock();
    const events: DataPlaneEvent[] = [];
    const serving = target(app.port);
    const joining = target(app.port, { id: '10.0.0.2', health: 'initial' });
    const config = group([serving, joining], {
      healthCheck: { ...CHECK, intervalSeconds: 1_000_000, timeoutSeconds: 900_000 },
      slowStartSeconds: 30,
    });
    const warming = new TargetGroup(config, clock, (event) => events.push(event));
    atEnd(() => warming.destroy());
    await clock.advance(0);
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ id: joining.id, state: 'healthy' }]);

    const share = (): number => {
      let count = 0;
      for (let at = 0; at < 90; at++)
        if (warming.choose(undefined)?.target.id === joining.id) count++;
      return count;
    };
    expect(share()).toBeLessThanOrEqual(1);
    await clock.advance(15_000);
    expect(Math.abs(share() - 30)).toBeLessThanOrEqual(1);
    await clock.advance(15_000);
    expect(Math.abs(share() - 45)).toBeLessThanOrEqual(1);
  });

  it('is not for a target without a serving one beside it', async () => {
    const app = await startApp((_request, response) => response.end());
    const clock = new VirtualClock();
    const events: DataPlaneEvent[] = [];
    const gone = target(await freePort(), { id: '10.0.0.2', health: 'unhealthy' });
    const config = group([target(app.port, { health: 'initial' }), gone], {
      healthCheck: { ...CHECK, intervalSeconds: 1_000_000, timeoutSeconds: 900_000 },
      slowStartSeconds: 30,
    });
    const alone = new TargetGroup(config, clock, (event) => events.push(event));
    atEnd(() => alone.destroy());
    await clock.advance(0);
    await until(() => events.length > 0);
    alone.update({ ...config, targets: config.targets.map((one) => ({ ...one })) });
    expect(alone.choose(undefined)?.target.slowStartedAt).toBeUndefined();
  });
});
