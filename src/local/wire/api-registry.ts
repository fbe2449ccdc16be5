/** Which operation a request means, among the APIs that are served. */
import type { StaticOperationSchema } from '@smithy/types';
import type { ApiProtocol, Handler, ServiceApi } from './operation.ts';
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
  readonly #query = new Map<string, ReadonlyMap<string, Operation>>();
  /** Of both versions: an X-Amz-Target says which API is meant, whatever version it is asked in. */
  readonly #json = new Map<string, ReadonlyMap<string, Operation>>();

  /** What to say is served: `ecs (AmazonEC2ContainerServiceV20141113)`. */
  readonly #served: string;

  /** @throws Error when two APIs answer to the same name, or an API handles what its model does not have */
  constructor(apis: readonly ServiceApi[]) {
    this.#served = apis
      .map((api) => `${api.signingName} (${api.protocols.map(nameIn).join(', ')})`)
      .join(', ');
    for (const api of apis) {
      const stray = [...api.handlers.keys()].filter((name) => !api.operations.has(name));
      if (stray.length > 0)
        throw new Error(`${api.signingName} has no operation ${stray.join(', ')} to handle`);
      const compiler = new ShapeCompiler(api);
      for (const protocol of api.protocols) {
        const served = this.#servedBy(protocol.kind);
        const called = nameIn(protocol);
        if (served.has(called)) throw new Error(`two APIs answer to ${called}`);
        served.set(
          called,
          new Map(
            [...api.operations].map(([name, schema]) => [
              name,
              operation(api, protocol, name, schema, compiler),
            ]),
          ),
        );
      }
    }
  }

  /** @throws AwsError when the API is not served or its model has no such operation */
  find(protocol: ProtocolKind, name: string, operationName: string): Operation {
    const operations = this.#servedBy(protocol).get(name);
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

  #servedBy(protocol: ProtocolKind): Map<string, ReadonlyMap<string, Operation>> {
    return protocol === 'awsQuery' ? this.#query : this.#json;
  }
}

function operation(
  api: ServiceApi,
  protocol: ApiProtocol,
  name: string,
  schema: StaticOperationSchema,
  compiler: ShapeCompiler,
): Operation {
  let compiled: OperationShape | undefined;
  return {
    name,
    api,
    xmlNamespace: protocol.kind === 'awsQuery' ? protocol.xmlNamespace : '',
    shape: () => (compiled ??= compiler.operation(schema)),
    handler() {
      const handler = api.handlers.get(name);
      if (handler !== undefined) return handler;
      throw wireFault(
        protocol.kind,
        'operation-not-built',
        `${name} is not implemented by Fairlead's local ${api.signingName}. AWS has this operation; here it cannot be called.`,
      );
    },
  };
}

function nameIn(protocol: ApiProtocol): string {
  return protocol.kind === 'awsQuery' ? protocol.version : protocol.targetPrefix;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
