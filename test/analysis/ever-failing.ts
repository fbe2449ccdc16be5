/** How often a rule fails at some look, computed over every course that the counts can take. */
import { logBinomial } from '../../src/analysis/binomial.ts';

/** Data that grow by `step` trials a side from look to look. */
export interface Course {
  readonly looks: number;
  readonly step: number;
  /** The true share of events, for each side. */
  readonly shares: readonly number[];
}

/**
 * The probability that the rule fails at one look at least. Nobody stops at a pass: that is the worst that looking can do.
 * @param fails the rule, of the events of each side so far, the trials of a side so far and the number of the look
 */
export function everFailing(
  { looks, step, shares }: Course,
  fails: (events: readonly number[], trials: number, look: number) => boolean,
): number {
  let failed = 0;
  // By the events of each side; what has failed is gone.
  let courses = new Map<string, number>([[shares.map(() => 0).join(), 1]]);
  const added = shares.map((share) =>
    Array.from({ length: step + 1 }, (_, events) => Math.exp(logBinomial(events, step, share))),
  );
  for (let look = 1; look <= looks; look++) {
    for (const side of shares.keys()) courses = grown(courses, side, added[side] ?? []);
    for (const [key, probability] of courses) {
      if (!fails(key.split(',').map(Number), look * step, look)) continue;
      failed += probability;
      courses.delete(key);
    }
  }
  return failed;
}

function grown(
  courses: ReadonlyMap<string, number>,
  side: number,
  added: readonly number[],
): Map<string, number> {
  const result = new Map<string, number>();
  for (const [key, probability] of courses) {
    for (const [more, chance] of added.entries()) {
      // What is as rare as that does not show in the sum.
      if (probability * chance < 1e-13) continue;
      const next = key.split(',').map((events, at) => Number(events) + (at === side ? more : 0));
      const name = next.join();
      result.set(name, (result.get(name) ?? 0) + probability * chance);
    }
  }
  return result;
}
