/** `--strategy`, `--steps` and the like over the strategy of the file. */
import type { StrategyWish } from './configuration.ts';
import type { ConfigurationOptions } from './configuration-options.ts';

type StrategyOptions = Pick<
  ConfigurationOptions,
  'strategy' | 'steps' | 'stepBakeMs' | 'finalBakeMs' | 'onClientLoss'
>;

const NO_TRAFFIC: StrategyWish['traffic'] = {
  productionListenerRule: undefined,
  testListenerRule: undefined,
  alternateTargetGroupArn: undefined,
};

/**
 * The strategy of the options over the file's. Another type takes over only what it has a use for: the steps of a canary are
 * no steps of a linear rollout.
 * @param problems takes what is wrong, by the name of the option
 */
export function layStrategy(
  file: StrategyWish | undefined,
  options: StrategyOptions,
  problems: string[],
): StrategyWish | undefined {
  const type = options.strategy ?? file?.type;
  if (type === undefined) {
    for (const [option, value] of [
      ['--steps', options.steps],
      ['--step-bake', options.stepBakeMs],
      ['--final-bake', options.finalBakeMs],
      ['--on-client-loss', options.onClientLoss],
    ] as const)
      if (value !== undefined)
        problems.push(`${option} needs --strategy, which says what it is meant for`);
    return undefined;
  }
  const base = file === undefined || file.type === type ? file : keptFor(type, file);
  return {
    type,
    steps: options.steps ?? base?.steps ?? [],
    stepBakeMs: options.stepBakeMs ?? base?.stepBakeMs,
    finalBakeMs: options.finalBakeMs ?? base?.finalBakeMs,
    onClientLoss: options.onClientLoss ?? base?.onClientLoss,
    traffic: base?.traffic ?? NO_TRAFFIC,
  };
}

function keptFor(type: StrategyWish['type'], file: StrategyWish): StrategyWish {
  const none = { steps: [], stepBakeMs: undefined };
  if (type === 'rolling')
    return {
      ...{ type, ...none, finalBakeMs: undefined, onClientLoss: undefined },
      traffic: NO_TRAFFIC,
    };
  if (type === 'blue_green') return { ...file, type, ...none };
  return { ...file, type, steps: [] };
}
