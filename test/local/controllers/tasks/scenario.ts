/** Random tasks: any acyclic graph of containers, each with any behaviour. */
import type { ContainerCondition, ContainerDefinition } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import type { Script } from './machine.ts';

/** One container of a random task. */
export interface RandomContainer {
  readonly definition: ContainerDefinition;
  readonly script: Script;
}

/** A random task. */
export interface Scenario {
  readonly containers: readonly RandomContainer[];
  readonly balanced: boolean;
}

const HEALTH_CHECK = { command: ['CMD', 'x'], interval: 5, timeout: 2, retries: 2 };

/**
 * Durations lie far apart, so that what a crash may delay (a start, a health check) does not change which of two things
 * happens first.
 */
const part = fc.record({
  essential: fc.boolean(),
  dependsOn: fc.array(
    fc.record({
      on: fc.nat(3),
      condition: fc.constantFrom<ContainerCondition>('START', 'COMPLETE', 'SUCCESS', 'HEALTHY'),
    }),
    { maxLength: 2 },
  ),
  checked: fc.boolean(),
  startTimeout: fc.constantFrom(undefined, undefined, 10, 60),
  stopTimeout: fc.constantFrom(undefined, 2, 40),
  restarts: fc.boolean(),
  script: fc.record({
    startMs: fc.constantFrom(0, 100),
    startFails: fc.constantFrom(false, false, false, false, true),
    pullFails: fc.constantFrom(false, false, false, false, false, false, false, true),
    runMs: fc.constantFrom(undefined, undefined, 1_000, 100_000),
    exitCode: fc.constantFrom(0, 0, 1, 143),
    outOfMemory: fc.constantFrom(false, false, true),
    stopMs: fc.constantFrom(0, 1_500, 'never' as const),
    healthyAfterMs: fc.constantFrom(0, 20_000, 'never' as const),
    losesStatus: fc.boolean(),
  }),
});

/** Up to four containers; each may depend on those before it, and the last is essential. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  balanced: fc.boolean(),
  containers: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) =>
    parts.map((one, index): RandomContainer => {
      const essential = one.essential || index === parts.length - 1;
      const dependsOn = one.dependsOn.flatMap(({ on, condition }) => {
        const dependency = on < index ? parts[on] : undefined;
        if (dependency === undefined) return [];
        if (condition === 'HEALTHY' && !dependency.checked) return [];
        if ((condition === 'COMPLETE' || condition === 'SUCCESS') && dependency.essential)
          return [];
        return [{ containerName: `c${on}`, condition }];
      });
      const { runMs, ...script } = one.script;
      return {
        definition: {
          name: `c${index}`,
          image: `c${index}:1`,
          essential,
          dependsOn,
          startTimeout: one.startTimeout,
          stopTimeout: one.stopTimeout,
          ...(one.checked ? { healthCheck: HEALTH_CHECK } : {}),
          ...(one.restarts
            ? { restartPolicy: { enabled: true, restartAttemptPeriod: 60, ignoredExitCodes: [1] } }
            : {}),
          portMappings: [{ containerPort: 8080, hostPort: 0, protocol: 'tcp' }],
        },
        script: runMs === undefined ? script : { ...script, runMs },
      };
    }),
  ),
});
