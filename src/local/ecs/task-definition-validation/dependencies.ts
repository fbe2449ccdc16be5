/** The order in which containers start: dependsOn must name containers and lead nowhere in a circle (reference: 3.1, 3.3). */
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { refusal } from './refusal.ts';

/** @throws AwsError ClientException for an unknown container, an impossible condition or a cycle */
export function checkDependencies(containers: readonly ContainerDefinition[]): void {
  const byName = new Map(containers.map((container) => [container.name, container]));
  for (const { dependsOn = [] } of containers)
    for (const { containerName = '', condition } of dependsOn) {
      const dependency = byName.get(containerName);
      if (dependency === undefined)
        throw refusal(`Cannot depend on container + '${containerName}' because it does not exist`);
      if ((condition === 'SUCCESS' || condition === 'COMPLETE') && dependency.essential !== false)
        throw refusal(
          'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
        );
      if (condition === 'HEALTHY' && dependency.healthCheck === undefined)
        throw refusal(
          'A dependency container with HEALTHY condition must have health check configured',
        );
    }
  if (hasCycle(byName)) throw refusal('Container dependsOn contains a cycle');
}

/** Takes away containers that depend on nothing that is left, until none can be taken. */
function hasCycle(byName: ReadonlyMap<string | undefined, ContainerDefinition>): boolean {
  const left = new Map(byName);
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [name, { dependsOn = [] }] of left)
      if (!dependsOn.some(({ containerName }) => left.has(containerName))) left.delete(name);
  }
  return left.size > 0;
}
