import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherAtLeast } from '../../src/analysis/fisher.ts';
import type { Proportion } from '../../src/analysis/measurement.ts';
import { exactFisher } from './exact.ts';

const of = (events: number, trials: number): Proportion => ({ events, trials });

const proportion = (most: number): fc.Arbitrary<Proportion> =>
  fc.nat(most).chain((trials) => fc.nat(trials).map((events) => of(events, trials)));

describe("Fisher's exact test", () => {
  it('is that of counting every case, for all tables of 9 against 12', () => {
    for (let green = 0; green <= 9; green++) {
      for (let blue = 0; blue <= 12; blue++) {
        const wanted = exactFisher(green, 9, green + blue, 21);
        expect(fisherAtLeast(of(green, 9), of(blue, 12)) / wanted).toBeCloseTo(1, 12);
      }
    }
  });

  it('is that of counting every case, for any table of up to 80', () => {
    fc.assert(
      fc.property(proportion(80), proportion(80), (green, blue) => {
        const [events, trials] = [green.events + blue.events, green.trials + blue.trials];
        const wanted = exactFisher(green.events, green.trials, events, trials);
        expect(fisherAtLeast(green, blue) / wanted).toBeCloseTo(1, 11);
      }),
    );
  });

  // Summed with 50 digits.
  it.each([
    [of(24, 2000), of(6, 2000), 0.000687602038499666],
    [of(5, 200), of(0, 1800), 9.5563860214426e-6],
    [of(1_003_000, 1e9), of(1_000_000, 1e9), 0.0169993641990633],
    [of(500_060_000, 1e9), of(500_000_000, 1e9), 0.00364566650392895],
    [of(1500, 1e6), of(1_000_000, 1e9), 3.15313410439408e-49],
    [of(12_000, 1e7), of(10_000, 1e7), 8.49152785475193e-42],
  ])('of %o against %o is %d, to eleven digits', (green, blue, wanted) => {
    expect(fisherAtLeast(green, blue) / wanted).toBeCloseTo(1, 11);
  });

  it('says nothing where a side is empty', () => {
    expect(fisherAtLeast(of(0, 0), of(3, 9))).toBe(1);
    expect(fisherAtLeast(of(3, 9), of(0, 0))).toBe(1);
    expect(fisherAtLeast(of(0, 0), of(0, 0))).toBe(1);
  });

  it('says nothing where nothing, or everything, failed', () => {
    expect(fisherAtLeast(of(0, 7), of(0, 9))).toBe(1);
    expect(fisherAtLeast(of(7, 7), of(9, 9))).toBe(1);
  });

  it('stays a probability up to a billion requests a side, and falls with the events of green', () => {
    const size = fc.constantFrom(1e3, 1e6, 1e9);
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, size, unit, unit, (greens, blues, green, blue) => {
        const events = Math.floor(green * (greens - 1));
        const base = of(Math.round(blue * blues), blues);
        const p = fisherAtLeast(of(events, greens), base);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(fisherAtLeast(of(events + 1, greens), base)).toBeLessThanOrEqual(p + 1e-11);
      }),
    );
  });

  it('is the same with events and versions exchanged, and its complement is the other side', () => {
    fc.assert(
      fc.property(proportion(100_000), proportion(100_000), (green, blue) => {
        const events = green.events + blue.events;
        const trials = green.trials + blue.trials;
        const p = fisherAtLeast(green, blue);
        const exchanged = fisherAtLeast(
          of(green.events, events),
          of(green.trials - green.events, trials - events),
        );
        expect(exchanged).toBeCloseTo(p, 11);
        if (green.events === 0 || blue.events === blue.trials) return;
        const less = fisherAtLeast(
          of(green.trials - green.events + 1, green.trials),
          of(blue.trials - blue.events - 1, blue.trials),
        );
        expect(p + less).toBeCloseTo(1, 11);
      }),
    );
  });
});
