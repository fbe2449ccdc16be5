/** Judgements that need no statistics, and how two of them become one. */
import type { Assessment, Outcome } from '../../analysis/measurement.ts';

/** Longer texts are cut: they stand in one line of a terminal or a record. Characters. */
const LONGEST_TEXT = 400;

/** What a judgement rests on, where it is known. */
export type Numbers = Partial<Omit<Assessment, 'outcome' | 'text'>>;

/** A judgement without, or with some, numbers. */
export function judged(outcome: Outcome, text: string, numbers: Numbers = {}): Assessment {
  return {
    ...NOTHING_MEASURED,
    ...numbers,
    outcome,
    text: cut(text, LONGEST_TEXT),
  };
}

const NOTHING_MEASURED: Omit<Assessment, 'outcome' | 'text'> = {
  value: undefined,
  limit: undefined,
  samples: undefined,
  baseline: undefined,
  confidence: undefined,
};

/** There is nothing to look at. */
export function noData(why: string): Assessment {
  return judged('no-data', why);
}

/** The worse comes later. What cannot be compared at all is worse than what does not decide yet. */
const SEVERITY: readonly Outcome[] = ['pass', 'inconclusive', 'no-data', 'fail'];

/** Both must hold: the worse outcome with the texts of both, and the numbers of the one that decided it before the other's. */
export function both(first: Assessment, second: Assessment): Assessment {
  const isWorse = SEVERITY.indexOf(second.outcome) > SEVERITY.indexOf(first.outcome);
  const [deciding, other] = isWorse ? [second, first] : [first, second];
  return judged(deciding.outcome, `${first.text}; ${second.text}`, {
    value: deciding.value ?? other.value,
    limit: deciding.limit ?? other.limit,
    samples: deciding.samples ?? other.samples,
    baseline: deciding.baseline ?? other.baseline,
    confidence: deciding.confidence ?? other.confidence,
  });
}

/** A text of one line and at most so many characters. */
export function cut(text: string, longest: number): string {
  // Control characters of somebody else's answer would act on the terminal.
  const line = text
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  // Half of a surrogate pair is no character.
  return line.length <= longest
    ? line
    : `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
