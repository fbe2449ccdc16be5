import * as sdk from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { cloudWatchEnums, cloudWatchFractions } from '../../../src/local/cloudwatch/enums.ts';
import { enumMembers, inputMembers, modelDeclarations } from '../wire/sdk-enum-members.ts';
import { operationsOf } from '../wire/served-apis.ts';

describe('the members of CloudWatch requests', () => {
  const declared = enumMembers(modelDeclarations('@aws-sdk/client-cloudwatch'));
  const reachable = inputMembers(operationsOf(sdk).values());

  it('that are enums are exactly those that the SDK declares', () => {
    const wanted = [...declared.keys()].filter((key) => reachable.has(key));
    expect(wanted.length).toBeGreaterThan(15);
    expect([...cloudWatchEnums.keys()].sort()).toEqual(wanted.sort());
  });

  it('that are enums have the values of the table that the SDK declares for them', () => {
    const tables = new Map<string, unknown>(Object.entries(sdk));
    for (const [key, values] of cloudWatchEnums)
      expect(values, key).toEqual(Object.values(tables.get(declared.get(key) ?? '') as object));
  });

  it('that may have a fraction are all members that a request can hold', () => {
    expect([...cloudWatchFractions].filter((key) => !reachable.has(key))).toEqual([]);
  });
});
