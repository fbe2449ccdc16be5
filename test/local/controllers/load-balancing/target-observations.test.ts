import { describe, expect, it } from 'vitest';
import type { DataPlaneEvent } from '../../../../src/local/balancer/data-plane.ts';
import { TargetObservations } from '../../../../src/local/controllers/load-balancing/target-observations.ts';
import { silentLog } from '../../../../src/local/log.ts';
import { targetKey } from '../../../../src/local/state/store.ts';
import { World } from '../../elbv2/world.ts';

/** A group with one target, and what observes it; nothing forwards to the group unless said. */
async function observed(options: { readonly inUse: boolean }) {
  const world = new World();
  const group = await world.group('tg');
  if (options.inUse) await world.listener(await world.balancer(), 8080, group);
  const input = { TargetGroupArn: group, Targets: [{ Id: '10.0.0.1', Port: 80 }] };
  await world.call('RegisterTargets', input);
  const observations = new TargetObservations({
    store: world.store,
    clock: world.clock,
    log: silentLog,
  });
  const name = { targetGroupArn: group, id: '10.0.0.1', port: 80 };
  const saw = (state: 'healthy' | 'unhealthy'): DataPlaneEvent => ({
    kind: 'target-health',
    ...name,
    state,
  });
  const drained: DataPlaneEvent = { kind: 'target-drained', ...name };
  const stored = () => world.store.targets.get(targetKey(name));
  return { world, group, input, observations, saw, drained, stored };
}

describe('an observation', () => {
  it('is written in the next turn, all of one instant together', async () => {
    const { world, observations, saw, stored } = await observed({ inUse: true });
    let transactions = 0;
    world.store.onChange(() => transactions++);
    observations.observe(saw('healthy'));
    observations.observe(saw('unhealthy'));
    expect(stored()?.health).toBe('initial');
    await world.clock.advance(0);
    expect(stored()?.health).toBe('unhealthy');
    expect(transactions).toBe(1);
  });

  it('that a target drained does not remove one that was registered again meanwhile', async () => {
    const { world, input, observations, drained, stored } = await observed({ inUse: true });
    await world.call('DeregisterTargets', input);
    await world.call('RegisterTargets', input);
    observations.observe(drained);
    await world.clock.advance(0);
    expect(stored()).toMatchObject({ health: 'initial' });
  });

  it('of the health of a draining target is not worth writing', async () => {
    const { world, input, observations, saw, stored } = await observed({ inUse: true });
    await world.call('DeregisterTargets', input);
    observations.observe(saw('unhealthy'));
    await world.clock.advance(0);
    expect(stored()?.health).toBe('initial');
  });

  it('of a target that is gone changes nothing', async () => {
    const { world, group, observations, saw, drained, stored } = await observed({ inUse: false });
    await world.call('DeleteTargetGroup', { TargetGroupArn: group });
    observations.observe(saw('healthy'));
    observations.observe(drained);
    await world.clock.advance(0);
    expect(stored()).toBeUndefined();
  });

  it('that was kept aside gives way to a newer one', async () => {
    const { world, group, observations, saw, stored } = await observed({ inUse: false });
    observations.observe(saw('healthy'));
    await world.clock.advance(0);
    expect(stored()?.health).toBe('initial');
    await world.listener(await world.balancer(), 8080, group);
    observations.useChanged(group);
    observations.observe(saw('unhealthy'));
    await world.clock.advance(0);
    expect(stored()?.health).toBe('unhealthy');
  });

  it('that was kept aside is forgotten with its target', async () => {
    const { world, group, input, observations, saw, stored } = await observed({ inUse: false });
    observations.observe(saw('healthy'));
    await world.clock.advance(0);
    const target = stored();
    if (target === undefined) throw new Error('the target is missing');
    world.store.transaction(() => world.store.targets.delete(targetKey(target)));
    observations.forget(target);
    await world.call('RegisterTargets', input);
    await world.listener(await world.balancer(), 8080, group);
    observations.useChanged(group);
    await world.clock.advance(0);
    expect(stored()?.health).toBe('initial');
  });
});
