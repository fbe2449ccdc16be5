/** Which operation a request means, among the APIs that are served. */
import type { StaticOperationSchema } from '@smithy/types';
import type { Handler, ServiceApi } from './operation.ts';
import { ShapeCompiler, type OperationShape } from './shape.ts';
import { wireFault, type ProtocolKind } from './wire-fault.ts';

/** An operation that the model of a served API has. */
export interface Operation {
  readonly name: string;
  readonly api: ServiceApi;
  /** Empty for an API that is not XML. */
  readonly xmlNamespace: string;
  /** Compiled at the first call. */
  shape(): OperationShape;
  /** @throws AwsError naming the operation when it is not built */
  handler(): Handler;
}

/** The operations of a set of APIs, by what requests call them. */
export class ApiRegistry {
  readonly #apis: Readonly<Record<ProtocolKind, Map<string, ReadonlyMap<string, Operation>>>> = {
    awsJson1_1: new Map(),
    awsQuery: new Map(),
  };

  /** What to say is served: `ecs (AmazonEC2ContainerServiceV20141113)`. */
  readonly #served: string;

  /** @throws Error when two APIs answer to the same name, or an API handles what its model does not have */
  constructor(apis: readonly ServiceApi[]) {
    this.#served = apis.map((api) => `${api.signingName} (${apiName(api)})`).join(', ');
    for (const api of apis) {
      const served = this.#apis[api.protocol.kind];
      if (served.has(apiName(api))) throw new Error(`two APIs answer to ${apiName(api)}`);
      const stray = [...api.handlers.keys()].filter((name) => !api.operations.has(name));
      if (stray.length > 0)
        throw new Error(`${api.signingName} has no operation ${stray.join(', ')} to handle`);
      const compiler = new ShapeCompiler(api);
      served.set(
        apiName(api),
        new Map(
          [...api.operations].map(([name, schema]) => [
            name,
            operation(api, name, schema, compiler),
          ]),
        ),
      );
    }
  }

  /** @throws AwsError when the API is not served or its model has no such operation */
  find(protocol: ProtocolKind, name: string, operationName: string): Operation {
    const operations = this.#apis[protocol].get(name);
    if (operations === undefined)
      throw wireFault(
        protocol,
        'unknown-operation',
        `This endpoint does not serve ${quoted(name)} (operation ${quoted(operationName)}); it serves ${this.#served}.`,
      );
    const found = operations.get(operationName);
    if (found === undefined)
      throw wireFault(
        protocol,
        'unknown-operation',
        `${quoted(name)} has no operation ${quoted(operationName)} that this version of Fairlead knows.`,
      );
    return found;
  }
}

function operation(
  api: ServiceApi,
  name: string,
  schema: StaticOperationSchema,
  compiler: ShapeCompiler,
): Operation {
  let compiled: OperationShape | undefined;
  return {
    name,
    api,
    xmlNamespace: api.protocol.kind === 'awsQuery' ? api.protocol.xmlNamespace : '',
    shape: () => (compiled ??= compiler.operation(schema)),
    handler() {
      const handler = api.handlers.get(name);
      if (handler !== undefined) return handler;
      throw wireFault(
        api.protocol.kind,
        'operation-not-built',
        `${name} is not implemented by Fairlead's local ${api.signingName}. AWS has this operation; here it cannot be called.`,
      );
    },
  };
}

function apiName({ protocol }: ServiceApi): string {
  return protocol.kind === 'awsQuery' ? protocol.version : protocol.targetPrefix;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
