import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDependencies } from '../../../../src/local/ecs/task-definition-validation/dependencies.ts';
import { refusalOf } from '../fresh-context.ts';

const COUNT = 6;
const edges = fc.array(fc.tuple(fc.nat(COUNT - 1), fc.nat(COUNT - 1)), { maxLength: 10 });

function containers(
  graph: readonly (readonly [from: number, to: number])[],
): readonly ContainerDefinition[] {
  return Array.from({ length: COUNT }, (_, index) => ({
    name: String(index),
    dependsOn: graph
      .filter(([from]) => from === index)
      .map(([, to]) => ({ containerName: String(to), condition: 'START' as const })),
  }));
}

/** Whether one can walk from a container back to itself, by following every path. */
function reachesItself(
  graph: readonly (readonly [from: number, to: number])[],
  start: number,
  at = start,
  seen: readonly number[] = [],
): boolean {
  return graph
    .filter(([from]) => from === at)
    .some(
      ([, to]) =>
        to === start || (!seen.includes(to) && reachesItself(graph, start, to, [...seen, to])),
    );
}

describe('dependsOn', () => {
  it('is refused if and only if a container waits for itself in the end', () => {
    fc.assert(
      fc.property(edges, (graph) => {
        const isCyclic = Array.from({ length: COUNT }, (_, index) => index).some((index) =>
          reachesItself(graph, index),
        );
        const check = (): void => {
          checkDependencies(containers(graph));
        };
        if (isCyclic) expect(refusalOf(check).message).toBe('Container dependsOn contains a cycle');
        else expect(check).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
