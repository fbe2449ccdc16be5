/** DeleteAccountSetting: the principal gets the account's default again. */
import type {
  DeleteAccountSettingRequest,
  DeleteAccountSettingResponse,
} from '@aws-sdk/client-ecs';
import { accountPrincipal } from '../account-principal.ts';
import {
  accountSettingKey,
  checkAccountSettingName,
  effectiveAccountSetting,
  presentAccountSetting,
} from '../account-setting-rules.ts';
import type { EcsOperation } from '../context.ts';

/** Answers with the value that was taken away, or with the one in force where there was none. */
export const deleteAccountSetting: EcsOperation<
  DeleteAccountSettingRequest,
  DeleteAccountSettingResponse
> = (input, context) => {
  const { store, call } = context;
  const name = checkAccountSettingName(input.name);
  const { principalArn, storedAs } = accountPrincipal(input.principalArn, context);
  const key = accountSettingKey(call.region, storedAs, name);
  const value =
    store.accountSettings.get(key)?.value ?? effectiveAccountSetting(name, principalArn, context);
  store.transaction(() => store.accountSettings.delete(key));
  return { setting: presentAccountSetting(name, value, principalArn) };
};
