import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { withStrategy } from '../../../src/deploy/service-definition/with-strategy.ts';
import type { StrategyConfiguration } from '../../../src/deploy/strategy/native-strategy.ts';
import { defined } from './definitions.ts';

function merged(
  deploymentConfiguration: DeploymentConfiguration,
  strategy: StrategyConfiguration | undefined,
): { readonly configuration: unknown; readonly notes: readonly string[] } {
  const definition = withStrategy(defined({ deploymentConfiguration }), strategy);
  return {
    configuration: definition.settings.deploymentConfiguration,
    notes: definition.notes.map((note) => note.message),
  };
}

describe("the configuration's strategy over a service definition", () => {
  it('is not there: the file alone counts', () => {
    const file = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } as const;
    expect(merged(file, undefined)).toStrictEqual({ configuration: file, notes: [] });
  });

  it('adds to a file that says nothing of it', () => {
    const strategy = { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 20 } } as const;
    expect(merged({ maximumPercent: 150 }, strategy)).toStrictEqual({
      configuration: { maximumPercent: 150, ...strategy },
      notes: [],
    });
    expect(withStrategy(defined({}), { strategy: 'ROLLING' }).settings).toStrictEqual({
      deploymentConfiguration: { strategy: 'ROLLING' },
    });
  });

  it('wins where both say something else, with a note for each', () => {
    const file = {
      strategy: 'CANARY',
      bakeTimeInMinutes: 5,
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 1 },
    } as const;
    expect(
      merged(file, {
        strategy: 'CANARY',
        bakeTimeInMinutes: 9,
        canaryConfiguration: { canaryPercent: 20 },
      }),
    ).toStrictEqual({
      configuration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 9,
        // What only the file says still holds.
        canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 1 },
      },
      notes: [
        "service-definition.json says bakeTimeInMinutes 5, the configuration's strategy says 9: the configuration's strategy is used",
        "service-definition.json says canaryPercent 5, the configuration's strategy says 20: the configuration's strategy is used",
      ],
    });
  });

  it('takes nothing from a file that is made for another strategy', () => {
    expect(
      merged(
        {
          strategy: 'LINEAR',
          bakeTimeInMinutes: 5,
          linearConfiguration: { stepPercent: 25 },
          minimumHealthyPercent: 100,
        },
        { strategy: 'CANARY' },
      ),
    ).toStrictEqual({
      configuration: { minimumHealthyPercent: 100, strategy: 'CANARY' },
      notes: [
        "service-definition.json says strategy LINEAR, the configuration's strategy says CANARY: the configuration's strategy is used",
        "service-definition.json says bakeTimeInMinutes 5, the configuration's strategy has none: the configuration's strategy is used",
        "service-definition.json says stepPercent 25, the configuration's strategy has none: the configuration's strategy is used",
      ],
    });
  });

  it('says nothing of the bake time 0 with which a rolling service is shown', () => {
    expect(
      merged({ strategy: 'ROLLING', bakeTimeInMinutes: 0 }, { strategy: 'ROLLING' }),
    ).toStrictEqual({ configuration: { strategy: 'ROLLING' }, notes: [] });
  });
});
