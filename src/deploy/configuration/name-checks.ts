/** Names for the checks that were given none. */
import type { CheckWish } from './analysis-schema.ts';
import type { AnalysisCheck } from './configuration.ts';

/** A check without a name is called by its kind: `http`, then `http-2`, `http-3`. Given names are never taken twice. */
export function nameChecks(checks: readonly CheckWish[]): readonly AnalysisCheck[] {
  const taken = new Set(checks.flatMap(({ name }) => (name === undefined ? [] : [name])));
  return checks.map((check): AnalysisCheck => {
    if (check.name !== undefined) return { ...check, name: check.name };
    let name: string = check.kind;
    for (let number = 2; taken.has(name); number++) name = `${check.kind}-${number}`;
    taken.add(name);
    return { ...check, name };
  });
}
