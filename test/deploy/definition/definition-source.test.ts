import { describe, expect, it } from 'vitest';
import {
  parseDefinitionFile,
  parseDefinitionSource,
} from '../../../src/deploy/definition/definition-source.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:6';

describe('parseDefinitionSource', () => {
  it.each([
    ['web', { kind: 'registered', name: 'web' }],
    ['web:6', { kind: 'registered', name: 'web:6' }],
    [ARN, { kind: 'registered', name: ARN }],
    ['web.json', { kind: 'file', path: 'web.json' }],
    ['./web', { kind: 'file', path: './web' }],
    ['file:///tmp/web.json', { kind: 'file', path: '/tmp/web.json' }],
    ['file://web.json', { kind: 'file', path: 'web.json' }],
  ] as const)('%s', (text, source) => {
    expect(parseDefinitionSource(text)).toStrictEqual(source);
  });

  it.each(['web:', 'web:x', 'web:0', '', 'arn:aws:ecs:eu-west-1:123456789012:service/web'])(
    'refuses %j',
    (text) => {
      expect(() => parseDefinitionSource(text)).toThrow(/task definition/);
    },
  );
});

describe('parseDefinitionFile', () => {
  const input = { family: 'web', containerDefinitions: [{ name: 'web', image: 'x:1' }] };

  it('takes what RegisterTaskDefinition takes', () => {
    const content = parseDefinitionFile(
      JSON.stringify({ ...input, tags: [{ key: 'a', value: '' }] }),
      'f',
    );
    expect(content).toStrictEqual({ definition: input, tags: [{ key: 'a', value: '' }] });
  });

  it('takes what DescribeTaskDefinition prints', () => {
    const text = JSON.stringify({
      taskDefinition: { ...input, revision: 3, status: 'ACTIVE', compatibilities: [] },
      tags: [],
    });
    expect(parseDefinitionFile(`\uFEFF${text}`, 'f')).toStrictEqual({
      definition: input,
      tags: undefined,
    });
  });

  it.each([
    ['{', /f is no JSON/],
    ['[]', /f holds no JSON object/],
    ['{}', /no "family"/],
    ['{"family":"web"}', /no "containerDefinitions"/],
    ['{"family":"web","containerDefinitions":[]}', /no "containerDefinitions"/],
    [
      '{"family":"web","containerDefinitions":[{"name":"a"}]}',
      /containerDefinitions\[0\] has no "image"/,
    ],
    [
      '{"family":"web","containerDefinitions":[{"name":"a","image":"b"}],"tags":{"a":"b"}}',
      /"tags" is no list/,
    ],
    [
      '{"family":"web","containerDefinitions":[{"name":"a","image":"b"}],"tags":[{"key":"a"}]}',
      /"tags" is no list/,
    ],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => parseDefinitionFile(text, 'f')).toThrow(message);
  });
});
