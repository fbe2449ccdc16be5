/** What `status`, `revisions`, `tasks` and `run` print with `--output json`. */
import { isoTime } from '../base/clock.ts';

/** Members that hold epoch milliseconds. */
const TIMES: ReadonlySet<string> = new Set([
  'at',
  'createdAt',
  'startedAt',
  'stoppedAt',
  'finishedAt',
  'endedAt',
]);

/** As in the result of a rollout: times are ISO 8601, and every member is always there, null where it is not known. */
export function queryJson(result: unknown): string {
  return JSON.stringify(
    result,
    (name, value: unknown) => {
      if (value === undefined) return null;
      return TIMES.has(name) && typeof value === 'number' ? isoTime(value) : value;
    },
    2,
  );
}
