/** SDK clients whose requests go straight into a control plane in virtual time, and which can be cut off at any request. */
import { HttpResponse } from '@smithy/core/protocols';
import { systemClock } from '../../../src/base/clock.ts';
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { createAwsClients, type AwsClients } from '../../../src/deploy/aws/aws-clients.ts';
import { silentLog } from '../../../src/local/log.ts';
import { createWire, type Wire, type WireReply } from '../../../src/local/wire/wire.ts';
import type { VirtualEcs } from '../../local/virtual/virtual-ecs.ts';

/** A request as the SDK's handlers get it. */
interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** The client is gone: nothing that it does reaches anybody any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** What becomes of a request. */
export type Fate =
  | 'pass'
  /** The client dies before it is sent, or after it was done but before the answer came. */
  | 'killed before'
  | 'killed after'
  /** The connection breaks: before it arrived, or with the answer. */
  | 'lost before'
  | 'lost after'
  /** Answered as the same question was before: AWS has not followed yet. */
  | 'stale'
  /** AWS answers with its error. */
  | { readonly status: number; readonly code: string; readonly message: string };

/** Decides what becomes of the client's n-th request, from 1. */
export type FateOf = (number: number, operation: string) => Fate;

/** A client on a machine of its own. */
export interface VirtualClient {
  readonly clients: AwsClients;
  /** Names of the operations that were asked for, in order. */
  readonly requests: readonly string[];
}

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-test' };

/** Opens one. Virtual time stands still while a request is under way. */
export async function virtualClient(
  ecs: VirtualEcs,
  fateOf: FateOf = () => 'pass',
): Promise<VirtualClient> {
  const wire = createWire({
    apis: ecs.controlPlane.apis,
    auth: 'none',
    credentials: CREDENTIALS,
    clock: systemClock,
    ids: idSource(seededRandom(7)),
    log: silentLog,
    accountId: '123456789012',
    defaultRegion: 'eu-west-1',
  });
  const requests: string[] = [];
  const answers = new Map<string, Answer>();
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    async handle(request: Outgoing) {
      const body = bytesOf(request.body);
      const operation = operationOf(request, body);
      requests.push(operation);
      const fate = fateOf(requests.length, operation);
      const question = `${operation} ${body.toString('utf8')}`;
      const reply = fate === 'stale' ? answers.get(question) : undefined;
      const answered = reply ?? (await answer(wire, request, body, fate));
      answers.set(question, answered);
      return { response: httpResponse(answered) };
    },
  };
  const clients = await createAwsClients({
    endpointUrl: 'http://127.0.0.1:4327',
    region: 'eu-west-1',
    requestHandler: handler as never,
    credentials: CREDENTIALS,
  });
  for (const client of Object.values(clients) as {
    send: (...args: never[]) => Promise<unknown>;
  }[]) {
    const send = client.send.bind(client);
    client.send = (...args) => ecs.clock.track(send(...args));
  }
  return { clients, requests };
}

/** An answer as it travels. */
type Answer = Pick<WireReply, 'status' | 'contentType' | 'body'>;

async function answer(wire: Wire, request: Outgoing, body: Buffer, fate: Fate): Promise<Answer> {
  if (fate === 'killed before') throw new Killed('before the request was sent');
  if (fate === 'lost before') throw lostConnection();
  if (typeof fate === 'object') return refusal(request, fate);
  const reply = await wire.answer({
    method: request.method,
    url: request.path,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body,
  });
  if (fate === 'killed after') throw new Killed('before the answer came');
  if (fate === 'lost after') throw lostConnection();
  return reply;
}

function lostConnection(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

function httpResponse({ status, contentType, body }: Answer): HttpResponse {
  return new HttpResponse({
    statusCode: status,
    headers: { 'content-type': contentType },
    body: new Blob([body]).stream(),
  });
}

function refusal(request: Outgoing, { status, code, message }: Extract<Fate, object>): Answer {
  return targetOf(request) === undefined
    ? {
        status,
        contentType: 'text/xml',
        body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      }
    : {
        status,
        contentType: 'application/x-amz-json-1.1',
        body: JSON.stringify({ __type: code, message }),
      };
}

function targetOf(request: Outgoing): string | undefined {
  return Object.entries(request.headers).find(
    ([name]) => name.toLowerCase() === 'x-amz-target',
  )?.[1];
}

function operationOf(request: Outgoing, body: Buffer): string {
  return (
    targetOf(request)?.split('.')[1] ??
    new URLSearchParams(body.toString('utf8')).get('Action') ??
    '?'
  );
}

function bytesOf(body: unknown): Buffer {
  if (body instanceof Uint8Array) {
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }
  return Buffer.from(typeof body === 'string' ? body : '');
}
