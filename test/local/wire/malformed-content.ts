/** Requests that arrive completely, with something wrong in what they say. */
import * as fc from 'fast-check';
import { awkwardText, brokenText } from './awkward-text.ts';
import { post } from './raw-http.ts';
import { ECS_TARGET, ELB_VERSION } from './served-apis.ts';

/** The bytes for a server on a port. */
export type RequestBytes = (port: number) => Buffer;

const VALID_INPUTS: Readonly<Record<string, object>> = {
  CreateService: {
    serviceName: 'web',
    taskDefinition: 'web:1',
    desiredCount: 2,
    launchType: 'FARGATE',
    loadBalancers: [{ targetGroupArn: 'arn', containerName: 'web', containerPort: 80 }],
    deploymentConfiguration: {
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    networkConfiguration: { awsvpcConfiguration: { subnets: ['s'], assignPublicIp: 'ENABLED' } },
    tags: [{ key: 'a', value: 'b' }],
  },
  RegisterTaskDefinition: {
    family: 'web',
    containerDefinitions: [
      {
        name: 'web',
        image: 'web:1',
        essential: true,
        environment: [{ name: 'A', value: 'b' }],
        dockerLabels: { a: 'b' },
        portMappings: [{ containerPort: 80, protocol: 'tcp' }],
        dependsOn: [{ containerName: 'a', condition: 'START' }],
      },
    ],
    requiresCompatibilities: ['FARGATE'],
  },
  ListServiceDeployments: { service: 'web', createdAt: { before: 1, after: 0 }, maxResults: 5 },
};

/** The operations that the inputs are for; a server that is to be tried should have them. */
export const JSON_OPERATIONS = Object.keys(VALID_INPUTS);
export const QUERY_OPERATIONS = ['RegisterTargets', 'ModifyRule'];

const wrongValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, true, -1, 1.5, 2 ** 53, '', [], {}, [null], { __proto__: null }),
  brokenText,
);

/** The value with something else at one of its places. */
function changedAt(value: unknown, steps: readonly number[], wrong: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return wrong;
  if (Array.isArray(value))
    return value.map((entry: unknown, index): unknown =>
      index === step % value.length ? changedAt(entry, rest, wrong) : entry,
    );
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, entry], index) => [
      key,
      index === step % entries.length ? changedAt(entry, rest, wrong) : entry,
    ]),
  );
}

const jsonOperation = fc.constantFrom(...JSON_OPERATIONS);
const jsonPost =
  (operation: string, body: string | Buffer, headers: Record<string, string> = {}): RequestBytes =>
  (port) =>
    post(port, body, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${ECS_TARGET}.${operation}`,
      ...headers,
    });
const queryPost =
  (body: string): RequestBytes =>
  (port) =>
    post(port, body, { 'content-type': 'application/x-www-form-urlencoded' });

/** Requests with nothing wrong. */
export const validRequest: fc.Arbitrary<RequestBytes> = fc.oneof(
  jsonOperation.map((name) => jsonPost(name, JSON.stringify(VALID_INPUTS[name]))),
  fc.constant(
    queryPost(
      `Action=RegisterTargets&Version=${ELB_VERSION}&TargetGroupArn=x&Targets.member.1.Id=i&Targets.member.1.Port=80`,
    ),
  ),
);

const wrongTypes = fc
  .record({ name: jsonOperation, steps: fc.array(fc.nat(20), { maxLength: 6 }), wrong: wrongValue })
  .map(({ name, steps, wrong }) =>
    jsonPost(name, JSON.stringify(changedAt(VALID_INPUTS[name], steps, wrong))),
  );

const truncatedBodies = fc
  .record({ name: jsonOperation, keep: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ name, keep }) => {
    const text = JSON.stringify(VALID_INPUTS[name]);
    return jsonPost(name, text.slice(0, Math.floor(text.length * keep)));
  });

const deepNesting = fc
  .record({
    name: jsonOperation,
    depth: fc.integer({ min: 1, max: 20_000 }),
    open: fc.constantFrom('[', '{"a":', '{"tags":[', '{"service":{"service":', '{"__proto__":'),
    closed: fc.boolean(),
  })
  .map(({ name, depth, open, closed }) => {
    const closing = [...open.matchAll(/[[{]/g)].map(([c]) => (c === '[' ? ']' : '}'));
    const end = closed ? `1${closing.reverse().join('').repeat(depth)}` : '';
    return jsonPost(name, open.repeat(depth) + end);
  });

const hugeNumbers = fc
  .record({
    name: jsonOperation,
    member: fc.constantFrom('desiredCount', 'maxResults', 'service', 'createdAt'),
    number: fc.oneof(
      fc.constantFrom(
        '1e999',
        '-1e999',
        '1e-999',
        '-0',
        '9'.repeat(400),
        '0x10',
        '01',
        'NaN',
        '+1',
        '1.',
      ),
      fc.bigInt().map(String),
      fc.double().map(String),
    ),
    nested: fc.boolean(),
  })
  .map(({ name, member, number, nested }) =>
    jsonPost(name, `{"${member}":${nested ? `{"before":${number}}` : number}}`),
  );

const randomBodies = fc
  .record({ name: jsonOperation, bytes: fc.uint8Array({ maxLength: 300 }) })
  .map(({ name, bytes }) => jsonPost(name, Buffer.from(bytes)));

/** Header values that HTTP allows. */
export const headerValue = fc.string({
  unit: fc.constantFrom(...'azAZ09 ,;=/.:_-"\'\\{}()<>[]?@\u00e9\u00ff\t'.split('')),
  maxLength: 40,
});

const wrongHeaders = fc
  .record({
    name: jsonOperation,
    headers: fc.dictionary(
      fc.constantFrom(
        ...['x-amz-target', 'content-type', 'authorization', 'x-amz-date', 'host', 'origin'],
        ...[
          'content-encoding',
          'x-amz-content-sha256',
          'expect',
          'connection',
          'upgrade',
          'cookie',
        ],
      ),
      headerValue,
    ),
  })
  .map(({ name, headers }) => jsonPost(name, '{}', headers));

const wrongSignatures = fc
  .record({
    scope: fc.array(fc.oneof(headerValue, fc.constantFrom('ecs', 'us-east-1', 'aws4_request')), {
      maxLength: 6,
    }),
    signed: fc.array(fc.constantFrom('host', 'x-amz-date', '', '__proto__', 'toString'), {
      maxLength: 4,
    }),
    signature: fc.oneof(headerValue, fc.constant('0'.repeat(64))),
  })
  .map(({ scope, signed, signature }) =>
    jsonPost('ListServiceDeployments', '{"service":"web"}', {
      'x-amz-date': '20260101T000000Z',
      authorization:
        `AWS4-HMAC-SHA256 Credential=${scope.join('/')}, SignedHeaders=${signed.join(';')}, ` +
        `Signature=${signature}`,
    }),
  );

const queryStep = fc.oneof(
  fc.constantFrom(
    ...['__proto__', 'constructor', 'prototype', 'member', 'entry', 'key', 'value', '1', '0', '-1'],
    ...['1e9', '99999999999999999999', '', 'Targets', 'Actions', 'Id', 'Port', 'ForwardConfig'],
    ...['TargetGroups', 'RuleArn', 'TargetGroupArn', 'Action', 'Version', 'hasOwnProperty'],
  ),
  awkwardText,
);

const hostileQueries = fc
  .record({
    operation: fc.constantFrom(...QUERY_OPERATIONS, 'MakeCoffee', '__proto__', 'constructor', ''),
    version: fc.constantFrom(ELB_VERSION, ELB_VERSION, ELB_VERSION, '2012-06-01', '__proto__'),
    parameters: fc.array(
      fc.tuple(fc.array(queryStep, { minLength: 1, maxLength: 8 }), awkwardText, fc.boolean()),
      { maxLength: 8 },
    ),
  })
  .map(({ operation, version, parameters }) => {
    const pairs = parameters.map(([steps, value, raw]) => {
      const name = steps.join('.');
      return raw ? `${name}=${value}` : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    });
    return queryPost([`Action=${operation}`, `Version=${version}`, ...pairs].join('&'));
  });

/** By what is wrong with them. */
export const WRONG_CONTENT = {
  'wrong types at random places': wrongTypes,
  'truncated JSON': truncatedBodies,
  'deep nesting': deepNesting,
  'huge numbers': hugeNumbers,
  'random bodies': randomBodies,
  'wrong headers': wrongHeaders,
  'wrong signatures': wrongSignatures,
  'hostile query names': hostileQueries,
} satisfies Readonly<Record<string, fc.Arbitrary<RequestBytes>>>;
