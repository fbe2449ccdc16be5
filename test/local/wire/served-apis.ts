/** Two APIs with a few handlers of the tests' own, and a server around them. */
import * as ecsSdk from '@aws-sdk/client-ecs';
import * as elbSdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { StaticOperationSchema } from '@smithy/types';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { idSource } from '../../../src/base/ids.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { ecsEnumMessages, ecsEnums } from '../../../src/local/ecs/enums.ts';
import { elbv2Enums } from '../../../src/local/elbv2/enums.ts';
import { silentLog, type Log } from '../../../src/local/log.ts';
import type { Handler, ServiceApi } from '../../../src/local/wire/operation.ts';
import { createWireServer, type WireServerOptions } from '../../../src/local/wire/server.ts';
import type { WireOptions } from '../../../src/local/wire/wire.ts';

export const ECS_TARGET = 'AmazonEC2ContainerServiceV20141113';
export const ELB_VERSION = '2015-12-01';
export const CREDENTIALS = { accessKeyId: 'AKIDFAIRLEAD', secretAccessKey: 'not-a-secret' };
export const ACCOUNT = '123456789012';

/** Every operation schema that an SDK package exports. */
export function operationsOf(sdk: object): ReadonlyMap<string, StaticOperationSchema> {
  return new Map(
    Object.values(sdk)
      .filter((value): value is StaticOperationSchema => Array.isArray(value) && value[0] === 9)
      .map((schema) => [schema[2], schema]),
  );
}

/** Handlers by operation name. */
export type Handlers = Readonly<Record<string, Handler>>;

export function ecsApi(handlers: Handlers): ServiceApi {
  return {
    signingName: 'ecs',
    protocols: [{ kind: 'awsJson1_1', targetPrefix: ECS_TARGET }],
    operations: operationsOf(ecsSdk),
    handlers: new Map(Object.entries(handlers)),
    enums: ecsEnums,
    enumMessages: ecsEnumMessages,
    invalidInputCode: 'InvalidParameterException',
  };
}

export function elbv2Api(handlers: Handlers): ServiceApi {
  return {
    signingName: 'elasticloadbalancing',
    protocols: [
      {
        kind: 'awsQuery',
        version: ELB_VERSION,
        xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
      },
    ],
    operations: operationsOf(elbSdk),
    handlers: new Map(Object.entries(handlers)),
    enums: elbv2Enums,
    invalidInputCode: 'ValidationError',
  };
}

/** Options of a wire with these handlers, on the machine's clock. */
export function wireOptions(
  handlers: { readonly ecs?: Handlers; readonly elbv2?: Handlers },
  overrides: Partial<WireServerOptions> = {},
): WireServerOptions & WireOptions {
  return {
    apis: [ecsApi(handlers.ecs ?? {}), elbv2Api(handlers.elbv2 ?? {})],
    auth: 'none',
    credentials: CREDENTIALS,
    clock: systemClock,
    ids: idSource(systemRandom),
    log: silentLog,
    accountId: ACCOUNT,
    ...overrides,
  };
}

/** A listening server that ends with the test. */
export async function serve(
  handlers: { readonly ecs?: Handlers; readonly elbv2?: Handlers },
  overrides: Partial<WireServerOptions> = {},
): Promise<{ readonly port: number; readonly url: string }> {
  const server = createWireServer(wireOptions(handlers, { closeTimeoutMs: 100, ...overrides }));
  onTestFinished(() => server.close());
  return server.listen(0);
}

/** A log that keeps its entries. */
export function memoryLog(): Log & { readonly entries: { level: string; text: string }[] } {
  const entries: { level: string; text: string }[] = [];
  const at =
    (level: string): Log['info'] =>
    (message, fields) =>
      void entries.push({ level, text: `${message} ${JSON.stringify(fields ?? {})}` });
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
