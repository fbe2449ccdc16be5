import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ecsFractions } from '../../../src/local/ecs/fractions.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import { ShapeCompiler, type OperationShape } from '../../../src/local/wire/shape.ts';
import { checkInput } from '../../../src/local/wire/validate.ts';
import { ecsApi, elbv2Api, operationsOf } from './served-apis.ts';
import * as ecs from '@aws-sdk/client-ecs';

const shapes = new ShapeCompiler(ecsApi({}));

function shapeOf(operation: string): OperationShape {
  const schema = ecsApi({}).operations.get(operation) ?? elbv2Api({}).operations.get(operation);
  if (schema === undefined) throw new Error(`no operation ${operation}`);
  return shapes.operation(schema);
}

function check(operation: string, value: unknown, unknown: string[] = []): object {
  return checkInput(shapeOf(operation).input, value, {
    operation,
    code: 'InvalidParameterException',
    onUnknown: (path) => unknown.push(path),
  });
}

function messageFor(operation: string, value: unknown): string {
  try {
    check(operation, value);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    expect([error.code, error.status]).toEqual(['InvalidParameterException', 400]);
    return error.message;
  }
  throw new Error('the check found nothing');
}

describe('the generic check of a request', () => {
  it('passes what is right on unchanged', () => {
    const input = {
      family: 'web',
      containerDefinitions: [
        { name: 'a', image: 'a:1', essential: true, portMappings: [{ containerPort: 80 }] },
      ],
      requiresCompatibilities: ['FARGATE'],
      tags: [],
    };
    expect(check('RegisterTaskDefinition', input)).toEqual(input);
  });

  it.each([
    ['CreateService', {}, 'Missing required field for CreateService: serviceName'],
    [
      'CreateService',
      { serviceName: null },
      'Missing required field for CreateService: serviceName',
    ],
    [
      'RegisterTaskDefinition',
      { family: 'web' },
      'Missing required field for RegisterTaskDefinition: containerDefinitions',
    ],
    [
      'RegisterTaskDefinition',
      { family: 'web', containerDefinitions: [{}, { dependsOn: [{ condition: 'START' }] }] },
      'Missing required field for RegisterTaskDefinition: containerDefinitions[1].dependsOn[0].containerName',
    ],
  ])('names a missing required member: %s %j', (operation, input, message) => {
    expect(messageFor(operation, input)).toBe(message);
  });

  it.each([
    [
      'UpdateService',
      { service: 'web', desiredCount: 'three' },
      'desiredCount',
      'a number, got "three" (a string)',
    ],
    ['UpdateService', { service: 12 }, 'service', 'a string, got 12 (a number)'],
    [
      'UpdateService',
      { service: 'web', forceNewDeployment: 'yes' },
      'forceNewDeployment',
      'a boolean, got "yes" (a string)',
    ],
    [
      'UpdateService',
      { service: 'web', loadBalancers: {} },
      'loadBalancers',
      'a list, got a structure',
    ],
    [
      'UpdateService',
      { service: 'web', networkConfiguration: [] },
      'networkConfiguration',
      'a structure, got a list',
    ],
    [
      'UpdateService',
      { service: 'web', loadBalancers: [null] },
      'loadBalancers[0]',
      'a structure, got null',
    ],
    [
      'ListServiceDeployments',
      { service: 's', createdAt: { before: '2026' } },
      'createdAt.before',
      'a timestamp (epoch seconds), got "2026" (a string)',
    ],
    ['UpdateService', 'web', 'the request', 'a structure, got "web" (a string)'],
    ['UpdateService', [], 'the request', 'a structure, got a list'],
    ['UpdateService', null, 'the request', 'a structure, got null'],
  ])('names a member of a wrong type: %s %j', (operation, input, path, rest) => {
    expect(messageFor(operation, input)).toBe(
      `Invalid type for parameter ${path} of ${operation}: expected ${rest}`,
    );
  });

  it('refuses numbers that JSON can write and no machine can hold', () => {
    const input: unknown = JSON.parse('{"service":"web","desiredCount":1e999}');
    expect(messageFor('UpdateService', input)).toContain('expected a number, got Infinity');
  });

  it.each([
    ['UpdateService', { service: 'web', desiredCount: 2.5 }, 'desiredCount', '2.5'],
    ['RunTask', { taskDefinition: 'web', count: 1e20 }, 'count', '100000000000000000000'],
    [
      'RegisterTaskDefinition',
      { family: 'web', containerDefinitions: [{ portMappings: [{ containerPort: 80.5 }] }] },
      'containerDefinitions[0].portMappings[0].containerPort',
      '80.5',
    ],
  ])('takes only whole numbers: %s %j', (operation, input, path, shown) => {
    expect(messageFor(operation, input)).toBe(
      `Invalid type for parameter ${path} of ${operation}: expected a whole number, got ${shown} (a number)`,
    );
  });

  it('takes fractions where the model has them', () => {
    const withFractions = new ShapeCompiler({ ...ecsApi({}), fractions: ecsFractions });
    const input = {
      cluster: 'c',
      service: 's',
      taskSet: 't',
      scale: { value: 12.5, unit: 'PERCENT' },
    };
    const context = { operation: 'UpdateTaskSet', code: 'X', onUnknown: () => undefined };
    const shape = withFractions.operation(ecs.UpdateTaskSet$).input;
    expect(checkInput(shape, input, context)).toEqual(input);
  });

  it('refuses timestamps that no calendar reaches', () => {
    const input = { service: 's', createdAt: { before: 1e20 } };
    expect(messageFor('ListServiceDeployments', input)).toContain('createdAt.before');
  });

  it('turns epoch seconds into Dates, to the millisecond', () => {
    const input = { service: 's', createdAt: { before: 1_789_551_556.693 } };
    expect(check('ListServiceDeployments', input)).toEqual({
      service: 's',
      createdAt: { before: new Date(1_789_551_556_693) },
    });
  });

  it('names a bad enum value, its place and what would be right', () => {
    expect(messageFor('RunTask', { taskDefinition: 'web', launchType: 'FARGAT' })).toBe(
      "1 validation error detected: Value 'FARGAT' at 'launchType' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [EC2, EXTERNAL, FARGATE, MANAGED_INSTANCES]',
    );
  });

  it('checks each value of a list of enum values', () => {
    const input = { services: ['web'], include: ['TAGS', 'TAG'] };
    expect(messageFor('DescribeServices', input)).toContain("Value 'TAG' at 'include[1]'");
  });

  it("says it in ECS's own words where they are known", () => {
    const input = { serviceName: 'web', schedulingStrategy: 'DEMON' };
    expect(messageFor('CreateService', input)).toBe(
      'Scheduling strategy should be one of [REPLICA,DAEMON]',
    );
  });

  it('shortens what it repeats', () => {
    const input = { taskDefinition: 'web', launchType: 'x'.repeat(100_000) };
    expect(messageFor('RunTask', input).length).toBeLessThan(500);
    expect(
      messageFor('UpdateService', { service: 's', desiredCount: 'y'.repeat(100_000) }).length,
    ).toBeLessThan(500);
  });

  it('leaves out members that are null or unknown, and reports the unknown ones by path', () => {
    const unknown: string[] = [];
    const input = {
      service: 'web',
      colour: 'red',
      taskDefinition: null,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['s'], flavour: 1 } },
    };
    expect(check('UpdateService', input, unknown)).toEqual({
      service: 'web',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['s'] } },
    });
    expect(unknown).toEqual(['colour', 'networkConfiguration.awsvpcConfiguration.flavour']);
  });

  it.each([
    '{"__proto__":{"polluted":1},"services":["web"]}',
    '{"constructor":{"prototype":{}},"services":["web"]}',
  ])('never lets a name reach a prototype: %s', (text) => {
    const output = check('DescribeServices', JSON.parse(text));
    expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
    expect(Object.keys(output)).toEqual(['services']);
  });

  it('refuses __proto__ as the key of a map', () => {
    const text = '{"family":"f","containerDefinitions":[{"dockerLabels":{"__proto__":"x"}}]}';
    expect(messageFor('RegisterTaskDefinition', JSON.parse(text))).toContain(
      'Invalid key in containerDefinitions[0].dockerLabels of RegisterTaskDefinition: "__proto__"',
    );
  });

  it('does not repeat the value of a secret', () => {
    const input = { family: 'f', containerDefinitions: [{ environment: { password: 'hunter2' } }] };
    expect(messageFor('RegisterTaskDefinition', input)).not.toContain('hunter2');
  });

  it('wants exactly one member of a union', () => {
    const unions = [...operationsOf(ecs).values()]
      .map((schema) => shapes.operation(schema).input)
      .flatMap((input) => [...input.members.values()])
      .map((member) => member.shape)
      .filter((shape) => shape.kind === 'union');
    const [union] = unions;
    if (union?.kind !== 'union') throw new Error('no operation of ECS takes a union');
    const context = { operation: 'X', code: 'C', onUnknown: () => undefined };
    expect(() => checkInput(union, {}, context)).toThrow(
      /exactly one of these members must be set: \w+/,
    );
  });

  it('holds against values nested as deep as a body allows', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(400_000)}${']'.repeat(400_000)}`);
    expect(messageFor('UpdateService', { service: deep })).toContain('got a list');
    expect(messageFor('DescribeServices', { services: deep })).toContain('services[0]');
  });

  it('returns only members that the model knows, or an AwsError, for any JSON there is', () => {
    const names = [...shapeOf('CreateService').input.members.keys()];
    const anyInput = fc.dictionary(
      fc.oneof(fc.constantFrom(...names, '__proto__', 'toString'), fc.string()),
      fc.jsonValue({ maxDepth: 4 }),
    );
    fc.assert(
      fc.property(anyInput, (input) => {
        try {
          const output = check(
            'CreateService',
            JSON.parse(JSON.stringify({ serviceName: 'web', ...input })),
          );
          expect(names).toEqual(expect.arrayContaining(Object.keys(output)));
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
