import * as sdk from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { ecsEnumMessages, ecsEnums } from '../../../src/local/ecs/enums.ts';
import { enumMembers, inputMembers, modelDeclarations } from '../wire/sdk-enum-members.ts';
import { operationsOf } from '../wire/served-apis.ts';

describe('the enum members of ECS', () => {
  const declared = enumMembers(modelDeclarations('@aws-sdk/client-ecs'));
  const reachable = inputMembers(operationsOf(sdk).values());

  it('are exactly those that the SDK declares and a request can hold', () => {
    const wanted = [...declared.keys()].filter((key) => reachable.has(key));
    expect(wanted.length).toBeGreaterThan(100);
    expect([...ecsEnums.keys()].sort()).toEqual(wanted.sort());
  });

  it('each have the values of the table that the SDK declares for them', () => {
    const tables = new Map<string, unknown>(Object.entries(sdk));
    for (const [key, values] of ecsEnums)
      expect(values, key).toEqual(Object.values(tables.get(declared.get(key) ?? '') as object));
  });

  it("have ECS's own message only where the member is an enum", () => {
    for (const key of ecsEnumMessages.keys()) expect(ecsEnums.has(key), key).toBe(true);
  });
});
