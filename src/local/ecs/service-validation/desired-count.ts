/** How many tasks a service may want (reference: ECS semantics 4.2, 4.3). */
import type { Service } from '../../state/entities.ts';
import { invalidParameter } from '../ecs-errors.ts';

/** This machine is the one container instance of every cluster: a daemon runs once. */
export const DAEMON_COUNT = 1;

/** ECS's quota of tasks for each service. */
const MOST_TASKS = 5_000;

/**
 * The desired count of a new service.
 * @throws AwsError InvalidParameterException
 */
export function desiredCountOfNew(
  given: number | undefined,
  schedulingStrategy: Service['schedulingStrategy'],
): number {
  if (schedulingStrategy === 'DAEMON') {
    if (given !== undefined) throw noCountForDaemon();
    return DAEMON_COUNT;
  }
  if (given === undefined) throw invalidParameter('DesiredCount is missing');
  if (given < 0) throw invalidParameter('DesiredCount can not be lesser than 0');
  return checkedCount(given);
}

/**
 * The desired count after an update.
 * @throws AwsError InvalidParameterException
 */
export function desiredCountOfUpdated(given: number | undefined, service: Service): number {
  if (given === undefined) return service.desiredCount;
  if (service.schedulingStrategy === 'DAEMON') throw noCountForDaemon();
  if (given < 0) throw invalidParameter('Task count can not be lesser than 0');
  return checkedCount(given);
}

/** The wire cannot tell whole numbers from others: the SDK's schemas do not. */
function checkedCount(given: number): number {
  if (Number.isInteger(given) && given <= MOST_TASKS) return given;
  throw invalidParameter(
    `Invalid desiredCount ${given}. It must be a whole number from 0 to ${MOST_TASKS}, the most tasks that a service may have.`,
  );
}

function noCountForDaemon(): Error {
  return invalidParameter(
    'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
  );
}
