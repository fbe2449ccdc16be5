import type { ContainerDefinition, TaskOverride } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { resourceErrorOf, taskRules } from '../../../../src/local/controllers/tasks/task-rules.ts';
import type { TaskDefinition } from '../../../../src/local/state/entities.ts';

function definitionOf(...containerDefinitions: ContainerDefinition[]): TaskDefinition {
  return { definition: { containerDefinitions } } as unknown as TaskDefinition;
}

describe('the rules of a task definition', () => {
  it("have ECS's defaults", () => {
    const healthCheck = { command: ['CMD', 'x'] };
    const restartPolicy = { enabled: true };
    expect(taskRules(definitionOf({ name: 'app', healthCheck, restartPolicy }))).toStrictEqual([
      {
        name: 'app',
        essential: true,
        dependsOn: [],
        stopTimeoutMs: 30_000,
        restartPolicy: { ignoredExitCodes: [], attemptPeriodMs: 300_000 },
        healthCheck: {
          command: ['CMD', 'x'],
          intervalMs: 30_000,
          timeoutMs: 5_000,
          retries: 3,
          startPeriodMs: 0,
        },
      },
    ]);
  });

  it('are what the definition says, in milliseconds', () => {
    expect(
      taskRules(
        definitionOf({
          name: 'app',
          essential: false,
          dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
          startTimeout: 60,
          stopTimeout: 2,
          restartPolicy: { enabled: true, restartAttemptPeriod: 60, ignoredExitCodes: [0] },
          healthCheck: { command: ['CMD'], interval: 5, timeout: 2, retries: 1, startPeriod: 10 },
        }),
      ),
    ).toStrictEqual([
      {
        name: 'app',
        essential: false,
        dependsOn: [{ containerName: 'db', condition: 'HEALTHY' }],
        startTimeoutMs: 60_000,
        stopTimeoutMs: 2_000,
        restartPolicy: { ignoredExitCodes: [0], attemptPeriodMs: 60_000 },
        healthCheck: {
          command: ['CMD'],
          intervalMs: 5_000,
          timeoutMs: 2_000,
          retries: 1,
          startPeriodMs: 10_000,
        },
      },
    ]);
  });

  it('have no restart policy when it is not enabled', () => {
    const [rules] = taskRules(definitionOf({ name: 'app', restartPolicy: { enabled: false } }));
    expect(rules).not.toHaveProperty('restartPolicy');
  });

  it('last as long as they say by the watch when the time of the API is scaled', () => {
    const healthCheck = { command: ['CMD'], interval: 5, timeout: 2, startPeriod: 10 };
    const definition = definitionOf({ name: 'app', stopTimeout: 2, startTimeout: 3, healthCheck });
    expect(taskRules(definition, 60)).toMatchObject([
      {
        stopTimeoutMs: 120_000,
        startTimeoutMs: 180_000,
        healthCheck: { intervalMs: 300_000, timeoutMs: 2_000, startPeriodMs: 600_000 },
      },
    ]);
    expect(taskRules(definition)).toMatchObject([{ stopTimeoutMs: 2_000 }]);
  });

  it('are worked out once for a definition', () => {
    const definition = definitionOf({ name: 'app' });
    expect(taskRules(definition)).toBe(taskRules(definition));
  });
});

describe('resources that cannot be had on this machine', () => {
  const overrides: TaskOverride = { containerOverrides: [{ name: 'app' }] };

  it('are none for a definition without environment files; secrets are the business of the runtime', () => {
    const secrets = [{ name: 'TOKEN', valueFrom: 'arn:secret' }];
    expect(resourceErrorOf(definitionOf({ name: 'app', secrets }), overrides)).toBeUndefined();
  });

  it("are environment files, of the definition or of the task's overrides", () => {
    const environmentFiles = [{ value: 'arn:aws:s3:::b/app.env', type: 's3' as const }];
    const message =
      "ResourceInitializationError: failed to download env files: arn:aws:s3:::b/app.env of container 'app' cannot be " +
      "read on this machine; give its variables in the container's 'environment' instead of 'environmentFiles'";
    expect(resourceErrorOf(definitionOf({ name: 'app', environmentFiles }), overrides)).toBe(
      message,
    );
    const overridden = { containerOverrides: [{ name: 'app', environmentFiles }] };
    expect(resourceErrorOf(definitionOf({ name: 'app' }), overridden)).toBe(message);
    expect(resourceErrorOf(definitionOf({ name: 'web' }), overridden)).toBeUndefined();
  });
});
