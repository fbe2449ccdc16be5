/** Which capacity provider of a strategy the next task goes to. */

/** One item of a strategy, complete. */
export interface StrategyItem {
  readonly capacityProvider: string;
  /** 0-1000: share of the tasks beyond the bases. */
  readonly weight: number;
  /** 0-100000: so many tasks go to it first. */
  readonly base: number;
}

/**
 * The provider for one more task: first whoever is below its base, then whoever is furthest below its share by weight, the
 * earlier in the strategy where two are equal.
 * @param counts how many tasks each provider has
 */
export function nextCapacityProvider(
  strategy: readonly StrategyItem[],
  counts: Readonly<Record<string, number>>,
): string | undefined {
  const countOf = (item: StrategyItem): number => counts[item.capacityProvider] ?? 0;
  const belowBase = strategy.find((item) => countOf(item) < item.base);
  if (belowBase !== undefined) return belowBase.capacityProvider;
  let best: StrategyItem | undefined;
  for (const item of strategy) {
    if (item.weight === 0) continue;
    const load = (countOf(item) - item.base) / item.weight;
    if (best === undefined || load < (countOf(best) - best.base) / best.weight) best = item;
  }
  return best?.capacityProvider;
}
