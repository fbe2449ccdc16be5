/** The SDK's clients in front of a virtual ECS: real requests and answers as bytes, no sockets, and a client that can die. */
import { Readable } from 'node:stream';
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createAwsClients, type AwsClients } from '../../../src/deploy/aws/aws-clients.ts';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { silentLog } from '../../../src/local/log.ts';
import { createWire, type Wire } from '../../../src/local/wire/wire.ts';
import type { VirtualEcs } from '../../local/virtual/virtual-ecs.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** When a client dies: at its n-th request, counted from 1, before ECS gets it or before the answer comes back. */
export interface Death {
  readonly at: number;
  readonly moment: 'before' | 'after';
}

/** Clients and what they have sent. */
export interface VirtualClients {
  readonly clients: AwsClients;
  /** Operations in the order in which they were sent. */
  readonly sent: string[];
  /** True once the client has died: nothing that it awaits ever comes. */
  readonly isDead: () => boolean;
}

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer as the SDK's handlers give it. */
export interface SdkAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What lies between a client and ECS: passes a request on by `send`, or does something worse. Sending and failing take no
 * virtual time; a layer that waits does so by the virtual clock.
 */
export type Layer = (
  request: { readonly operation: string; readonly body: string },
  send: () => Promise<SdkAnswer>,
) => Promise<SdkAnswer>;

/** Builds clients for one deployer. */
export async function virtualClients(
  ecs: VirtualEcs,
  death?: Death,
  layer: Layer = (_, send) => send(),
): Promise<VirtualClients> {
  const wire: Wire = createWire({
    apis: ecs.controlPlane.apis,
    auth: 'none',
    credentials: CREDENTIALS,
    clock: ecs.clock,
    ids: idSource(seededRandom(7)),
    log: silentLog,
    accountId: '123456789012',
    defaultRegion: 'eu-west-1',
  });
  const sent: string[] = [];
  let dead = false;
  let warm = false;
  const never = (): Promise<never> => new Promise(() => undefined);
  const ask = async (request: SdkRequest): Promise<SdkAnswer> => {
    const reply = await wire.answer({
      method: request.method,
      url: request.path,
      headers: request.headers,
      body: Buffer.from(textOf(request.body)),
    });
    return {
      statusCode: reply.status,
      headers: { 'content-type': reply.contentType, 'x-amzn-requestid': reply.requestId },
      body: Buffer.from(reply.body).toString(),
    };
  };
  const answer = async (request: SdkRequest) => {
    const send = (): Promise<SdkAnswer> => ecs.clock.track(ask(request));
    const asked = { operation: operationOf(request), body: textOf(request.body) };
    const reply = await (warm ? layer(asked, send) : send());
    return { response: { ...reply, body: Readable.from([Buffer.from(reply.body)]) } };
  };
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle(request: SdkRequest) {
      if (dead) return never();
      sent.push(operationOf(request));
      if (!warm || sent.length !== death?.at) return answer(request);
      dead = true;
      if (death.moment === 'after') void answer(request);
      return never();
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  const clients = await createAwsClients({
    region: 'eu-west-1',
    endpointUrl: 'http://127.0.0.1:1',
    credentials: CREDENTIALS,
    requestHandler: handler as never,
  });
  await warmUp(clients);
  sent.length = 0;
  warm = true;
  return { clients, sent, isDead: () => dead };
}

/** The SDK's first calls load modules and read files, which takes real time; virtual time must not run on meanwhile. */
async function warmUp({ ecs, elbv2, cloudwatch }: AwsClients): Promise<void> {
  await ecs.send(new ListClustersCommand({}));
  await elbv2.send(new DescribeLoadBalancersCommand({}));
  await cloudwatch.send(new ListMetricsCommand({}));
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
}

function operationOf({ headers, body }: SdkRequest): string {
  const target = headers['x-amz-target'];
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  return new URLSearchParams(textOf(body)).get('Action') ?? 'unknown';
}
