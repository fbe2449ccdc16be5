/** How many tasks a service must and may have during a deployment. */

/** Counts of tasks. */
export interface Bounds {
  /** So many tasks stay running and healthy. */
  readonly lower: number;
  /** No more tasks than this exist at once, those that are stopping included. */
  readonly upper: number;
}

/**
 * lower = ceil(desired x minimum / 100), upper = floor(desired x maximum / 100): ECS rounds the minimum up and the maximum
 * down (reference: ECS semantics 5.1). Desired 2, minimum 75: 2 stay. Desired 3, maximum 125: 3 may exist.
 */
export function taskBounds(
  desiredCount: number,
  rules: { readonly minimumHealthyPercent: number; readonly maximumPercent: number },
): Bounds {
  return {
    lower: Math.ceil((desiredCount * rules.minimumHealthyPercent) / 100),
    upper: Math.floor((desiredCount * rules.maximumPercent) / 100),
  };
}
