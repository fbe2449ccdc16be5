import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { apiClock } from '../../src/local/api-clock.ts';

describe('the time of the API', () => {
  let folder: string;
  let path: string;
  let machine: VirtualClock;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fairlead-time-'));
    path = join(folder, 'time.json');
    machine = new VirtualClock(1_000_000_000_000);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is that of the machine unless it is scaled', () => {
    expect(apiClock(machine, 1, path)).toBe(machine);
  });

  it('runs on while the local ECS is down, and never goes back when it is started with another scale', async () => {
    const first = apiClock(machine, 60, path);
    expect(first.now()).toBe(machine.now());
    await machine.advance(60_000);
    const reached = first.now();
    expect(reached - 1_000_000_000_000).toBe(3_600_000);
    const second = apiClock(machine, 1, path);
    expect(second.now()).toBe(reached);
    await machine.advance(60_000);
    expect(second.now()).toBe(reached + 60_000);
    expect(apiClock(machine, 100, path).now()).toBe(reached + 60_000);
  });

  it('is not kept without a folder', () => {
    expect(apiClock(machine, 60, undefined).now()).toBe(machine.now());
  });

  it.each([0, 0.5, 10_001, Number.NaN])('refuses %s as a scale', (scale) => {
    expect(() => apiClock(machine, scale, path)).toThrow('is not from 1 to 10000');
  });

  it('says what to do when what was kept cannot be read', () => {
    writeFileSync(path, '{"scale":60}');
    expect(() => apiClock(machine, 60, path)).toThrow(`${path} does not say how time passes.`);
  });
});
