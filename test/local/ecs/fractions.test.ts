import * as sdk from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { ecsFractions } from '../../../src/local/ecs/fractions.ts';
import { inputMembers } from '../wire/sdk-enum-members.ts';
import { operationsOf } from '../wire/served-apis.ts';

describe('the members of ECS requests that may have a fraction', () => {
  it('are all members that a request can hold', () => {
    const reachable = inputMembers(operationsOf(sdk).values());
    expect([...ecsFractions].filter((key) => !reachable.has(key))).toEqual([]);
  });
});
