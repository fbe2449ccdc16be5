/** Lifecycle hooks as a service's configuration has them (reference: ECS semantics 6.3). */
import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { parseArn } from '../../base/arn.ts';
import { defined } from '../../base/defined.ts';
import type { LifecycleHook } from '../../scheduler/traffic-shift/hook.ts';
import { invalidParameter } from './ecs-errors.ts';

const MOST_OF_A_TYPE = 10;
const DEFAULT_TIMEOUT_MINUTES = 1440;
const LONGEST_TIMEOUT_MINUTES = { AWS_LAMBDA: 1440, PAUSE: 20_160 } as const;
/** At these a person cannot be asked: the traffic is on its way, or nothing has begun. */
const NO_PAUSE = ['RECONCILE_SERVICE', 'TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];

/**
 * Checks the hooks of a request.
 * @throws AwsError InvalidParameterException
 */
export function checkLifecycleHooks(hooks: readonly DeploymentLifecycleHook[]): void {
  for (const type of ['AWS_LAMBDA', 'PAUSE'] as const) {
    const count = hooks.filter((hook) => typeOf(hook) === type).length;
    if (count > MOST_OF_A_TYPE)
      throw invalidParameter(
        `lifecycleHooks can have at most ${MOST_OF_A_TYPE} hooks of target type ${type}, but there are ${count}.`,
      );
  }
  hooks.forEach(checkHook);
}

/** The hooks in the scheduler's form, in the order of the configuration. */
export function lifecycleHooks(
  hooks: readonly DeploymentLifecycleHook[] | undefined,
): readonly LifecycleHook[] {
  return (hooks ?? []).map((hook) => ({
    targetType: typeOf(hook),
    stages: hook.lifecycleStages ?? [],
    timeoutMs: (hook.timeoutConfiguration?.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000,
    timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
    ...defined({ functionArn: hook.hookTargetArn }),
  }));
}

function checkHook(hook: DeploymentLifecycleHook, index: number): void {
  const type = typeOf(hook);
  const where = `lifecycleHooks[${index}]`;
  const stages = hook.lifecycleStages ?? [];
  if (stages.length === 0)
    throw invalidParameter(`${where} needs lifecycleStages: the stages at which it runs.`);
  if (type === 'PAUSE') checkPause(hook, where);
  else checkLambda(hook, where);
  const timeout = hook.timeoutConfiguration?.timeoutInMinutes;
  const longest = LONGEST_TIMEOUT_MINUTES[type];
  if (timeout !== undefined && (timeout < 1 || timeout > longest))
    throw invalidParameter(
      `timeoutInMinutes of ${where} must be from 1 to ${longest} for target type ${type}, but it is ${timeout}.`,
    );
}

function checkPause(hook: DeploymentLifecycleHook, where: string): void {
  const impossible = (hook.lifecycleStages ?? []).find((stage) => NO_PAUSE.includes(stage));
  if (impossible !== undefined)
    throw invalidParameter(
      `Invalid lifecycle stage provided for Pause Hook: ${where} cannot pause at ${impossible}.`,
    );
  const lambdaOnly = (['hookTargetArn', 'roleArn', 'hookDetails'] as const).find(
    (member) => hook[member] !== undefined,
  );
  if (lambdaOnly !== undefined)
    throw invalidParameter(`${lambdaOnly} of ${where} is only valid with target type AWS_LAMBDA.`);
}

function checkLambda({ hookTargetArn, roleArn }: DeploymentLifecycleHook, where: string): void {
  if (parseArn(hookTargetArn ?? '')?.service !== 'lambda')
    throw invalidParameter(
      `hookTargetArn of ${where} must be the ARN of a Lambda function, but it is ${hookTargetArn === undefined ? 'missing' : `"${hookTargetArn.slice(0, 200)}"`}.`,
    );
  if (roleArn === undefined || roleArn === '')
    throw invalidParameter(
      `roleArn of ${where} is missing: the role by which Amazon ECS may invoke the function.`,
    );
}

function typeOf({ targetType }: DeploymentLifecycleHook): 'AWS_LAMBDA' | 'PAUSE' {
  return targetType ?? 'AWS_LAMBDA';
}
