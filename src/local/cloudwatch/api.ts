/** CloudWatch as the wire serves it: awsJson1_0 for today's clients, awsQuery for the AWS CLI before them. */
import * as sdk from '@aws-sdk/client-cloudwatch';
import type { Handler, ServiceApi } from '../wire/operation.ts';
import { operationsOf } from '../wire/sdk-operations.ts';
import type { CloudWatchDependencies, CloudWatchOperation } from './context.ts';
import { cloudWatchEnums, cloudWatchFractions } from './enums.ts';
import { cloudWatchOperations } from './handlers.ts';

const OPERATIONS = operationsOf(sdk);

/** The API with its operations bound to their world. */
export function cloudWatchApi(dependencies: CloudWatchDependencies): ServiceApi {
  const bind = (operation: CloudWatchOperation<never, object>): Handler => {
    return (input, call) => operation(input, { ...dependencies, call });
  };
  return {
    signingName: 'monitoring',
    protocols: [
      { kind: 'awsJson1_0', targetPrefix: 'GraniteServiceVersion20100801' },
      {
        kind: 'awsQuery',
        version: '2010-08-01',
        xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      },
    ],
    operations: OPERATIONS,
    handlers: new Map(
      Object.entries(cloudWatchOperations).map(([name, operation]) => [name, bind(operation)]),
    ),
    enums: cloudWatchEnums,
    fractions: cloudWatchFractions,
    invalidInputCode: 'ValidationException',
    invalidInputQueryCode: 'ValidationError',
    compressedRequests: true,
  };
}
