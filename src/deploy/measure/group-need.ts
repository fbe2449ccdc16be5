/** Which checks have to know the target groups of the two versions. Pure. */
import { unreachable } from '../../base/errors.ts';
import type { AnalysisCheck } from '../configuration/configuration.ts';
import type { JsonObject } from '../definition/json.ts';

/** `helps`: it measures without them, and knows more with them. */
export type GroupNeed = 'needed' | 'helps' | 'none';

/** How much a check needs them. */
export function groupNeed(check: AnalysisCheck): GroupNeed {
  switch (check.kind) {
    case 'target_5xx_ratio':
    case 'target_response_time':
      return 'needed';
    case 'cloudwatch':
      // How far CloudWatch has come is told by the hosts of the target group; without math every datapoint was published.
      return hasMath(check.queries) ? 'helps' : 'none';
    case 'prometheus':
    case 'http':
      return 'none';
    default:
      return unreachable(check);
  }
}

/** True where a query computes. */
export function hasMath(queries: readonly JsonObject[]): boolean {
  return queries.some(({ Expression }) => Expression !== undefined);
}
