/** An API that is served in several protocols, as CloudWatch is: what each of its clients gets. */
import * as sdk from '@aws-sdk/client-cloudwatch';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import type { Handler, ServiceApi } from '../../../src/local/wire/operation.ts';
import { createWire, type WireReply } from '../../../src/local/wire/wire.ts';
import { CREDENTIALS, ecsApi, operationsOf, serve, wireOptions } from './served-apis.ts';

const TARGET = 'GraniteServiceVersion20100801';

function monitoringApi(handlers: Readonly<Record<string, Handler>>): ServiceApi {
  return {
    signingName: 'monitoring',
    protocols: [
      { kind: 'awsJson1_0', targetPrefix: TARGET },
      {
        kind: 'awsQuery',
        version: '2010-08-01',
        xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
      },
    ],
    operations: operationsOf(sdk),
    handlers: new Map(Object.entries(handlers)),
    enums: new Map(),
    fractions: new Set(['MetricDatum.Value']),
    invalidInputCode: 'ValidationException',
    invalidInputQueryCode: 'ValidationError',
    compressedRequests: true,
  };
}

interface Ask {
  readonly handlers?: Readonly<Record<string, Handler>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly bodyLimit?: number;
}

function ask({ handlers = {}, headers = {}, body = '{}', bodyLimit }: Ask): Promise<WireReply> {
  const apis = [monitoringApi(handlers), ecsApi({ ListClusters: () => ({ clusterArns: [] }) })];
  const limit = bodyLimit === undefined ? {} : { bodyLimit };
  return createWire(wireOptions({}, { apis, ...limit })).answer({
    method: 'POST',
    url: '/',
    headers,
    body: Buffer.from(body),
  });
}

const JSON_HEADERS = {
  'x-amz-target': `${TARGET}.ListMetrics`,
  'content-type': 'application/x-amz-json-1.0',
  'x-amzn-query-mode': 'true',
};
const FORM_HEADERS = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
const ListMetrics: Handler = () => ({ Metrics: [{ MetricName: 'Latency' }] });

/** The content type, the status and the code of a refusal, and the header that goes with it. */
function refusal({ contentType, status, body, queryError }: WireReply): object {
  const { __type: code } = JSON.parse(body) as { readonly __type: string };
  return { contentType, status, code, queryError };
}

describe('an API of several protocols', () => {
  it('answers each request in the protocol, and the version, in which it came', async () => {
    const handlers = { ListMetrics };
    expect(await ask({ handlers, headers: JSON_HEADERS })).toMatchObject({
      contentType: 'application/x-amz-json-1.0',
      body: '{"Metrics":[{"MetricName":"Latency"}]}',
    });
    const xml = await ask({
      handlers,
      headers: FORM_HEADERS,
      body: 'Action=ListMetrics&Version=2010-08-01',
    });
    expect(xml.contentType).toBe('text/xml');
    expect(xml.body).toContain(
      '<Metrics><member><MetricName>Latency</MetricName></member></Metrics>',
    );
  });

  it('says an error by its code in each protocol, and tells clients that ask for it the query code', async () => {
    const handlers = {
      ListMetrics: () => {
        throw new AwsError('InvalidParameterValueException', 'No.', {
          queryCode: 'InvalidParameterValue',
        });
      },
    };
    expect(refusal(await ask({ handlers, headers: JSON_HEADERS }))).toEqual({
      contentType: 'application/x-amz-json-1.0',
      status: 400,
      code: 'InvalidParameterValueException',
      queryError: 'InvalidParameterValue;Sender',
    });
    const { 'x-amzn-query-mode': _mode, ...plain } = JSON_HEADERS;
    expect((await ask({ handlers, headers: plain })).queryError).toBeUndefined();
    const body = 'Action=ListMetrics&Version=2010-08-01';
    const xml = await ask({ handlers, headers: FORM_HEADERS, body });
    expect(xml.body).toContain('<Code>InvalidParameterValue</Code>');
    expect(xml.queryError).toBeUndefined();
  });

  it('does the same with what the wire itself refuses', async () => {
    expect(refusal(await ask({ headers: JSON_HEADERS }))).toMatchObject({
      code: 'UnsupportedOperationException',
      queryError: 'UnsupportedOperation;Sender',
    });
    const body = '{"MetricName":1}';
    expect(
      refusal(await ask({ handlers: { ListMetrics }, headers: JSON_HEADERS, body })),
    ).toMatchObject({
      code: 'ValidationException',
      queryError: 'ValidationError;Sender',
    });
    const broken = { ListMetrics: () => ({ Metrics: 1 }) };
    expect(refusal(await ask({ handlers: broken, headers: JSON_HEADERS }))).toMatchObject({
      status: 500,
      queryError: 'InternalFailure;Receiver',
    });
  });
});

describe('compressed requests', () => {
  const GZIP = { 'content-encoding': 'gzip' };
  const headers = { ...JSON_HEADERS, ...GZIP };
  const echo = (input: { readonly MetricName: string }): object => ({
    Metrics: [{ MetricName: input.MetricName }],
  });

  it('are read where an API takes them, in each protocol', async () => {
    const handlers = { ListMetrics: echo };
    const json = await ask({ handlers, headers, body: gzipSync('{"MetricName":"Latency"}') });
    expect(json.body).toBe('{"Metrics":[{"MetricName":"Latency"}]}');
    const form = 'Action=ListMetrics&Version=2010-08-01&MetricName=Latency';
    const xml = await ask({
      handlers,
      headers: { ...FORM_HEADERS, ...GZIP },
      body: gzipSync(form),
    });
    expect(xml.body).toContain('<MetricName>Latency</MetricName>');
  });

  it('may not grow beyond the limit of a body', async () => {
    const handlers = { ListMetrics };
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    expect(refusal(await ask({ handlers, headers, body: bomb }))).toMatchObject({
      status: 413,
      code: 'RequestEntityTooLargeException',
      queryError: 'RequestEntityTooLarge;Sender',
    });
    const exact = { handlers, headers, body: gzipSync('{}'), bodyLimit: 2 };
    expect((await ask(exact)).status).toBe(200);
    expect((await ask({ ...exact, bodyLimit: 1 })).status).toBe(413);
  });

  it('that are no gzip are malformed', async () => {
    const reply = await ask({ handlers: { ListMetrics }, headers, body: '{}' });
    expect(refusal(reply)).toMatchObject({ status: 400, code: 'SerializationException' });
  });

  it.each([
    { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters', ...GZIP },
    { ...JSON_HEADERS, 'content-encoding': 'br' },
  ])('are refused where nobody sends them: %j', async (refused) => {
    const reply = await ask({ handlers: { ListMetrics }, headers: refused, body: gzipSync('{}') });
    expect(refusal(reply)).toMatchObject({ status: 415, code: 'UnsupportedMediaTypeException' });
  });

  it("are signed as they are sent: the SDK's own compressed requests pass the signature check", async () => {
    const seen: unknown[] = [];
    const PutMetricData = ((input: object) => {
      seen.push(input);
      return {};
    }) as Handler;
    const { url } = await serve({}, { apis: [monitoringApi({ PutMetricData })], auth: 'sigv4' });
    const client = new sdk.CloudWatchClient({
      endpoint: url,
      region: 'eu-west-1',
      credentials: CREDENTIALS,
      maxAttempts: 1,
      requestMinCompressionSizeBytes: 0,
    });
    onTestFinished(() => client.destroy());
    let encoding: unknown;
    client.middlewareStack.add(
      (next) => (args) => {
        encoding = (args.request as { headers: Record<string, string> }).headers[
          'content-encoding'
        ];
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const input = { Namespace: 'App', MetricData: [{ MetricName: 'Latency', Value: 1.5 }] };
    await client.send(new sdk.PutMetricDataCommand(input));
    expect([encoding, seen]).toEqual(['gzip', [input]]);
    await expect(client.send(new sdk.ListMetricsCommand({}))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message:
        "ListMetrics is not implemented by Fairlead's local monitoring. AWS has this operation; here it cannot be called.",
    });
  });
});
