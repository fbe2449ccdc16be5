import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { ShapeCompiler, type StructShape } from '../../../src/local/wire/shape.ts';
import { inputMembers, modelDeclarations } from './sdk-enum-members.ts';
import { operationsOf } from './served-apis.ts';

const compiler = (): ShapeCompiler => new ShapeCompiler({ enums: new Map() });

/** The members that an interface declares, and of them those that must be given. */
function declaredMembers(
  declarations: string,
  name: string,
): { all: string[]; required: string[] } {
  const body =
    new RegExp(`^export interface ${name} (?:extends \\w+ )?\\{([\\s\\S]*?)^\\}`, 'm').exec(
      declarations,
    )?.[1] ?? '';
  const members = [...body.matchAll(/^ {4}(\w+)(\??): (.*);$/gm)];
  return {
    all: members.map(([, member]) => member ?? ''),
    // The SDK declares a required member without a question mark and with "| undefined".
    required: members.filter(([, , optional]) => optional === '').map(([, member]) => member ?? ''),
  };
}

function structs(shape: StructShape, seen = new Map<string, StructShape>()): typeof seen {
  if (seen.has(shape.name)) return seen;
  seen.set(shape.name, shape);
  for (const { shape: member } of shape.members.values()) {
    let inner = member;
    while (inner.kind === 'list' || inner.kind === 'map')
      inner = inner.kind === 'list' ? inner.element : inner.value;
    if (inner.kind === 'struct' || inner.kind === 'union') structs(inner, seen);
  }
  return seen;
}

describe('the shapes of the SDK', () => {
  it.each([
    ['@aws-sdk/client-ecs', ecs],
    ['@aws-sdk/client-elastic-load-balancing-v2', elbv2],
  ])('of %s require what its type declarations require', (packageName, sdk) => {
    const declarations = modelDeclarations(packageName);
    const shapes = compiler();
    let compared = 0;
    for (const schema of operationsOf(sdk).values()) {
      for (const [name, shape] of structs(shapes.operation(schema).input)) {
        if (shape.kind === 'union') continue;
        const declared = declaredMembers(declarations, name);
        expect([...shape.members.keys()].sort(), name).toEqual(declared.all.sort());
        expect([...shape.required].sort(), name).toEqual(declared.required.sort());
        compared += declared.required.length;
      }
    }
    expect(compared).toBeGreaterThan(60);
  });

  it.each([
    ['CreateService', ['serviceName']],
    ['RegisterTaskDefinition', ['family', 'containerDefinitions']],
    ['UpdateService', ['service']],
    ['ListClusters', []],
  ])('require of %s %j', (name, required) => {
    const schema = operationsOf(ecs).get(name);
    expect(schema && compiler().operation(schema).input.required).toEqual(required);
  });

  it('compile for every operation of every API, but for those that stream', () => {
    const refused: string[] = [];
    for (const sdk of [ecs, elbv2, logs]) {
      const shapes = compiler();
      for (const schema of operationsOf(sdk).values()) {
        try {
          shapes.operation(schema);
        } catch {
          refused.push(schema[2]);
        }
      }
    }
    expect(refused.sort()).toEqual(['GetLogObject', 'StartLiveTail']);
  });

  it('name no XML element otherwise than its member, since the query protocol here writes plain names', () => {
    const operations = [...operationsOf(elbv2).values()];
    const visit = (schema: NormalizedSchema, seen: Set<unknown>): void => {
      const { xmlName, xmlFlattened, xmlAttribute } = schema.getMergedTraits();
      expect([xmlName, xmlFlattened, xmlAttribute]).toEqual([undefined, undefined, undefined]);
      if (schema.isListSchema() || schema.isMapSchema()) visit(schema.getValueSchema(), seen);
      if (!schema.isStructSchema() || seen.has(schema.getSchema())) return;
      seen.add(schema.getSchema());
      for (const [, member] of schema.structIterator()) visit(member, seen);
    };
    const seen = new Set<unknown>();
    for (const operation of operations) {
      visit(NormalizedSchema.of(operation[4]), seen);
      visit(NormalizedSchema.of(operation[5]), seen);
    }
    expect(seen.size).toBeGreaterThan(100);
    expect(inputMembers(operations).size).toBeGreaterThan(100);
  });

  it('compile each structure once, and one that contains itself', () => {
    const node: unknown[] = [3, 'test', 'Node', 0, ['name', 'children'], [0, () => list], 1];
    const list = [1, 'test', 'Nodes', 0, () => node];
    const operation = [9, 'test', 'Grow', 0, () => node, () => node] as never;
    const { input, output } = compiler().operation(operation);
    expect(input).toBe(output);
    expect(input.members.get('children')?.shape).toEqual({ kind: 'list', element: input });
  });
});
