/** Request ids for a busy port. */
import type { IdSource } from '../../base/ids.ts';

/** One drawn UUID serves this many requests: drawing one for each would be a twentieth of what a request costs. */
const PER_DRAW = 0x1000;

/** UUIDs, each new: all but the last three digits are drawn, those count. */
export function requestIds(ids: Pick<IdSource, 'uuid'>): () => string {
  let drawn = '';
  let used = PER_DRAW;
  return () => {
    if (used === PER_DRAW) {
      drawn = ids.uuid().slice(0, -3);
      used = 0;
    }
    return drawn + (used++).toString(16).padStart(3, '0');
  };
}
