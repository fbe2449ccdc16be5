/** How large a task set is to be (reference: ECS semantics 7). */
import type { Scale } from '@aws-sdk/client-ecs';
import type { TaskSet } from '../state/task-set-entity.ts';
import { invalidParameter } from './ecs-errors.ts';

/**
 * The scale of a request; members left out are 0 and PERCENT.
 * @throws AwsError InvalidParameterException
 */
export function checkScale({ value = 0, unit = 'PERCENT' }: Scale): TaskSet['scale'] {
  if (!(value >= 0 && value <= 100))
    throw invalidParameter(`Invalid scale value ${value}. It must be a number from 0 to 100.`);
  return { value, unit };
}
