import * as sdk from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { enumValues, fractions } from '../../../src/deploy/definition/enum-values.ts';
import { enumMembers, inputMembers, modelDeclarations } from '../../local/wire/sdk-enum-members.ts';

describe('the enum members of a service definition', () => {
  const declared = enumMembers(modelDeclarations('@aws-sdk/client-ecs'));
  const reachable = inputMembers([sdk.CreateService$]);

  it('are exactly those that the SDK declares and CreateService can hold', () => {
    const wanted = [...declared.keys()].filter((key) => reachable.has(key));
    expect(wanted.length).toBeGreaterThan(20);
    expect([...enumValues.keys()].toSorted()).toEqual(wanted.toSorted());
  });

  it('each have the values of the table that the SDK declares for them', () => {
    const tables = new Map<string, unknown>(Object.entries(sdk));
    for (const [key, values] of enumValues)
      expect(values, key).toEqual(Object.values(tables.get(declared.get(key) ?? '') as object));
  });

  it('are all texts, and the members that may have a fraction are all numbers', () => {
    for (const key of fractions) {
      const [struct = '', member = ''] = key.split('.');
      const raw = Object.entries(sdk).find(([name]) => name === `${struct}$`)?.[1];
      const schema = NormalizedSchema.of(raw as typeof sdk.CanaryConfiguration$);
      expect(new Map(schema.structIterator()).get(member)?.isNumericSchema(), key).toBe(true);
    }
  });
});
