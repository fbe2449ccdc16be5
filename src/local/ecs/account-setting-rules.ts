/** Which account settings there are, what they may be set to, and which value is in force for a caller. */
import { AwsError } from '../wire/aws-error.ts';
import type { EcsContext } from './context.ts';

interface SettingRule {
  /** The values that the setting takes; a pattern where they are not a list. */
  readonly values: readonly string[];
  /** What holds until somebody sets it. */
  readonly standard: string;
}

const ON_OFF = ['enabled', 'disabled'];

/** Every setting by name, with what AWS gives a new account. */
const RULES: Readonly<Record<string, SettingRule>> = {
  awsvpcTrunking: { values: ON_OFF, standard: 'disabled' },
  containerInsights: { values: ['enhanced', ...ON_OFF], standard: 'disabled' },
  // Opting out of long ARNs ended in 2021 (reference: ECS semantics 1.6).
  containerInstanceLongArnFormat: { values: ['enabled'], standard: 'enabled' },
  defaultLogDriverMode: { values: ['blocking', 'non-blocking'], standard: 'non-blocking' },
  fargateEventWindows: { values: ON_OFF, standard: 'disabled' },
  fargateFIPSMode: { values: ON_OFF, standard: 'disabled' },
  fargateTaskRetirementWaitPeriod: { values: ['0', '7', '14'], standard: '7' },
  guardDutyActivate: { values: ON_OFF, standard: 'disabled' },
  serviceLongArnFormat: { values: ['enabled'], standard: 'enabled' },
  tagResourceAuthorization: { values: ['on', 'off'], standard: 'off' },
  taskLongArnFormat: { values: ['enabled'], standard: 'enabled' },
};

/** The principal under which the account's own defaults are stored. */
export const ACCOUNT_DEFAULT = 'default';

/** The names of all settings, in alphabetical order. */
export const ACCOUNT_SETTING_NAMES: readonly string[] = Object.keys(RULES).sort();

/** The key of a value in the store's table: a principal's own, or the account's default. */
export function accountSettingKey(region: string, principalArn: string, name: string): string {
  return `${region}/${principalArn}/${name}`;
}

/**
 * The value of a setting that is in force for a principal: its own, else the account's default, else AWS's.
 * @throws Error for a name that is no setting (the wire refuses those before)
 */
export function effectiveAccountSetting(
  name: string,
  principalArn: string,
  { store, call }: Pick<EcsContext, 'store' | 'call'>,
): string {
  const own = store.accountSettings.get(accountSettingKey(call.region, principalArn, name));
  const shared = store.accountSettings.get(accountSettingKey(call.region, ACCOUNT_DEFAULT, name));
  return (own ?? shared)?.value ?? ruleOf(name).standard;
}

/** @throws AwsError InvalidParameterException when the setting does not take the value */
export function checkAccountSettingValue(name: string, value: string): void {
  const { values } = ruleOf(name);
  if (values.includes(value)) return;
  throw new AwsError(
    'InvalidParameterException',
    `Invalid value '${value}' for the account setting '${name}'. It must be one of [${values.join(',')}].`,
  );
}

function ruleOf(name: string): SettingRule {
  const rule = RULES[name];
  if (rule === undefined) throw new Error(`there is no account setting ${name}`);
  return rule;
}
