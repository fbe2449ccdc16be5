import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import { QueryShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import { queryProtocol } from '../../../src/local/wire/query-protocol.ts';
import { ShapeCompiler } from '../../../src/local/wire/shape.ts';
import { awkwardText } from './awkward-text.ts';
import { checkInput } from '../../../src/local/wire/validate.ts';

const shapes = new ShapeCompiler({ enums: new Map() });
const modifyRule = shapes.operation(elbv2.ModifyRule$);
const registerTargets = shapes.operation(elbv2.RegisterTargets$);

const NODE = ['test', 'Search'] as const;
/** A structure with a member of every kind that the query protocol can carry. */
const search = shapes.operation([
  9,
  ...NODE,
  0,
  [
    3,
    'test',
    'SearchInput',
    0,
    ['Labels', 'Since', 'Blob', 'Deep', 'On', 'Size'],
    [[2, 'test', 'Labels', 0, 0, 1], 4, 21, [3, 'test', 'Deep', 0, ['Names'], [64]], 2, 1],
  ],
  [3, 'test', 'SearchOutput', 0, [], []],
] as never);

function read(body: string, shape = modifyRule): object {
  const decoded = queryProtocol.decode({}, () => Buffer.from(`Action=X&Version=1&${body}`));
  return checkInput(shape.input, decoded.input(shape), {
    operation: shape.name,
    code: 'ValidationError',
    onUnknown: () => undefined,
  });
}

describe('query requests', () => {
  it('name their operation by Action and their API by Version', () => {
    const decoded = queryProtocol.decode({}, () =>
      Buffer.from('Version=2015-12-01&Action=DescribeRules'),
    );
    expect(decoded).toMatchObject({ apiName: '2015-12-01', operation: 'DescribeRules' });
  });

  it.each(['', 'Version=2015-12-01', 'Action=', '\u0000', '%%%'])(
    'without an Action (%j) are an InvalidAction',
    (body) => {
      expect(() => queryProtocol.decode({}, () => Buffer.from(body))).toThrow(
        expect.objectContaining({ code: 'InvalidAction', status: 400 }),
      );
    },
  );

  it('hold lists by number, nested by dots', () => {
    const body =
      'RuleArn=arn%3Aaws%3Ax&Actions.member.1.Type=forward' +
      '&Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn=b' +
      '&Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=a' +
      '&Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=90' +
      '&Actions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled=false';
    expect(read(body)).toEqual({
      RuleArn: 'arn:aws:x',
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: 'a', Weight: 90 }, { TargetGroupArn: 'b' }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    });
  });

  it('order a list by its numbers, not by their text', () => {
    const body = [10, 9, 2, 1].map((n) => `Targets.member.${n}.Id=${n}`).join('&');
    expect(read(`TargetGroupArn=x&${body}`, registerTargets)).toEqual({
      TargetGroupArn: 'x',
      Targets: [{ Id: '1' }, { Id: '2' }, { Id: '9' }, { Id: '10' }],
    });
  });

  it('write an empty list as a bare name', () => {
    expect(read('RuleArn=x&Actions=')).toEqual({ RuleArn: 'x', Actions: [] });
  });

  it('hold maps, timestamps, bytes, booleans and numbers as text', () => {
    const body =
      'Labels.entry.1.key=b&Labels.entry.1.value=2&Labels.entry.2.key=a&Labels.entry.2.value=-1.5e3' +
      '&Since=2026-02-03T04:05:06.789Z&Blob=aGk%3D&Deep.Names.member.1=x&On=true&Size=7';
    expect(read(body, search)).toEqual({
      Labels: { b: 2, a: -1500 },
      Since: new Date('2026-02-03T04:05:06.789Z'),
      Blob: Buffer.from('hi'),
      Deep: { Names: ['x'] },
      On: true,
      Size: 7,
    });
  });

  it.each([
    [
      'TargetGroupArn=x&Targets.member.1.Port=http&Targets.member.1.Id=i',
      'Targets[0].Port',
      'number, got "http"',
    ],
    [
      'TargetGroupArn=x&Targets.member.1.Port=&Targets.member.1.Id=i',
      'Targets[0].Port',
      'number, got ""',
    ],
    [
      'TargetGroupArn=x&Targets.member.1.Port=0x10&Targets.member.1.Id=i',
      'Targets[0].Port',
      'number, got "0x10"',
    ],
    ['TargetGroupArn=x&Targets.member.x.Id=i', 'Targets', 'list'],
    ['TargetGroupArn=x&Targets.member.0.Id=i', 'Targets', 'list'],
    ['TargetGroupArn=x&Targets.1.Id=i', 'Targets', 'list'],
    ['TargetGroupArn=x&Targets.member.__proto__.Id=i', 'Targets', 'list'],
    ['TargetGroupArn=x&Targets=some', 'Targets', 'list, got "some"'],
    ['TargetGroupArn=x&Targets.member.1=i', 'Targets[0]', 'structure, got "i"'],
    ['TargetGroupArn.a=x&Targets=', 'TargetGroupArn', 'string, got a structure'],
  ])('with a wrong value are refused with its path: %s', (body, path, expected) => {
    expect(() => read(body, registerTargets)).toThrow(
      `Invalid type for parameter ${path} of RegisterTargets: expected a ${expected}`,
    );
  });

  it.each([
    'Since=yesterday',
    'Since=1789551556',
    'On=True',
    'Labels.entry.x.key=a',
    'Labels=x',
    'Blob=%21',
  ])('with text that is no value of its kind are refused: %s', (body) => {
    expect(() => read(body, search)).toThrow(expect.objectContaining({ code: 'ValidationError' }));
  });

  it('that give a parameter twice, or nest it too deep, are malformed', () => {
    for (const body of ['RuleArn=a&RuleArn=b', `${'a.'.repeat(100_000)}a=1`])
      expect(() => read(body)).toThrow(expect.objectContaining({ code: 'MalformedQueryString' }));
  });

  it.each([
    '__proto__=1',
    '__proto__.polluted=1',
    'Labels.entry.1.key=__proto__&Labels.entry.1.value=1',
    'constructor.prototype.polluted=1',
    'Deep.__proto__.polluted=1',
  ])('never reach a prototype: %s', (body) => {
    try {
      expect(Object.getPrototypeOf(read(body, search))).toBe(Object.prototype);
    } catch (error) {
      expect(error).toBeInstanceOf(AwsError);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('give back what the SDK wrote, for any rule', () => {
    const text = awkwardText;
    const action = fc.record(
      {
        Type: text,
        Order: fc.integer({ min: 1, max: 50_000 }),
        ForwardConfig: fc.record({
          TargetGroups: fc.array(fc.record({ TargetGroupArn: text, Weight: fc.nat(999) }), {
            minLength: 1,
          }),
          TargetGroupStickinessConfig: fc.record({
            Enabled: fc.boolean(),
            DurationSeconds: fc.nat(),
          }),
        }),
      },
      { requiredKeys: ['Type'] },
    );
    const rule = fc.record({
      RuleArn: text,
      Actions: fc.array(action, { maxLength: 12 }),
      Conditions: fc.array(fc.record({ Field: text, Values: fc.array(text) }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(rule, (input) => {
        const serializer = new QueryShapeSerializer({
          timestampFormat: { useTrait: true, default: 5 },
          serializeEmptyLists: true,
        });
        serializer.write(NormalizedSchema.of(elbv2.ModifyRuleInput$), input);
        expect(read(String(serializer.flush()).slice(1))).toEqual(input);
      }),
    );
  });
});

describe('query replies', () => {
  it('wrap the result and the request id', () => {
    const shape = shapes.operation(elbv2.DescribeTargetHealth$);
    const output = { TargetHealthDescriptions: [{ Target: { Id: 'i', Port: 80 } }] };
    expect(queryProtocol.reply(shape, output, 'http://x/', 'id-1')).toEqual({
      status: 200,
      contentType: 'text/xml',
      body:
        '<DescribeTargetHealthResponse xmlns="http://x/"><DescribeTargetHealthResult><TargetHealthDescriptions><member>' +
        '<Target><Id>i</Id><Port>80</Port></Target></member></TargetHealthDescriptions></DescribeTargetHealthResult>' +
        '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DescribeTargetHealthResponse>',
    });
  });
});

describe('query errors', () => {
  it.each([
    [400, 'Sender'],
    [500, 'Receiver'],
  ])('of status %i are the fault of the %s', (status, type) => {
    const error = new AwsError('TargetGroupNotFound', 'No <group>.', {
      status,
      members: { Names: ['a', 1] },
    });
    expect(queryProtocol.error(error, 'id-1')).toEqual({
      status,
      contentType: 'text/xml',
      body:
        `<ErrorResponse><Error><Type>${type}</Type><Code>TargetGroupNotFound</Code><Message>No &lt;group&gt;.</Message>` +
        '<Names><member>a</member><member>1</member></Names></Error><RequestId>id-1</RequestId></ErrorResponse>',
    });
  });
});
