import { describe, expect, it } from 'vitest';
import { ScaledClock } from '../../src/base/scaled-clock.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';

describe('a scaled clock', () => {
  it('runs so many times as fast as the one beneath it, from where it was set', async () => {
    const base = new VirtualClock(1_000_000);
    const clock = new ScaledClock(base, 60, { baseAt: 1_000_000, at: 5_000_000 });
    expect(clock.now()).toBe(5_000_000);
    await base.advance(1000);
    expect(clock.now()).toBe(5_060_000);
    expect(clock.monotonic()).toBe(60_000);
  });

  it('waits a fraction of what it is asked to', async () => {
    const base = new VirtualClock();
    const clock = new ScaledClock(base, 60, { baseAt: base.now(), at: base.now() });
    const fired: number[] = [];
    clock.setTimer(600_000, () => fired.push(base.monotonic()));
    clock.setTimer(600_001, () => fired.push(-1)).cancel();
    void clock.sleep(60_000).then(() => fired.push(base.monotonic()));
    await base.advance(20_000);
    expect(fired).toEqual([1000, 10_000]);
  });
});
