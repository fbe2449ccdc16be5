/** PutAccountSettingDefault: a value for every principal of the account that has none of its own. */
import type {
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse,
} from '@aws-sdk/client-ecs';
import { accountPrincipal, rootArn } from '../account-principal.ts';
import type { EcsOperation } from '../context.ts';
import { storeAccountSetting } from '../store-account-setting.ts';

/** The same as the root user's own value. */
export const putAccountSettingDefault: EcsOperation<
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse
> = (input, context) => ({
  setting: storeAccountSetting(input, accountPrincipal(rootArn(context), context), context),
});
