/** The operations of an AWS model, as the SDK's package exports their schemas: `CreateService$`, ... */
import type { StaticOperationSchema } from '@smithy/types';

/** The first element of an operation's schema (StaticSchemaIdOperation). */
const OPERATION = 9;

/**
 * Every operation of the model by name.
 * @param sdk the client package's module namespace (`import * as sdk`)
 */
export function operationsOf(sdk: object): ReadonlyMap<string, StaticOperationSchema> {
  const operations = Object.values(sdk).filter(isOperation);
  return new Map(operations.map((schema) => [schema[2], schema]));
}

function isOperation(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === OPERATION;
}
