/** DeregisterTaskDefinition: a revision becomes INACTIVE; what runs with it goes on and can scale (reference: 3.4). */
import type {
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../context.ts';
import { clientException, invalidParameter } from '../ecs-errors.ts';
import {
  findTaskDefinition,
  parseTaskDefinitionReference,
} from '../lookup/find-task-definition.ts';
import { presentTaskDefinition } from '../presentation/present-task-definition.ts';

/**
 * Deregistering again is no error. The first answer does not show `deregisteredAt`; later reads do.
 * @throws AwsError InvalidParameterException `Revision is missing`, ClientException for unknown and deleted revisions
 */
export const deregisterTaskDefinition: EcsOperation<
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse
> = (input, context) => {
  const { store, clock } = context;
  const reference = input.taskDefinition ?? '';
  if (parseTaskDefinitionReference(reference, context).revision === undefined)
    throw invalidParameter('Revision is missing');
  const found = findTaskDefinition(reference, context);
  if (found === undefined) throw clientException('Unable to describe task definition.');
  switch (found.status) {
    case 'DELETE_IN_PROGRESS':
      throw clientException(
        'The task definition could not be deregistered because it is in the process of being deleted.',
      );
    case 'INACTIVE':
      return { taskDefinition: presentTaskDefinition(found) };
    case 'ACTIVE': {
      const inactive = { ...found, status: 'INACTIVE' as const };
      store.transaction(() =>
        store.taskDefinitions.put(found.taskDefinitionArn, {
          ...inactive,
          deregisteredAt: clock.now(),
        }),
      );
      return { taskDefinition: presentTaskDefinition(inactive) };
    }
  }
};
