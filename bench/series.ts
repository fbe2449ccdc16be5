/** Numbers of one kind, measured again and again: what a figure is made of. */

/** The middle one; of an even count, the higher of the two in the middle. @throws Error for none */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new Error('there is no median of no values');
  return middle;
}

/** `12.3 (11.8-14.0)`: the median and the range. */
export function summary(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)}-${most.toFixed(digits)})`;
}

/** Each value against the peer's of the same round: what slows a machine down for a while slows both. */
export function ratios(values: readonly number[], peers: readonly number[]): readonly number[] {
  return values.map((value, round) => {
    const peer = peers[round];
    if (peer === undefined) throw new Error(`round ${round} has no peer`);
    return value / peer;
  });
}
