/** PutAccountSetting: a value for one principal. */
import type { PutAccountSettingRequest, PutAccountSettingResponse } from '@aws-sdk/client-ecs';
import { accountPrincipal } from '../account-principal.ts';
import type { EcsOperation } from '../context.ts';
import { storeAccountSetting } from '../store-account-setting.ts';

/** The root user's value is the account's default. */
export const putAccountSetting: EcsOperation<
  PutAccountSettingRequest,
  PutAccountSettingResponse
> = (input, context) => ({
  setting: storeAccountSetting(input, accountPrincipal(input.principalArn, context), context),
});
