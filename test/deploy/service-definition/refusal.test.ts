import { describe, expect, it } from 'vitest';
import { ApiError, type FailureKind } from '../../../src/deploy/aws/api-failure.ts';
import { explainRefusal } from '../../../src/deploy/service-definition/refusal.ts';
import { FILE, NAME } from './definitions.ts';

const failure = (kind: FailureKind, name: string, message: string): ApiError =>
  new ApiError(kind, 'ecs', 'UpdateService', Object.assign(new Error(message), { name }));

describe('a refused change of a service', () => {
  it('is told with what to do in the definition', () => {
    const error = failure(
      'refused',
      'InvalidParameterException',
      'The container api does not exist in the task definition.',
    );
    expect(explainRefusal(error, 'change', NAME, FILE)).toMatchObject({
      code: 'LOAD_BALANCER_CONTAINER',
      exitCode: 2,
      message:
        'ECS does not change service "web" in cluster "prod": InvalidParameterException: The container api does not exist in the task definition.',
      hint: 'containerName and containerPort in service-definition.json must be those of a port mapping of the task definition.',
      cause: error,
    });
  });

  it('is left alone where the definition is not to blame', () => {
    for (const kind of ['denied', 'credentials', 'throttled', 'transient'] as const) {
      const error = failure(kind, 'X', 'x');
      expect(explainRefusal(error, 'change', NAME, FILE)).toBe(error);
    }
  });
});
