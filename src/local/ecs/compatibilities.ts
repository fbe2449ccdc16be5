/** Where a definition can run (reference: ECS semantics 3.2). */
import type { Compatibility, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { fargateObjections, isWindows } from './task-definition-validation/fargate.ts';
import { refusal } from './task-definition-validation/refusal.ts';
import type { TaskSize } from './task-definition-validation/task-size.ts';

/** The launch types that ECS lists for the definition, in ECS's order. */
export function compatibilities(
  definition: RegisterTaskDefinitionRequest,
  size: TaskSize,
): readonly Compatibility[] {
  const managed: readonly Compatibility[] = isWindows(definition) ? [] : ['MANAGED_INSTANCES'];
  switch (definition.networkMode) {
    case undefined:
    case 'bridge':
    case 'none':
      return ['EXTERNAL', 'EC2'];
    case 'host':
      return ['EXTERNAL', 'EC2', ...managed];
    case 'awsvpc': {
      const fargate: readonly Compatibility[] =
        fargateObjections(definition, size).length === 0 ? ['FARGATE'] : [];
      return definition.runtimePlatform === undefined
        ? ['EC2', ...managed, ...fargate]
        : ['EC2', ...fargate, ...managed];
    }
  }
}

/**
 * Checks that the definition can run where it says it must.
 * @throws AwsError ClientException
 */
export function checkCompatibilities(
  definition: RegisterTaskDefinitionRequest,
  possible: readonly Compatibility[],
): void {
  const impossible = definition.requiresCompatibilities?.find(
    (compatibility) => !possible.includes(compatibility),
  );
  if (impossible !== undefined)
    throw refusal(
      `The task definition requires compatibility ${impossible}, but with networkMode ${definition.networkMode ?? 'bridge'} and these settings it is compatible with [${possible.join()}] only.`,
    );
}
