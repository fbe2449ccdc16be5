/** What the parts of a configuration mean together: each contradiction with its reason. */
import type { Path, Problem } from '../../base/configuration/problems.ts';
import type { CheckWish } from './analysis-schema.ts';
import type { StrategyWish } from './configuration.ts';

/** The parts that must fit each other; what could not be read is left out or undefined. */
export interface Parts {
  readonly strategy: StrategyWish | undefined;
  readonly analysis: readonly (CheckWish | undefined)[];
}

/**
 * Everything that contradicts.
 * @param nameOf what messages call a field: its path in a file, or the option that gave it
 */
export function crossProblems(parts: Parts, nameOf: (path: Path) => string): readonly Problem[] {
  const { strategy, analysis } = parts;
  return [
    ...(strategy === undefined ? [] : strategyProblems(strategy, nameOf)),
    ...(strategy?.type === 'rolling' && analysis.length > 0
      ? [
          {
            path: ['analysis'],
            text: `cannot go with ${nameOf(TYPE)} rolling: a rolling update has old and new tasks in one target group, so that a measurement cannot tell them apart; use deployment alarms, or blue_green, canary or linear`,
          },
        ]
      : []),
    ...duplicateNames(analysis),
  ];
}

const TYPE: Path = ['strategy', 'type'];

function strategyProblems(
  strategy: StrategyWish,
  nameOf: (path: Path) => string,
): readonly Problem[] {
  const { type, steps, stepBakeMs, finalBakeMs, onClientLoss, traffic } = strategy;
  const is = `${nameOf(TYPE)} ${type}`;
  const problems: Problem[] = [];
  const refuse = (key: string, text: string): void => {
    problems.push({ path: ['strategy', key], text });
  };
  const shiftsInSteps = type === 'canary' || type === 'linear';
  if (!shiftsInSteps && steps.length > 0)
    refuse(
      'steps',
      `cannot go with ${is}, which has no steps; use canary or linear, or leave it out`,
    );
  if (!shiftsInSteps && stepBakeMs !== undefined)
    refuse(
      'step_bake',
      `cannot go with ${is}, which has no steps; use canary or linear, or leave it out`,
    );
  if (type === 'linear' && steps.length > 1)
    refuse(
      'steps',
      `must be one step size, such as [10%], for ${is}; several unequal steps are canary on a service under the EXTERNAL controller`,
    );
  if (type === 'canary')
    steps.forEach((step, index) => {
      const before = steps[index - 1];
      if (before !== undefined && step <= before)
        problems.push({
          path: ['strategy', 'steps', index],
          text: `is ${step}%, not above the step before it, ${before}%; steps are shares of all traffic and grow`,
        });
    });
  if (type !== 'rolling') return problems;
  if (finalBakeMs !== undefined)
    refuse('final_bake', `cannot go with ${is}, which keeps no second version; leave it out`);
  if (onClientLoss !== undefined)
    refuse(
      'on_client_loss',
      `cannot go with ${is}: a rolling update goes on by ECS's own rules and waits for nobody, so that a lost client changes nothing; leave it out`,
    );
  for (const [member, value] of Object.entries(traffic))
    if (value !== undefined)
      refuse(member, `cannot go with ${is}, which shifts no traffic; leave it out`);
  return problems;
}

function duplicateNames(analysis: Parts['analysis']): readonly Problem[] {
  return analysis.flatMap((check, index) => {
    if (check?.name === undefined) return [];
    const first = analysis.findIndex((other) => other?.name === check.name);
    if (first === index) return [];
    return [
      {
        path: ['analysis', index, 'name'],
        text: `is ${JSON.stringify(check.name)}, as that of another check; give each its own name`,
      },
    ];
  });
}
