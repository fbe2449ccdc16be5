/** The SDK's clients with the scripted endpoint behind them: requests travel as bytes, without a socket. */
import { HttpResponse } from '@smithy/core/protocols';
import { createAwsClients, type AwsClients } from '../../src/deploy/aws/aws-clients.ts';
import { FakeError, type FakeAws, type Wire } from './fake-aws.ts';

/** Clients whose requests end in this world; virtual time stands still while one is under way. */
export async function clientsOf(aws: FakeAws): Promise<AwsClients> {
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    handle: (request: { readonly headers: Record<string, string>; readonly body?: unknown }) =>
      Promise.resolve({ response: answer(aws, request) }),
  };
  const clients = await createAwsClients({
    endpointUrl: 'http://127.0.0.1:4327',
    region: 'eu-west-1',
    requestHandler: handler as never,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-test' },
  });
  for (const client of [clients.ecs, clients.elbv2, clients.logs] as {
    send: (...args: never[]) => Promise<unknown>;
  }[]) {
    const send = client.send.bind(client);
    client.send = (...args) => aws.clock.track(send(...args));
  }
  return clients;
}

function answer(
  aws: FakeAws,
  request: { readonly headers: Record<string, string>; readonly body?: unknown },
): HttpResponse {
  const body =
    request.body instanceof Uint8Array
      ? new TextDecoder().decode(request.body)
      : String(request.body);
  const target = Object.entries(request.headers).find(
    ([name]) => name.toLowerCase() === 'x-amz-target',
  )?.[1];
  const json = target !== undefined;
  const form = new URLSearchParams(json ? '' : body);
  const operation = target?.split('.')[1] ?? form.get('Action') ?? '';
  const input = json ? (JSON.parse(body) as Wire) : Object.fromEntries(form);
  try {
    const output = aws.answer(operation, input);
    return respond(200, json, json ? JSON.stringify(output) : String(output));
  } catch (error) {
    if (!(error instanceof FakeError)) throw error;
    const { code, message, status, members } = error;
    const content = json
      ? JSON.stringify({ __type: code, message, ...members })
      : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    return respond(status, json, content);
  }
}

function respond(statusCode: number, json: boolean, content: string): HttpResponse {
  return new HttpResponse({
    statusCode,
    headers: { 'content-type': json ? 'application/x-amz-json-1.1' : 'text/xml' },
    body: new Blob([content]).stream(),
  });
}
