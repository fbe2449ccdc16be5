import type {
  DeleteTargetGroupInput,
  DeleteTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { targetKey } from '../../state/store.ts';
import { AwsError } from '../../wire/aws-error.ts';
import { checkArn } from '../arns.ts';
import type { Elbv2Operation } from '../context.ts';
import { required } from '../errors.ts';
import { isInUse } from '../target-group-use.ts';

/** Deletes a target group with its targets, unless something forwards to it. One that does not exist is no error. */
export const deleteTargetGroup: Elbv2Operation<DeleteTargetGroupInput, DeleteTargetGroupOutput> = (
  input,
  context,
) => {
  const { store } = context;
  const arn = checkArn(required(input.TargetGroupArn, 'TargetGroupArn'), 'targetgroup');
  if (store.targetGroups.get(arn)?.region !== context.call.region) return {};
  if (isInUse(store, arn))
    throw new AwsError(
      'ResourceInUse',
      `Target group '${arn}' is currently in use by a listener or a rule`,
    );
  store.transaction(() => {
    for (const target of store.targets.by('targetGroup', arn))
      store.targets.delete(targetKey(target));
    store.targetGroups.delete(arn);
  });
  return {};
};
