/** One shift of production traffic. */

/** What a step leads to. */
export interface TrafficStep {
  /** 0.1-100: the new revision's share after it; the former one has the rest. */
  readonly greenPercent: number;
  /** How long it is watched before the next step, in ms. */
  readonly bakeMs: number;
}
