/** Which account settings there are, what they may be set to, and which value is in force for a caller. */
import type { Setting, SettingName } from '@aws-sdk/client-ecs';
import { AwsError } from '../wire/aws-error.ts';
import type { EcsContext } from './context.ts';

interface SettingRule {
  readonly values: readonly string[];
  /** What holds until somebody sets it. */
  readonly standard: string;
  /** AWS sets it by itself; it can only be read. */
  readonly managed?: true;
}

const ON_OFF = ['enabled', 'disabled'];

/** Every setting by name, with what AWS gives a new account. */
const RULES: Readonly<Record<SettingName, SettingRule>> = {
  awsvpcTrunking: { values: ON_OFF, standard: 'disabled' },
  containerInsights: { values: ['enhanced', ...ON_OFF], standard: 'disabled' },
  // Opting out of long ARNs ended in 2021 (reference: ECS semantics 1.6).
  containerInstanceLongArnFormat: { values: ['enabled'], standard: 'enabled' },
  defaultLogDriverMode: { values: ['blocking', 'non-blocking'], standard: 'non-blocking' },
  fargateEventWindows: { values: ON_OFF, standard: 'disabled' },
  fargateFIPSMode: { values: ON_OFF, standard: 'disabled' },
  fargateTaskRetirementWaitPeriod: { values: ['0', '7', '14'], standard: '7' },
  guardDutyActivate: { values: ['on', 'off'], standard: 'off', managed: true },
  serviceLongArnFormat: { values: ['enabled'], standard: 'enabled' },
  tagResourceAuthorization: { values: ['on', 'off'], standard: 'off' },
  taskLongArnFormat: { values: ['enabled'], standard: 'enabled' },
};

/** The principal under which the account's own defaults are stored. */
export const ACCOUNT_DEFAULT = 'default';

/** The names of all settings, in alphabetical order. */
export const ACCOUNT_SETTING_NAMES: readonly SettingName[] = Object.keys(RULES)
  .filter(isSettingName)
  .sort();

/** The key of a value in the store's table: a principal's own, or the account's default. */
export function accountSettingKey(region: string, principal: string, name: string): string {
  return `${region}/${principal}/${name}`;
}

/** The value of a setting that is in force for a principal: its own, else the account's default, else AWS's. */
export function effectiveAccountSetting(
  name: SettingName,
  principalArn: string,
  { store, call }: Pick<EcsContext, 'store' | 'call'>,
): string {
  const own = store.accountSettings.get(accountSettingKey(call.region, principalArn, name));
  const shared = store.accountSettings.get(accountSettingKey(call.region, ACCOUNT_DEFAULT, name));
  return (own ?? shared)?.value ?? RULES[name].standard;
}

/** @throws AwsError InvalidParameterException for a text that is no setting's name */
export function checkAccountSettingName(name: string | undefined): SettingName {
  if (name !== undefined && isSettingName(name)) return name;
  throw invalid(
    `Invalid account setting '${name ?? ''}'. It must be one of [${ACCOUNT_SETTING_NAMES.join(',')}].`,
  );
}

/** @throws AwsError InvalidParameterException when there is no such setting, or it does not take the value */
export function checkAccountSettingValue(
  given: string | undefined,
  value = '',
): { readonly name: SettingName; readonly value: string } {
  const name = checkAccountSettingName(given);
  const { values, managed } = RULES[name];
  if (managed === true)
    throw invalid(`The account setting '${name}' is managed by AWS and can only be read.`);
  if (values.includes(value)) return { name, value };
  throw invalid(
    `Invalid value '${value}' for the account setting '${name}'. It must be one of [${values.join(',')}].`,
  );
}

/** A setting as the API shows it. */
export function presentAccountSetting(
  name: SettingName,
  value: string,
  principalArn: string,
): Setting {
  return { name, value, principalArn, type: RULES[name].managed ? 'aws_managed' : 'user' };
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(RULES, name);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
