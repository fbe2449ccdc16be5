import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkActions } from '../../../src/local/elbv2/actions.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import { World } from './world.ts';

describe('the weights of a forward action', () => {
  it('are taken exactly when each is a whole number from 0 to 999, and shown as given', async () => {
    const world = new World();
    const arns: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) arns.push(await world.group(name));
    const weight = fc.oneof(
      fc.integer({ min: -2, max: 1002 }),
      fc.constantFrom(0, 999, 1000, -1, 0.5),
    );
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 5 }), (weights) => {
        const TargetGroups = weights.map((Weight, index) => ({
          TargetGroupArn: arns[index],
          Weight,
        }));
        const check = () =>
          checkActions(
            [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
            'Actions',
            world.context,
          );
        if (weights.every((each) => Number.isInteger(each) && each >= 0 && each <= 999)) {
          const [action] = check();
          expect(action?.ForwardConfig?.TargetGroups).toEqual(TargetGroups);
          expect(action?.TargetGroupArn).toBe(weights.length === 1 ? arns[0] : undefined);
          // What was shown can be given back.
          expect(checkActions(check(), 'Actions', world.context)).toEqual(check());
        } else {
          expect(check).toThrow(AwsError);
        }
      }),
    );
  });
});
