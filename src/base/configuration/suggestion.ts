/** "Did you mean": the known name that a mistyped one is nearest to. */

/**
 * The closest of `known`, if it is close enough to be meant: at most one edit for each three letters, and one
 * more, but never more than half of the letters.
 */
export function suggestion(mistyped: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(mistyped.length / 3) + 2;
  for (const name of known) {
    const distance = editDistance(mistyped.toLowerCase(), name.toLowerCase());
    const isNear = distance * 2 <= Math.max(mistyped.length, name.length);
    if (isNear && distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance: insertions, deletions and substitutions. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = from.charAt(row - 1) === to.charAt(column - 1) ? 0 : 1;
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + substitution,
        ),
      );
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
