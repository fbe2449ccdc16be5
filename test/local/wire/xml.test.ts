import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import { XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenText } from './awkward-text.ts';
import { ShapeCompiler } from '../../../src/local/wire/shape.ts';
import { escapeText, xmlStruct } from '../../../src/local/wire/xml.ts';

const shapes = new ShapeCompiler({ enums: new Map() });
const describeLoadBalancers = shapes.operation(elbv2.DescribeLoadBalancers$).output;

describe('XML replies', () => {
  it('are read back by the SDK as they were given, for any load balancer', async () => {
    const text = fc
      .string({ unit: 'grapheme-ascii', minLength: 1 })
      .map((value) => `<&"'${value}é€😀>`);
    const balancer = fc.record(
      {
        LoadBalancerName: text,
        CreatedTime: fc.date({
          noInvalidDate: true,
          min: new Date(0),
          max: new Date('2100-01-01'),
        }),
        State: fc.record({ Code: text }),
        AvailabilityZones: fc.array(fc.record({ ZoneName: text }), { minLength: 1 }),
        SecurityGroups: fc.array(text, { minLength: 1 }),
      },
      { requiredKeys: ['LoadBalancerName'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(balancer, { minLength: 1 }), async (LoadBalancers) => {
        const xml = `<R>${xmlStruct(describeLoadBalancers, { LoadBalancers })}</R>`;
        const reader = new XmlShapeDeserializer({
          xmlNamespace: '',
          serviceNamespace: 'x',
          timestampFormat: { useTrait: true, default: 5 },
        });
        const schema = NormalizedSchema.of(elbv2.DescribeLoadBalancersOutput$);
        expect(await reader.read(schema, Buffer.from(xml))).toEqual({ LoadBalancers });
      }),
      { numRuns: 50 },
    );
  });

  it('write maps, bytes and timestamps', () => {
    const shape = shapes.operation([
      9,
      'test',
      'Show',
      0,
      () => 'unit',
      [
        3,
        'test',
        'ShowOutput',
        0,
        ['Labels', 'Blob', 'At'],
        [[2, 'test', 'Labels', 0, 0, 1], 21, 4],
      ],
    ] as never).output;
    const output = {
      Labels: { 'a&b': 1 },
      Blob: Buffer.from('hi'),
      At: new Date(1_789_551_556_693),
    };
    expect(xmlStruct(shape, output)).toBe(
      '<Labels><entry><key>a&amp;b</key><value>1</value></entry></Labels><Blob>aGk=</Blob><At>2026-09-16T09:39:16.693Z</At>',
    );
    expect(() => xmlStruct(shape, { At: 12 })).toThrow(TypeError);
  });

  it('hold only characters that XML knows', () => {
    const forbidden =
      // eslint-disable-next-line no-control-regex -- what XML 1.0 forbids
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff<>]|&(?!(?:amp|lt|gt|quot|apos|#xD);)/;
    fc.assert(
      fc.property(brokenText, fc.integer({ min: 0, max: 0xffff }), (text, code) => {
        const escaped = escapeText(text + String.fromCharCode(code));
        expect(escaped).not.toMatch(forbidden);
        expect(escaped.isWellFormed()).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
