import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import type { Call, Handler } from '../../../src/local/wire/operation.ts';
import { createWire, type WireReply } from '../../../src/local/wire/wire.ts';
import {
  ACCOUNT,
  ecsApi,
  ECS_TARGET,
  ELB_VERSION,
  memoryLog,
  wireOptions,
  type Handlers,
} from './served-apis.ts';

const listClusters: Handler = () => ({ clusterArns: [] });

interface Ask {
  readonly ecs?: Handlers;
  readonly elbv2?: Handlers;
  readonly target?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly overrides?: Parameters<typeof wireOptions>[1];
}

function askJson({
  target = `${ECS_TARGET}.ListClusters`,
  headers,
  body = '',
  ecs,
  elbv2,
  overrides,
}: Ask): Promise<WireReply> {
  return createWire(
    wireOptions({ ecs: ecs ?? { ListClusters: listClusters }, elbv2: elbv2 ?? {} }, overrides),
  ).answer({
    method: 'POST',
    url: '/',
    headers: { 'x-amz-target': target, ...headers },
    body: Buffer.from(body),
  });
}

function askQuery(
  body: string,
  elbv2: Handlers = {},
  overrides: Ask['overrides'] = {},
): Promise<WireReply> {
  return createWire(wireOptions({ elbv2 }, overrides)).answer({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: Buffer.from(body),
  });
}

const SCOPE = 'Credential=AKID/20260203/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=';

describe('a wire', () => {
  it('answers an empty body as an empty input', async () => {
    const inputs: unknown[] = [];
    const ecs = { ListClusters: (input: never) => ({ clusterArns: [], seen: inputs.push(input) }) };
    expect(await askJson({ ecs })).toMatchObject({
      status: 200,
      contentType: 'application/x-amz-json-1.1',
      body: '{"clusterArns":[]}',
    });
    expect(inputs).toEqual([{}]);
  });

  it('gives the operation its request id, account, caller and region', async () => {
    const calls: Call[] = [];
    const ecs = { ListClusters: (_input: never, call: Call) => ({ seen: calls.push(call) }) };
    const authorization = `AWS4-HMAC-SHA256 ${SCOPE}${'0'.repeat(64)}`;
    const { requestId } = await askJson({ ecs, headers: { authorization } });
    await askJson({ ecs });
    await askJson({ ecs, headers: { authorization: 'Basic abc' } });
    await askJson({
      ecs,
      overrides: { principalArn: 'arn:aws:iam::1:role/x', defaultRegion: 'eu-north-1' },
    });
    const principalArn = `arn:aws:iam::${ACCOUNT}:user/fairlead`;
    expect(calls).toMatchObject([
      { requestId, accountId: ACCOUNT, principalArn, region: 'eu-west-1' },
      { principalArn, region: 'us-east-1' },
      { region: 'us-east-1' },
      { principalArn: 'arn:aws:iam::1:role/x', region: 'eu-north-1' },
    ]);
  });

  it('says which operation is not built', async () => {
    const reply = await askJson({ target: `${ECS_TARGET}.CreateCapacityProvider`, body: '{}' });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toEqual({
      __type: 'UnsupportedOperationException',
      message:
        "CreateCapacityProvider is not implemented by Fairlead's local ecs. AWS has this operation; here it cannot be called.",
    });
    const xml = await askQuery(`Action=CreateTrustStore&Version=${ELB_VERSION}`);
    expect(xml.body).toContain(
      '<Code>UnsupportedOperation</Code><Message>CreateTrustStore is not implemented',
    );
  });

  it.each([
    [`${ECS_TARGET}.MakeCoffee`, `has no operation "MakeCoffee"`],
    [
      'CodeDeploy_20141006.CreateDeployment',
      `does not serve "CodeDeploy_20141006" (operation "CreateDeployment"); it serves ecs (${ECS_TARGET}), elasticloadbalancing (${ELB_VERSION})`,
    ],
    [`${ECS_TARGET}.__proto__`, 'has no operation "__proto__"'],
    [`${ECS_TARGET}.constructor`, 'has no operation "constructor"'],
  ])('does not know %s', async (target, message) => {
    const reply = await askJson({ target });
    expect(reply.status).toBe(400);
    expect(reply.body).toContain('UnknownOperationException');
    expect(JSON.parse(reply.body)).toMatchObject({
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([
    [`Action=MakeCoffee&Version=${ELB_VERSION}`, 'has no operation'],
    ['Action=DescribeLoadBalancers&Version=2012-06-01', 'does not serve'],
    ['Action=DescribeLoadBalancers', 'does not serve'],
  ])('does not know the query %s', async (body, message) => {
    const reply = await askQuery(body);
    expect([reply.status, reply.contentType]).toEqual([400, 'text/xml']);
    expect(reply.body).toContain('<Code>InvalidAction</Code>');
    expect(reply.body).toContain(message);
  });

  it("reports an operation's error with its status, code and members", async () => {
    const ecs = {
      ListClusters: () => {
        throw new AwsError('ConflictException', 'Taken.', {
          status: 409,
          members: { resourceIds: ['a'] },
        });
      },
    };
    const reply = await askJson({ ecs });
    expect(reply.status).toBe(409);
    expect(JSON.parse(reply.body)).toEqual({
      __type: 'ConflictException',
      message: 'Taken.',
      resourceIds: ['a'],
    });
  });

  it.each<[string, Handler]>([
    [
      'throws',
      () => {
        throw new Error('boom at secret.ts');
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom at secret.ts'))],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what a careless library does
    ['rejects with no error', () => Promise.reject('boom at secret.ts')],
    ['returns what cannot be written', () => ({ clusterArns: ['boom', 12] })],
    ['returns nothing', () => undefined as never],
  ])(
    'answers 500 without detail, and logs the cause, when a handler %s',
    async (_what, handler) => {
      const log = memoryLog();
      const reply = await askJson({ ecs: { ListClusters: handler }, overrides: { log } });
      expect(reply.status).toBe(500);
      expect(JSON.parse(reply.body)).toMatchObject({ __type: 'ServerException' });
      expect(reply.body).not.toMatch(/boom|secret\.ts| at /);
      expect(log.entries).toEqual([
        { level: 'error', text: expect.stringContaining(reply.requestId) as string },
      ]);
      expect(log.entries[0]?.text).toContain(`${ECS_TARGET}.ListClusters`);
    },
  );

  it('answers an unexpected failure of a query operation with InternalFailure', async () => {
    const elbv2 = { DescribeLoadBalancers: () => Promise.reject(new Error('boom')) };
    const reply = await askQuery(`Action=DescribeLoadBalancers&Version=${ELB_VERSION}`, elbv2);
    expect(reply.status).toBe(500);
    expect(reply.body).toContain('<Type>Receiver</Type><Code>InternalFailure</Code>');
  });

  it('answers 503 with what to do where a failure can be explained, and logs it', async () => {
    const log = memoryLog();
    const overrides = {
      log,
      explain: (error: unknown) => (error instanceof RangeError ? 'Make room.' : undefined),
    };
    const fail = () => Promise.reject(new RangeError('boom'));
    const json = await askJson({ ecs: { ListClusters: fail }, overrides });
    expect([json.status, JSON.parse(json.body)]).toEqual([
      503,
      { __type: 'ServerException', message: 'Make room.' },
    ]);
    expect(log.entries).toMatchObject([{ level: 'error' }]);
    const xml = await askQuery(
      `Action=DescribeLoadBalancers&Version=${ELB_VERSION}`,
      { DescribeLoadBalancers: fail },
      overrides,
    );
    expect(xml.status).toBe(503);
    expect(xml.body).toContain(
      '<Type>Receiver</Type><Code>ServiceUnavailable</Code><Message>Make room.</Message>',
    );
  });

  it('tells the log the names of unknown members, and no values', async () => {
    const log = memoryLog();
    await askJson({ body: '{"colour":"hunter2"}', overrides: { log } });
    expect(log.entries).toMatchObject([{ level: 'debug' }]);
    expect(log.entries[0]?.text).toContain('"members":["colour"]');
    expect(log.entries[0]?.text).not.toContain('hunter2');
  });

  it('keeps the values of a refused request out of the log', async () => {
    const log = memoryLog();
    const reply = await askJson({ body: '{"maxResults":"hunter2"}', overrides: { log } });
    expect(reply.body).toContain('hunter2');
    expect(JSON.stringify(log.entries)).not.toContain('hunter2');
  });

  it('refuses a body in another encoding', async () => {
    const reply = await askJson({ headers: { 'content-encoding': 'gzip' }, body: 'x' });
    expect([reply.status, JSON.parse(reply.body)]).toMatchObject([
      415,
      { __type: 'UnsupportedMediaTypeException' },
    ]);
    expect((await askJson({ headers: { 'content-encoding': 'identity' } })).status).toBe(200);
  });

  it('wants a signature before it looks at the input, and names the missing one in each protocol', async () => {
    const overrides = { auth: 'sigv4' } as const;
    const json = await askJson({ body: '{', overrides });
    expect([json.status, JSON.parse(json.body)]).toMatchObject([
      400,
      { __type: 'MissingAuthenticationTokenException' },
    ]);
    const xml = await createWire(wireOptions({}, overrides)).answer({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(`Action=DescribeLoadBalancers&Version=${ELB_VERSION}`),
    });
    expect(xml.status).toBe(403);
    expect(xml.body).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  it('cannot serve two APIs of one name', () => {
    const options = { ...wireOptions({}), apis: [ecsApi({}), ecsApi({})] };
    expect(() => createWire(options)).toThrow(`two APIs answer to ${ECS_TARGET}`);
  });

  it('cannot handle an operation that its model does not have', () => {
    const options = { ...wireOptions({}), apis: [ecsApi({ ListCluster: listClusters })] };
    expect(() => createWire(options)).toThrow('ecs has no operation ListCluster to handle');
  });
});
