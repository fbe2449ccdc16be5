/** Calls that failed for good in the middle of a rollout. */
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import type { ServiceName } from '../aws/service-reader.ts';
import type { Ending } from '../verdict/ending.ts';
import { waysOn, whereItStands } from './conclude.ts';
import type { Look } from './observe.ts';

/** The end of a rollout that this client cannot go on with. */
export function failedCall(error: ApiError, name: ServiceName, look: Look | undefined): Ending {
  return {
    verdict: 'error',
    error: describeApiError(error),
    cause: ['the rollout stays where it is', ...whereItStands(look)],
    next: waysOn(name),
  };
}

/** True when ECS does not delete a task set because tasks of it still stop. */
export function isNotEmptyYet(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'InvalidParameterException';
}

/** True when a task set is gone: the next look tells what that means. */
export function isTaskSetGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'TaskSetNotFoundException';
}
