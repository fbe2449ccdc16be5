/** Amazon ECS as the wire serves it: every operation of the model, and those that are built. */
import * as sdk from '@aws-sdk/client-ecs';
import type { Handler, ServiceApi } from '../wire/operation.ts';
import { operationsOf } from '../wire/sdk-operations.ts';
import type { EcsDependencies, EcsOperation } from './context.ts';
import { ecsEnumMessages, ecsEnums } from './enums.ts';
import { ecsFractions } from './fractions.ts';
import { definitionHandlers } from './handlers-definitions.ts';
import { serviceHandlers } from './handlers-services.ts';
import { taskSetHandlers } from './handlers-task-sets.ts';

const OPERATIONS = operationsOf(sdk);

/** The API over one state. */
export function ecsApi(dependencies: EcsDependencies): ServiceApi {
  const built: Readonly<Record<string, EcsOperation<never, object>>> = {
    ...definitionHandlers,
    ...serviceHandlers,
    ...taskSetHandlers,
  };
  return {
    signingName: 'ecs',
    protocols: [{ kind: 'awsJson1_1', targetPrefix: 'AmazonEC2ContainerServiceV20141113' }],
    operations: OPERATIONS,
    handlers: new Map(
      Object.entries(built).map(([name, operation]): [string, Handler] => [
        name,
        (input, call) => operation(input, { ...dependencies, call }),
      ]),
    ),
    enums: ecsEnums,
    enumMessages: ecsEnumMessages,
    fractions: ecsFractions,
    invalidInputCode: 'InvalidParameterException',
  };
}
