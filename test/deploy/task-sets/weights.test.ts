import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitOf, targetGroupsOf, withWeights } from '../../../src/deploy/task-sets/weights.ts';

const GROUPS = { blue: 'arn:blue', green: 'arn:green' };

const forward = (...weights: readonly (readonly [string, number])[]): Action => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
  },
});

describe('weights', () => {
  it('are shares of 100 percent in whole numbers that a load balancer takes, for every tenth of a percent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (tenths) => {
        const percent = tenths / 10;
        const actions = withWeights([forward(['arn:blue', 100])], GROUPS, percent);
        for (const { weight } of targetGroupsOf(actions)) {
          expect(Number.isInteger(weight)).toBe(true);
          expect(weight).toBeGreaterThanOrEqual(0);
          expect(weight).toBeLessThanOrEqual(999);
        }
        const split = splitOf(actions, GROUPS);
        expect(split?.green).toBeCloseTo(percent, 9);
        expect((split?.green ?? 0) + (split?.blue ?? 0)).toBeCloseTo(100, 9);
        expect(split).toMatchObject({ other: 0, attached: true });
      }),
    );
  });

  it('leave everything else of the rule as it was', () => {
    const sticky = { Enabled: true, DurationSeconds: 60 };
    const actions: Action[] = [
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: {
          ...{ Issuer: 'https://id', AuthorizationEndpoint: 'https://id/a', ClientId: 'web' },
          ...{ TokenEndpoint: 'https://id/t', UserInfoEndpoint: 'https://id/u' },
        },
      },
      {
        ...{ Type: 'forward', Order: 2, TargetGroupArn: 'arn:blue' },
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: 'arn:blue', Weight: 1 }],
          TargetGroupStickinessConfig: sticky,
        },
      },
    ];
    expect(withWeights(actions, GROUPS, 10)).toEqual([
      {
        ...actions[0],
        // The secret is never shown; without this the load balancer would ask for it.
        AuthenticateOidcConfig: {
          ...actions[0]?.AuthenticateOidcConfig,
          UseExistingClientSecret: true,
        },
      },
      {
        Type: 'forward',
        Order: 2,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: 'arn:blue', Weight: 90 },
            { TargetGroupArn: 'arn:green', Weight: 10 },
          ],
          TargetGroupStickinessConfig: sticky,
        },
      },
    ]);
  });

  it('of other target groups stay in the rule with nothing', () => {
    const actions = [forward(['arn:blue', 100], ['arn:spare', 0])];
    expect(targetGroupsOf(withWeights(actions, GROUPS, 50))).toEqual([
      { arn: 'arn:blue', weight: 50 },
      { arn: 'arn:spare', weight: 0 },
      { arn: 'arn:green', weight: 50 },
    ]);
  });

  it('are read relative to their sum, and one target group alone has it all', () => {
    expect(splitOf([forward(['arn:blue', 3], ['arn:green', 1])], GROUPS)).toEqual({
      ...{ blue: 75, green: 25, other: 0, attached: true },
    });
    expect(splitOf([forward(['arn:blue', 1], ['arn:spare', 1])], GROUPS)).toEqual({
      ...{ blue: 50, green: 0, other: 50, attached: false },
    });
    expect(splitOf([{ Type: 'forward', TargetGroupArn: 'arn:blue' }], GROUPS)).toEqual({
      ...{ blue: 100, green: 0, other: 0, attached: false },
    });
    expect(splitOf([forward(['arn:blue', 0], ['arn:green', 0])], GROUPS)).toEqual({
      ...{ blue: 0, green: 0, other: 0, attached: true },
    });
    expect(splitOf([{ Type: 'redirect' }], GROUPS)).toBeUndefined();
  });
});
