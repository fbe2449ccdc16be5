/** Placement constraints and strategies of services and tasks (reference: ECS semantics 4.2, 4.3). */
import type { PlacementConstraint, PlacementStrategy } from '@aws-sdk/client-ecs';
import { parseClusterQuery } from '../../scheduler/cluster-query.ts';
import type { PlacementRule } from '../../scheduler/placement.ts';
import { invalidParameter } from './ecs-errors.ts';

const MOST_CONSTRAINTS = 10;
const MOST_STRATEGIES = 4;
const LONGEST_EXPRESSION = 2000;

/**
 * The constraints in the form that placement takes.
 * @throws AwsError InvalidParameterException, naming the expression and what is wrong with it
 */
export function placementRules(
  constraints: readonly PlacementConstraint[],
): readonly PlacementRule[] {
  return constraints.map(({ type, expression }) => {
    switch (type) {
      case 'distinctInstance':
        if (expression !== undefined)
          throw invalidParameter(
            `A placement constraint of type distinctInstance takes no expression, but it has '${expression}'.`,
          );
        return { type };
      case 'memberOf':
        return { type, query: parsed(expression) };
      case undefined:
        throw invalidParameter(
          'A placement constraint needs a type: one of [distinctInstance,memberOf].',
        );
    }
  });
}

/** @throws AwsError InvalidParameterException */
export function checkPlacement(
  constraints: readonly PlacementConstraint[],
  strategies: readonly PlacementStrategy[],
  runsOn: 'EC2' | 'FARGATE',
): void {
  if (runsOn === 'FARGATE' && constraints.length > 0)
    throw invalidParameter('Fargate does not support task placement constraints.');
  if (runsOn === 'FARGATE' && strategies.length > 0)
    throw invalidParameter('Fargate does not support task placement strategies.');
  if (constraints.length > MOST_CONSTRAINTS)
    throw invalidParameter(`placementConstraints can have at most ${MOST_CONSTRAINTS} items.`);
  if (strategies.length > MOST_STRATEGIES)
    throw invalidParameter(`placementStrategy can have at most ${MOST_STRATEGIES} items.`);
  placementRules(constraints);
  for (const strategy of strategies) checkStrategy(strategy);
}

function parsed(
  expression: string | undefined,
): Extract<PlacementRule, { readonly type: 'memberOf' }>['query'] {
  if (expression === undefined || expression.trim() === '')
    throw invalidParameter('A placement constraint of type memberOf needs an expression.');
  if (expression.length > LONGEST_EXPRESSION)
    throw invalidParameter(
      `The expression of a placement constraint can have at most ${LONGEST_EXPRESSION} characters.`,
    );
  const result = parseClusterQuery(expression);
  if (result.ok) return result.query;
  throw invalidParameter(
    `Invalid expression '${expression}' in a placement constraint: ${result.message}.`,
  );
}

function checkStrategy({ type, field }: PlacementStrategy): void {
  switch (type) {
    case 'random':
      if (field !== undefined)
        throw invalidParameter(
          `A placement strategy of type random takes no field, but it has '${field}'.`,
        );
      return;
    case 'spread':
      if (field === undefined || !/^(instanceId|host|attribute:.+)$/.test(field))
        throw invalidParameter(
          `spread field '${field ?? ''}' is invalid. It must be instanceId, host or attribute:NAME.`,
        );
      return;
    case 'binpack':
      if (field === undefined || !/^(cpu|memory)$/i.test(field))
        throw invalidParameter(
          `binpack field '${field ?? ''}' is invalid. It must be cpu or memory.`,
        );
      return;
    case undefined:
      throw invalidParameter('A placement strategy needs a type: one of [random,spread,binpack].');
  }
}
