/** Writes an account setting, for PutAccountSetting and PutAccountSettingDefault. */
import type { Setting, SettingName } from '@aws-sdk/client-ecs';
import type { AccountPrincipal } from './account-principal.ts';
import {
  accountSettingKey,
  checkAccountSettingValue,
  presentAccountSetting,
} from './account-setting-rules.ts';
import type { EcsContext } from './context.ts';

/** @throws AwsError InvalidParameterException when the setting does not take the value */
export function storeAccountSetting(
  input: { readonly name: SettingName | undefined; readonly value: string | undefined },
  { principalArn, storedAs }: AccountPrincipal,
  { store, call }: EcsContext,
): Setting {
  const { name, value } = checkAccountSettingValue(input.name, input.value);
  store.transaction(() =>
    store.accountSettings.put(accountSettingKey(call.region, storedAs, name), {
      region: call.region,
      name,
      value,
      principalArn,
    }),
  );
  return presentAccountSetting(name, value, principalArn);
}
