/** The configuration's `strategy` goes before what the service definition says of the same thing. */
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Finding } from '../session/findings.ts';
import type { StrategyConfiguration } from '../strategy/native-strategy.ts';
import { definitionNote, type ServiceDefinition } from './service-definition.ts';

/** The strategy that the settings of a step belong to. */
const BELONGS_TO = { canaryConfiguration: 'CANARY', linearConfiguration: 'LINEAR' } as const;

/**
 * The definition with the strategy that the configuration wishes; each contradiction is a note.
 * @param strategy undefined without a `strategy` in the configuration, and for services whose task sets Fairlead drives
 */
export function withStrategy(
  definition: ServiceDefinition,
  strategy: StrategyConfiguration | undefined,
): ServiceDefinition {
  if (strategy === undefined) return definition;
  const written = definition.settings.deploymentConfiguration ?? {};
  const { bakeTimeInMinutes, canaryConfiguration, linearConfiguration, ...rest } = written;
  const same = written.strategy === undefined || written.strategy === strategy.strategy;
  const bakes = same && strategy.strategy !== 'ROLLING';
  const merged: DeploymentConfiguration = {
    ...rest,
    ...(bakes && bakeTimeInMinutes !== undefined ? { bakeTimeInMinutes } : {}),
    ...strategy,
    ...stepsOf('canaryConfiguration', canaryConfiguration, strategy),
    ...stepsOf('linearConfiguration', linearConfiguration, strategy),
  };
  return {
    ...definition,
    settings: { ...definition.settings, deploymentConfiguration: merged },
    notes: [...definition.notes, ...contradictions(definition.source, written, merged)],
  };
}

/** What the file says of the steps holds where the wish says nothing. */
function stepsOf(
  member: keyof typeof BELONGS_TO,
  written: object | undefined,
  strategy: StrategyConfiguration,
): DeploymentConfiguration {
  const wished = strategy[member];
  if (strategy.strategy !== BELONGS_TO[member]) return {};
  return written === undefined && wished === undefined
    ? {}
    : { [member]: { ...written, ...wished } };
}

function contradictions(
  source: string,
  written: DeploymentConfiguration,
  merged: DeploymentConfiguration,
): readonly Finding[] {
  const values = (
    configuration: DeploymentConfiguration,
  ): ReadonlyMap<string, string | number | undefined> =>
    new Map<string, string | number | undefined>([
      ['strategy', configuration.strategy],
      ['bakeTimeInMinutes', configuration.bakeTimeInMinutes],
      ['canaryPercent', configuration.canaryConfiguration?.canaryPercent],
      ['canaryBakeTimeInMinutes', configuration.canaryConfiguration?.canaryBakeTimeInMinutes],
      ['stepPercent', configuration.linearConfiguration?.stepPercent],
      ['stepBakeTimeInMinutes', configuration.linearConfiguration?.stepBakeTimeInMinutes],
    ]);
  const used = values(merged);
  return [...values(written)].flatMap(([name, value]) => {
    // Nought is what a rolling service is shown with.
    if (value === undefined || value === used.get(name)) return [];
    if (value === 0 && used.get(name) === undefined) return [];
    const instead = used.get(name);
    return [
      definitionNote(
        'STRATEGY_DIFFERS',
        `${source} says ${name} ${value}, the configuration's strategy ${instead === undefined ? 'has none' : `says ${instead}`}: the configuration's strategy is used`,
      ),
    ];
  });
}
