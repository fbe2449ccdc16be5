/** Which tasks a rollout had to wait for, one after another. Times are epoch milliseconds. */

/** What is known of one task. */
export interface TaskLife {
  readonly id: string;
  /** Of the revision that the rollout brings. */
  readonly isNew: boolean;
  readonly createdAt: number;
  readonly healthyAt: number | undefined;
  readonly stoppingAt: number | undefined;
  readonly stoppedAt: number | undefined;
}

/** One task's work on the path: of a new task from creation to healthy, of an old one from stopping to stopped. */
export interface Link {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The path in the order of time.
 * @param begin when the rollout was asked for: what began before is none of its work
 * @param end when the rollout was complete and its old tasks were gone
 */
export function criticalPath(
  lives: readonly TaskLife[],
  begin: number,
  end: number,
): readonly Link[] {
  const isOurs = ({ from }: Link): boolean => from >= begin;
  const starts = lives.flatMap(({ id, isNew, createdAt, healthyAt }) =>
    isNew && healthyAt !== undefined ? [{ id, from: createdAt, to: healthyAt }] : [],
  );
  const stops = lives.flatMap(({ id, isNew, stoppingAt, stoppedAt }) =>
    !isNew && stoppingAt !== undefined && stoppedAt !== undefined
      ? [{ id, from: stoppingAt, to: stoppedAt }]
      : [],
  );
  const path: Link[] = [];
  let [wanted, other] = [stops.filter(isOurs), starts.filter(isOurs)];
  for (let at = end; ; [wanted, other] = [other, wanted]) {
    const cause = lastToEnd(wanted, at);
    if (cause === undefined) return path;
    path.unshift(cause);
    at = cause.from;
  }
}

/** What had ended last at that time: that is what was waited for. */
function lastToEnd(links: readonly Link[], at: number): Link | undefined {
  return links.reduce<Link | undefined>(
    (last, link) => (link.to <= at && link.to >= (last?.to ?? 0) ? link : last),
    undefined,
  );
}
