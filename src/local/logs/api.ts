/** CloudWatch Logs as the wire serves it. */
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { enumValues } from '../wire/enums.ts';
import type { Handler, ServiceApi } from '../wire/operation.ts';
import { operationsOf } from '../wire/sdk-operations.ts';
import type { LogsDependencies, LogsOperation } from './context.ts';
import { logsOperations } from './handlers.ts';

const OPERATIONS = operationsOf(sdk);

/** The API with its operations bound to their world. */
export function logsApi(dependencies: LogsDependencies): ServiceApi {
  const bind = (operation: LogsOperation<never, object>): Handler => {
    return (input, call) => operation(input, { ...dependencies, call });
  };
  return {
    signingName: 'logs',
    protocols: [{ kind: 'awsJson1_1', targetPrefix: 'Logs_20140328' }],
    operations: OPERATIONS,
    handlers: new Map(
      Object.entries(logsOperations).map(([name, operation]) => [name, bind(operation)]),
    ),
    enums: enumValues({
      DescribeLogGroupsRequest: { logGroupClass: sdk.LogGroupClass },
      DescribeLogStreamsRequest: { orderBy: sdk.OrderBy },
    }),
    invalidInputCode: 'InvalidParameterException',
  };
}
