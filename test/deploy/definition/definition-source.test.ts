import { describe, expect, it } from 'vitest';
import type { TaskDefinitionContent } from '../../../src/deploy/definition/task-definition.ts';
import { writtenFile, writtenInline } from '../../../src/deploy/definition/written.ts';
import {
  parseTaskDefinition,
  TASK_DEFINITION,
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

const parse = (text: string): TaskDefinitionContent =>
  parseTaskDefinition(writtenFile(text, 'f', TASK_DEFINITION));

describe('parseTaskDefinition', () => {
  const input = { family: 'web', containerDefinitions: [{ name: 'web', image: 'x:1' }] };

  it('takes what RegisterTaskDefinition takes', () => {
    const content = parse(JSON.stringify({ ...input, tags: [{ key: 'a', value: '' }] }));
    expect(content).toStrictEqual({ definition: input, tags: [{ key: 'a', value: '' }] });
  });

  it('takes what DescribeTaskDefinition prints', () => {
    const text = JSON.stringify({
      taskDefinition: { ...input, revision: 3, status: 'ACTIVE', compatibilities: [] },
      tags: [],
    });
    expect(parse(`\uFEFF${text}`)).toStrictEqual({
      definition: input,
      tags: undefined,
    });
  });

  it.each([
    ['{', 'f:1:2: this is no JSON: the file ends in the middle of it'],
    ['[]', 'f:1:1: the file must be a JSON object'],
    ['{}', 'f:1:1: the file has no "family"\nf:1:1: the file has no "containerDefinitions"'],
    ['{"family":"web","containerDefinitions":[]}', 'f:1:1: the file has no "containerDefinitions"'],
    [
      '{"family":"web","containerDefinitions":[{"name":"a"}]}',
      'f:1:41: containerDefinitions[0] has no "image"',
    ],
    [
      '{"family":"web","containerDefinitions":["a"]}',
      'f:1:41: containerDefinitions[0] must be an object, not "a"',
    ],
    [
      '{"family":"web","containerDefinitions":[{"name":"a","image":"b"}],"tags":{"a":"b"}}',
      'f:1:67: tags must be a list of {"key", "value"}',
    ],
    [
      '{"family":"web","containerDefinitions":[{"name":"a","image":"b"}],"tags":[{"key":"a"}]}',
      'f:1:75: tags[0] must be {"key", "value"}, both texts',
    ],
    [
      `{
  "family": "web",
  "cpu": 256,
  "containerDefinition": [],
  "containerDefinitions": [
    {
      "name": "web",
      "image": "web:1",
      "enviroment": [],
      "portMappings": { "containerPort": 80 },
      "healthCheck": { "command": ["CMD"], "retries": "3" }
    }
  ]
}`,
      [
        'f:3:3: cpu must be a text, not 256; write it in quotes',
        'f:9:7: containerDefinitions[0].enviroment is an unknown member; did you mean environment?',
        'f:10:7: containerDefinitions[0].portMappings must be a list, not an object; write [{ … }]',
        'f:11:44: containerDefinitions[0].healthCheck.retries must be a whole number, not "3"; write 3 without quotes',
      ].join('\n'),
    ],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('keeps what it does not know, where it looks like nothing that it knows', () => {
    const tomorrow = {
      memberOfTomorrow: { a: [1] },
      containerDefinitions: [{ ...input.containerDefinitions[0], quux: 1 }],
    };
    expect(parse(JSON.stringify({ ...input, ...tomorrow })).definition).toStrictEqual({
      ...input,
      ...tomorrow,
    });
  });

  it('takes texts for numbers in YAML, where a variable is always text', () => {
    const value = {
      family: 'web',
      containerDefinitions: [{ name: 'web', image: 'x:1', memory: '512', essential: 'true' }],
    };
    expect(parseTaskDefinition(writtenInline(value, 'task_definition')).definition).toMatchObject({
      containerDefinitions: [{ memory: 512, essential: true }],
    });
  });
});
