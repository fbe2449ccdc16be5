/** Whose account settings a request means. */
import { parseArn } from '../../base/arn.ts';
import { ACCOUNT_DEFAULT } from './account-setting-rules.ts';
import type { EcsContext } from './context.ts';
import { invalidParameter } from './ecs-errors.ts';

/** A principal and the key that its settings are stored under. */
export interface AccountPrincipal {
  readonly principalArn: string;
  /** The ARN; for the root user, whose settings are the account's defaults, ACCOUNT_DEFAULT. */
  readonly storedAs: string;
}

/** The ARN of the account's root user. */
export function rootArn({ call }: Pick<EcsContext, 'call'>): string {
  return `arn:aws:iam::${call.accountId}:root`;
}

/**
 * The principal that is named, or the caller.
 * @throws AwsError InvalidParameterException for a text that is no user, role or root user of the caller's account
 */
export function accountPrincipal(
  reference: string | undefined,
  context: Pick<EcsContext, 'call'>,
): AccountPrincipal {
  const principalArn = reference ?? context.call.principalArn;
  const arn = parseArn(principalArn);
  const isPrincipal = arn?.service === 'iam' || arn?.service === 'sts';
  if (!isPrincipal || arn.accountId !== context.call.accountId)
    throw invalidParameter(
      `Invalid principalArn '${principalArn}'. It must be the ARN of a user, a role or the root user of account ${context.call.accountId}, such as ${rootArn(context)}.`,
    );
  return { principalArn, storedAs: arn.resource === 'root' ? ACCOUNT_DEFAULT : principalArn };
}
