import * as ecs from '@aws-sdk/client-ecs';
import { JsonShapeSerializer2 } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import { json11Protocol } from '../../../src/local/wire/json-protocol.ts';
import { brokenText } from './awkward-text.ts';
import { ShapeCompiler } from '../../../src/local/wire/shape.ts';

const shapes = new ShapeCompiler({ enums: new Map() });
const describeServices = shapes.operation(ecs.DescribeServices$);
const describeTaskDefinition = shapes.operation(ecs.DescribeTaskDefinition$);

function written(shape: typeof describeServices, output: object): unknown {
  return JSON.parse(json11Protocol.reply(shape, output, '', 'id').body);
}

describe('AWS JSON requests', () => {
  const decode = (body: string | Buffer, target: string | undefined = 'Ecs_1.ListClusters') =>
    json11Protocol.decode({ 'x-amz-target': target }, () => Buffer.from(body));

  it('name their API and operation in X-Amz-Target', () => {
    expect(decode('{}')).toMatchObject({ apiName: 'Ecs_1', operation: 'ListClusters' });
  });

  it.each([undefined, '', 'ListClusters', '.ListClusters', 'Ecs_1.'])(
    'without a usable X-Amz-Target (%j) are an UnknownOperationException',
    (target) => {
      const headers = target === undefined ? {} : { 'x-amz-target': target };
      expect(() => json11Protocol.decode(headers, () => Buffer.from('{}'))).toThrow(
        expect.objectContaining({ code: 'UnknownOperationException', status: 400 }),
      );
    },
  );

  it('with an empty body have no members', () => {
    expect(decode('').input(describeServices)).toEqual({});
  });

  it.each(['{', '{"a":}', 'undefined', '{"a":1}}', '\u0000', 'Action=ListClusters'])(
    'that are broken (%j) are a SerializationException',
    (body) => {
      expect(() => decode(body).input(describeServices)).toThrow(
        expect.objectContaining({ code: 'SerializationException', status: 400 }),
      );
    },
  );

  it('that are no UTF-8 are a SerializationException', () => {
    const body = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
    expect(() => decode(body).input(describeServices)).toThrow(/not UTF-8/);
  });
});

describe('AWS JSON replies', () => {
  it('write timestamps as epoch seconds with milliseconds', () => {
    const body = json11Protocol.reply(
      describeServices,
      { services: [{ createdAt: new Date(1_789_551_556_693) }] },
      '',
      'id',
    ).body;
    expect(body).toBe('{"services":[{"createdAt":1789551556.693}]}');
  });

  it('write a frozen structure as any other, each time and wherever its shape differs', () => {
    const service = Object.freeze({
      serviceName: 'é"web',
      createdAt: new Date(1000),
      taskDefinitionArn: 'a',
    });
    const expected = { services: [{ serviceName: 'é"web', createdAt: 1 }] };
    expect(written(describeServices, { services: [service] })).toEqual(expected);
    expect(written(describeServices, { services: [service] })).toEqual(expected);
    expect(written(describeTaskDefinition, { taskDefinition: service })).toEqual({
      taskDefinition: { taskDefinitionArn: 'a' },
    });
    expect(written(describeServices, { services: [service, service] })).toEqual({
      services: [...expected.services, ...expected.services],
    });
  });

  it('leave out what is unset and what the model does not know', () => {
    const output = { services: [{ serviceName: 'web', status: undefined, secret: 'x' }], other: 1 };
    expect(written(describeServices, output)).toEqual({ services: [{ serviceName: 'web' }] });
  });

  it('write nothing as an empty object, and empty lists as lists', () => {
    expect(written(describeServices, {})).toEqual({});
    expect(written(describeServices, { services: [{}], failures: [] })).toEqual({
      services: [{}],
      failures: [],
    });
  });

  it.each([
    { services: [{ createdAt: 12 }] },
    { services: [{ createdAt: new Date(Number.NaN) }] },
    { services: [{ desiredCount: Number.NaN }] },
    { services: [{ desiredCount: '1' }] },
    { services: [{ serviceName: 1 }] },
    { services: [{ enableECSManagedTags: 'true' }] },
  ])('cannot be written with a value that the model cannot hold: %j', (output) => {
    expect(() => json11Protocol.reply(describeServices, output, '', 'id')).toThrow(TypeError);
  });

  it('are what the SDK would write, for any service', () => {
    const text = brokenText;
    const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') });
    const service = fc.record(
      {
        serviceName: text,
        desiredCount: fc.integer(),
        createdAt: date,
        enableECSManagedTags: fc.boolean(),
        loadBalancers: fc.array(fc.record({ containerName: text, containerPort: fc.nat() }), {
          maxLength: 3,
        }),
        deployments: fc.array(fc.record({ id: text, updatedAt: date }, { requiredKeys: [] }), {
          maxLength: 3,
        }),
        tags: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(service, { maxLength: 4 }), (services) => {
        const serializer = new JsonShapeSerializer2({
          jsonName: false,
          timestampFormat: { useTrait: false, default: 7 },
        });
        serializer.write(NormalizedSchema.of(ecs.DescribeServicesResponse$), { services });
        expect(written(describeServices, { services })).toEqual(
          JSON.parse(new TextDecoder().decode(serializer.flush())),
        );
      }),
    );
  });

  it('write maps with any key', () => {
    fc.assert(
      fc.property(fc.dictionary(brokenText, brokenText), (dockerLabels) => {
        const output = { taskDefinition: { containerDefinitions: [{ dockerLabels }] } };
        expect(written(describeTaskDefinition, output)).toEqual(JSON.parse(JSON.stringify(output)));
      }),
    );
  });
});

describe('AWS JSON errors', () => {
  it('have __type, message and the members of the exception', () => {
    const error = new AwsError('ConflictException', 'Taken.', { members: { resourceIds: ['a'] } });
    expect(json11Protocol.error(error, 'id')).toEqual({
      status: 400,
      contentType: 'application/x-amz-json-1.1',
      body: '{"resourceIds":["a"],"__type":"ConflictException","message":"Taken."}',
    });
  });

  it('have no message where AWS gives none', () => {
    const error = new AwsError('ServiceNotFoundException', '');
    expect(json11Protocol.error(error, 'id').body).toBe('{"__type":"ServiceNotFoundException"}');
  });
});
