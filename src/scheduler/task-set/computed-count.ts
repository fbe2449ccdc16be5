/** How many tasks a task set is to have (reference: ECS semantics 7). */

/**
 * The share of the service's desired count, rounded up: 1.2 tasks are 2.
 * @param scalePercent 0-100, with or without a fraction
 */
export function computedDesiredCount(desiredCount: number, scalePercent: number): number {
  // 3000 x 1.1 % comes out a hair above the 33 that it is; twelve digits are more than any scale is given with.
  return Math.ceil(Number(((desiredCount * scalePercent) / 100).toPrecision(12)));
}
