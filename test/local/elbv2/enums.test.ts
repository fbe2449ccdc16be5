import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { elbv2Enums } from '../../../src/local/elbv2/enums.ts';
import { enumMembers, inputMembers, modelDeclarations } from '../wire/sdk-enum-members.ts';
import { operationsOf } from '../wire/served-apis.ts';

describe('the enum members of Elastic Load Balancing', () => {
  const declared = enumMembers(modelDeclarations('@aws-sdk/client-elastic-load-balancing-v2'));
  const reachable = inputMembers(operationsOf(sdk).values());

  it('are exactly those that the SDK declares and a request can hold', () => {
    const wanted = [...declared.keys()].filter((key) => reachable.has(key));
    expect(wanted.length).toBeGreaterThan(20);
    expect([...elbv2Enums.keys()].sort()).toEqual(wanted.sort());
  });

  it('each have the values of the table that the SDK declares for them', () => {
    const tables = new Map<string, unknown>(Object.entries(sdk));
    for (const [key, values] of elbv2Enums)
      expect(values, key).toEqual(Object.values(tables.get(declared.get(key) ?? '') as object));
  });
});
