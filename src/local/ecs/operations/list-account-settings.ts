/** ListAccountSettings: what a principal has set, or what is in force for it. */
import type {
  ListAccountSettingsRequest,
  ListAccountSettingsResponse,
  Setting,
} from '@aws-sdk/client-ecs';
import { accountPrincipal } from '../account-principal.ts';
import {
  ACCOUNT_SETTING_NAMES,
  accountSettingKey,
  effectiveAccountSetting,
  presentAccountSetting,
} from '../account-setting-rules.ts';
import type { EcsOperation } from '../context.ts';
import { invalidParameter } from '../ecs-errors.ts';
import { paginate } from '../pagination.ts';

/** With effectiveSettings every setting is listed, else only those that were set for the principal itself. */
export const listAccountSettings: EcsOperation<
  ListAccountSettingsRequest,
  ListAccountSettingsResponse
> = (input, context) => {
  const { store, call } = context;
  const { name: wantedName, value: wantedValue } = input;
  if (wantedValue !== undefined && wantedName === undefined)
    throw invalidParameter(
      `A value to filter by was given ('${wantedValue}') but no name. Name the account setting, too.`,
    );
  const { principalArn, storedAs } = accountPrincipal(input.principalArn, context);
  const settings = ACCOUNT_SETTING_NAMES.flatMap((name): Setting[] => {
    const value =
      input.effectiveSettings === true
        ? effectiveAccountSetting(name, principalArn, context)
        : store.accountSettings.get(accountSettingKey(call.region, storedAs, name))?.value;
    return value === undefined ? [] : [presentAccountSetting(name, value, principalArn)];
  }).filter(
    ({ name, value }) =>
      (wantedName === undefined || name === wantedName) &&
      (wantedValue === undefined || value === wantedValue),
  );
  const { items, ...next } = paginate(settings, input, {
    operation: 'ListAccountSettings',
    defaultResults: 10,
    mostResults: 10,
    keyOf: (setting) => setting.name ?? '',
  });
  return { settings: [...items], ...next };
};
