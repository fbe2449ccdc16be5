/** ContinueServiceDeployment (reference: ECS semantics 6.3). */
import type {
  ContinueServiceDeploymentRequest,
  ContinueServiceDeploymentResponse,
} from '@aws-sdk/client-ecs';
import type { HookRun } from '../../../scheduler/traffic-shift/hook.ts';
import type { ServiceDeployment } from '../../state/entities.ts';
import { AwsError } from '../../wire/aws-error.ts';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { isEnded } from '../ended.ts';
import { parseServiceResource } from '../service-resource-arn.ts';

const HOOK_ID = /^ecs-[a-z]+-[A-Za-z0-9_-]+$/;

/**
 * Answers a pause hook: the deployment goes on once all hooks of its stage have ended, or goes back.
 * @throws AwsError ServiceDeploymentNotFoundException, ConflictException for one that has ended or goes back already,
 *   InvalidParameterException for a hook that does not wait
 */
export const continueServiceDeployment: EcsOperation<
  ContinueServiceDeploymentRequest,
  ContinueServiceDeploymentResponse
> = (input, context) => {
  const { store, clock } = context;
  const { arn } = parseServiceResource(
    input.serviceDeploymentArn ?? '',
    'service-deployment',
    context,
  );
  const hookId = input.hookId ?? '';
  if (!HOOK_ID.test(hookId))
    throw invalidParameter('Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}');
  const serviceDeployment = store.serviceDeployments.get(arn);
  if (serviceDeployment === undefined)
    throw new AwsError(
      'ServiceDeploymentNotFoundException',
      'The service deployment does not exist.',
    );
  refuseEnded(serviceDeployment);
  const { shift } = serviceDeployment;
  const waiting = shift?.hooks.find(
    (hook) => hook.hookId === hookId && hook.status === 'AWAITING_ACTION',
  );
  if (shift === undefined || waiting === undefined)
    throw invalidParameter(
      'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    );
  const answered = answer(waiting, input.action ?? 'CONTINUE', shift.stage);
  store.transaction(() =>
    store.serviceDeployments.put(arn, {
      ...serviceDeployment,
      shift: { ...shift, hooks: shift.hooks.map((hook) => (hook === waiting ? answered : hook)) },
      updatedAt: clock.now(),
    }),
  );
  return { serviceDeploymentArn: arn };
};

function refuseEnded({ status, serviceDeploymentArn }: ServiceDeployment): void {
  const conflict = (message: string): AwsError =>
    new AwsError('ConflictException', message, {
      members: { resourceIds: [serviceDeploymentArn] },
    });
  if (isEnded(status))
    throw conflict(
      `Continuing a service deployment is not allowed for service deployment in terminal states. It is ${status}.`,
    );
  if (status !== 'IN_PROGRESS')
    throw conflict(
      `Continuing a service deployment is only allowed while it is IN_PROGRESS. It is ${status}.`,
    );
}

function answer(hook: HookRun, action: 'CONTINUE' | 'ROLLBACK', stage: string): HookRun {
  if (action === 'CONTINUE') return { ...hook, status: 'SUCCEEDED' };
  return {
    ...hook,
    status: 'FAILED',
    failure: `Service deployment rolled back because ContinueServiceDeployment asked for ROLLBACK at the ${stage} pause hook.`,
  };
}
