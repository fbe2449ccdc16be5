import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { startDrain } from '../../../src/local/balancer/drain.ts';

function draining(delayMs: number, requests: number) {
  const clock = new VirtualClock();
  const state = { inFlight: requests, drained: [] as number[] };
  const drain = startDrain(
    clock,
    delayMs,
    () => state.inFlight,
    () => state.drained.push(clock.monotonic()),
  );
  const endOne = (): void => {
    state.inFlight--;
    drain.requestEnded();
  };
  return { clock, state, drain, endOne };
}

describe('startDrain', () => {
  it('ends at once, but not before it has returned, when nothing is in flight', async () => {
    const { clock, state } = draining(30_000, 0);
    expect(state.drained).toEqual([]);
    await clock.advance(0);
    expect(state.drained).toEqual([0]);
  });

  it('ends with the last request, once', async () => {
    const { clock, state, endOne } = draining(30_000, 2);
    await clock.advance(1000);
    endOne();
    expect(state.drained).toEqual([]);
    await clock.advance(1000);
    endOne();
    await clock.advance(100_000);
    expect(state.drained).toEqual([2000]);
  });

  it('ends with the delay when a request takes longer, once', async () => {
    const { clock, state, endOne } = draining(30_000, 1);
    await clock.advance(40_000);
    expect(state.drained).toEqual([30_000]);
    endOne();
    expect(state.drained).toEqual([30_000]);
  });

  it('says nothing after it was cancelled', async () => {
    const { clock, state, drain, endOne } = draining(30_000, 1);
    drain.cancel();
    endOne();
    await clock.advance(100_000);
    expect(state.drained).toEqual([]);
  });
});
