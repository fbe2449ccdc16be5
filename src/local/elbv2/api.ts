/** Elastic Load Balancing as the wire serves it. */
import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handler, ServiceApi } from '../wire/operation.ts';
import { operationsOf } from '../wire/sdk-operations.ts';
import type { Elbv2Dependencies, Elbv2Operation } from './context.ts';
import { elbv2Enums } from './enums.ts';
import { elbv2Operations } from './handlers.ts';

const OPERATIONS = operationsOf(sdk);

/** The API with its operations bound to their world. */
export function elbv2Api(dependencies: Elbv2Dependencies): ServiceApi {
  const bind = (operation: Elbv2Operation<never, object>): Handler => {
    return (input, call) => operation(input, { ...dependencies, call });
  };
  return {
    signingName: 'elasticloadbalancing',
    protocols: [
      {
        kind: 'awsQuery',
        version: '2015-12-01',
        xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
      },
    ],
    operations: OPERATIONS,
    handlers: new Map(
      Object.entries(elbv2Operations).map(([name, operation]) => [name, bind(operation)]),
    ),
    enums: elbv2Enums,
    invalidInputCode: 'ValidationError',
  };
}
