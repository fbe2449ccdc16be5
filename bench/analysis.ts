/**
 * How often the analysis is wrong: the share of healthy versions that it calls bad (false alarms) and of versions with twice the
 * errors that it does not (misses), by simulation, beside the rules that one would write down without thinking, on the same
 * numbers. Run alone by `node bench/analysis.ts [SEED]`.
 */
import { shareThatReaches } from '../src/analysis/binomial.ts';
import { compareProportions } from '../src/analysis/comparison.ts';
import type { Outcome, Proportion } from '../src/analysis/measurement.ts';
import { assessRatio } from '../src/analysis/ratio.ts';
import { seededRandom, type Random } from '../src/base/random.ts';

const ROUNDS = 3000;
const LOOKS = 20;
const MIN_SAMPLES = 200;
const ALLOWED = 0.05;

/** What a plain z-test takes for certain: one-sided, 5 %. */
const Z_CERTAIN = 1.6449;

/** Two versions under traffic; sizes are requests a look. */
interface Scenario {
  readonly green: number;
  readonly blue: number;
  /** The old version's true share of errors. */
  readonly share: number;
}

/** How many of the rounds each rule called bad. */
interface Counts {
  ours: number;
  naive: number;
  zTest: number;
  undecided: number;
}

const SINGLE: readonly Scenario[] = [0.001, 0.01, 0.05, 0.3].flatMap((share) => [
  { green: 200, blue: 200, share },
  { green: 200, blue: 1800, share },
  { green: 2000, blue: 2000, share },
]);

const GROWING: readonly Scenario[] = [0.001, 0.01, 0.05, 0.3].flatMap((share) => [
  { green: 200, blue: 200, share },
  { green: 100, blue: 900, share },
  { green: 1000, blue: 1000, share },
]);

/** Expected errors of the old version from few to many. */
const DOUBLED: readonly Scenario[] = [
  { green: 500, blue: 500, share: 0.01 },
  { green: 1000, blue: 1000, share: 0.01 },
  { green: 2000, blue: 2000, share: 0.01 },
  { green: 4000, blue: 4000, share: 0.01 },
  { green: 2000, blue: 18_000, share: 0.01 },
  { green: 500, blue: 500, share: 0.1 },
];

/** Runs the bench and prints every rate with its 95 % confidence interval. */
export function run(seed = 1): void {
  const random = seededRandom(seed);
  console.log(`analysis, seed ${seed}; in brackets: 95 % confidence interval`);

  console.log('identical versions called bad: ours | green ratio > blue ratio | z-test 5 %');
  const one = SINGLE.map((scenario) => tell(scenario, 1, 1, random));
  console.log(`the same with ${LOOKS} looks at growing data, sizes a look`);
  const many = GROWING.map((scenario) => tell(scenario, 1, LOOKS, random));
  console.log('versions with twice the errors not called bad, one look');
  for (const scenario of DOUBLED) tell(scenario, 2, 1, random);
  console.log(`the same with ${LOOKS} looks at growing data, sizes a look`);
  for (const { green, blue, share } of DOUBLED)
    tell({ green: green / 10, blue: blue / 10, share }, 2, LOOKS, random);

  console.log(
    'a limit of 1 %: called bad | observed > limit, at half the limit; missed at twice the limit',
  );
  for (const trials of [200, 1000, 5000]) againstLimit(trials, random);

  const ours = worst(many, 'ours');
  const zTest = worst(many, 'zTest');
  console.log(
    `worst false-alarm rate: one look ${rate(worst(one, 'ours'))}, beside ${rate(worst(one, 'naive'))} of green > blue; ` +
      `${LOOKS} looks ${rate(ours)}, beside ${rate(zTest)} of the z-test: ${(ours / zTest).toFixed(2)} times; ` +
      `goal at most ${percent(ALLOWED)}`,
  );
}

function tell(scenario: Scenario, worse: number, looks: number, random: Random): Counts {
  const counts = simulate(scenario, worse, looks, random);
  const { green, blue, share } = scenario;
  const shown = (bad: number): string => rate(worse === 1 ? bad : ROUNDS - bad);
  const undecided = counts.undecided === 0 ? '' : `; undecided ${rate(counts.undecided)}`;
  console.log(
    `  ${percent(share)} of ${green} against ${blue}: ` +
      `${shown(counts.ours)} | ${shown(counts.naive)} | ${shown(counts.zTest)}${undecided}`,
  );
  return counts;
}

/** Nobody stops at a pass: that is the worst that looking can do. `undecided` counts the last look. */
function simulate(
  { green, blue, share }: Scenario,
  worse: number,
  looks: number,
  random: Random,
): Counts {
  const outcomeOf = comparer();
  const counts: Counts = { ours: 0, naive: 0, zTest: 0, undecided: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    let [newer, older] = [
      { events: 0, trials: 0 },
      { events: 0, trials: 0 },
    ];
    const bad = { ours: false, naive: false, zTest: false };
    let outcome: Outcome = 'no-data';
    for (let look = 1; look <= looks; look++) {
      newer = grown(newer, green, share * worse, random);
      older = grown(older, blue, share, random);
      if (!bad.ours) outcome = outcomeOf(newer, older, look);
      bad.ours ||= outcome === 'fail';
      bad.naive ||= newer.events / newer.trials > older.events / older.trials;
      bad.zTest ||= zOf(newer, older) > Z_CERTAIN;
    }
    if (bad.ours) counts.ours++;
    if (bad.naive) counts.naive++;
    if (bad.zTest) counts.zTest++;
    if (outcome === 'inconclusive') counts.undecided++;
  }
  return counts;
}

/** The same counts come again and again; the analysis is pure. */
function comparer(): (green: Proportion, blue: Proportion, look: number) => Outcome {
  const known = new Map<string, Outcome>();
  return (green, blue, look) => {
    const key = `${look} ${green.events} ${blue.events}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const rule = { minSamples: MIN_SAMPLES, what: '5XX', look };
    const { outcome } = compareProportions(green, blue, rule);
    known.set(key, outcome);
    return outcome;
  };
}

function againstLimit(trials: number, random: Random): void {
  const max = 0.01;
  const rule = { max, minSamples: MIN_SAMPLES, what: '5XX' };
  const [alarms, undecided, plain, missed, plainMissed] = [0, 0, 0, 0, 0].map(() => ({
    rounds: 0,
  }));
  const note = (counter: { rounds: number } | undefined, happened: boolean): void => {
    if (happened && counter !== undefined) counter.rounds++;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const healthy = { events: binomial(trials, max / 2, random), trials };
    const { outcome } = assessRatio(healthy, rule);
    note(alarms, outcome === 'fail');
    note(undecided, outcome === 'inconclusive');
    note(plain, healthy.events > max * trials);
    const sick = { events: binomial(trials, max * 2, random), trials };
    note(missed, assessRatio(sick, rule).outcome === 'pass');
    note(plainMissed, sick.events <= max * trials);
  }
  const shown = [alarms, plain, missed, plainMissed, undecided].map((one) =>
    rate(one?.rounds ?? 0),
  );
  console.log(
    `  ${trials} requests: ${shown[0]} | ${shown[1]}; missed ${shown[2]} | ${shown[3]}; ` +
      `looks again at half the limit: ${shown[4]}`,
  );
}

function grown(
  { events, trials }: Proportion,
  more: number,
  share: number,
  random: Random,
): Proportion {
  return { events: events + binomial(more, share, random), trials: trials + more };
}

function zOf(green: Proportion, blue: Proportion): number {
  const pooled = (green.events + blue.events) / (green.trials + blue.trials);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / green.trials + 1 / blue.trials));
  const apart = green.events / green.trials - blue.events / blue.trials;
  return deviation === 0 ? 0 : apart / deviation;
}

/** Draws how many of the trials are events, from one event to the next: nothing of the analysis is in it. */
function binomial(trials: number, share: number, random: Random): number {
  const scale = 1 / Math.log1p(-share);
  let events = 0;
  for (let at = 0; ; events++) {
    // 1 - fraction() is never 0.
    at += 1 + Math.floor(Math.log(1 - random.fraction()) * scale);
    if (at > trials) return events;
  }
}

function worst(all: readonly Counts[], rule: 'ours' | 'naive' | 'zTest'): number {
  return Math.max(...all.map((counts) => counts[rule]));
}

/** `1.20 % (0.92-1.54)`: with Clopper and Pearson's interval. */
function rate(rounds: number): string {
  const least = rounds === 0 ? 0 : shareThatReaches(rounds, ROUNDS, 0.025);
  const most = rounds === ROUNDS ? 1 : shareThatReaches(rounds + 1, ROUNDS, 0.975);
  return `${percent(rounds / ROUNDS)} (${(100 * least).toFixed(2)}-${(100 * most).toFixed(2)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

if (import.meta.main) run(Number(process.argv[2] ?? 1));
