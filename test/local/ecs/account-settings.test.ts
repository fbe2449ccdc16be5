import { beforeEach, describe, expect, it } from 'vitest';
import { deleteAccountSetting } from '../../../src/local/ecs/operations/delete-account-setting.ts';
import { listAccountSettings } from '../../../src/local/ecs/operations/list-account-settings.ts';
import { putAccountSettingDefault } from '../../../src/local/ecs/operations/put-account-setting-default.ts';
import { putAccountSetting } from '../../../src/local/ecs/operations/put-account-setting.ts';
import {
  ACCOUNT,
  CALLER,
  contextOf,
  freshContext,
  refusalOf,
  type FreshContext,
} from './fresh-context.ts';

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const OTHER = `arn:aws:iam::${ACCOUNT}:user/other`;

let context: FreshContext;

beforeEach(() => {
  context = freshContext();
});

/** What is in force for the caller. */
function inForce(of: FreshContext = context): string | undefined {
  return listAccountSettings({ name: 'containerInsights', effectiveSettings: true }, of)
    .settings?.[0]?.value;
}

describe('account settings', () => {
  it('are in force in this order: the principal’s own, the account’s default, AWS’s', () => {
    expect(inForce()).toBe('disabled');
    expect(
      putAccountSettingDefault({ name: 'containerInsights', value: 'enabled' }, context),
    ).toEqual({
      setting: { name: 'containerInsights', value: 'enabled', principalArn: ROOT, type: 'user' },
    });
    expect(inForce()).toBe('enabled');
    expect(putAccountSetting({ name: 'containerInsights', value: 'enhanced' }, context)).toEqual({
      setting: { name: 'containerInsights', value: 'enhanced', principalArn: CALLER, type: 'user' },
    });
    expect(inForce()).toBe('enhanced');
    expect(inForce(contextOf(context.store, 'eu-west-1', OTHER))).toBe('enabled');
    expect(inForce(contextOf(context.store, 'us-east-1'))).toBe('disabled');
  });

  it('of the root user are the account’s default', () => {
    putAccountSetting({ name: 'containerInsights', value: 'enabled', principalArn: ROOT }, context);
    expect(inForce()).toBe('enabled');
  });

  it('can be set for another principal', () => {
    putAccountSetting(
      { name: 'containerInsights', value: 'enabled', principalArn: OTHER },
      context,
    );
    expect(inForce()).toBe('disabled');
    expect(inForce(contextOf(context.store, 'eu-west-1', OTHER))).toBe('enabled');
  });

  it('are deleted to the account’s default', () => {
    putAccountSetting({ name: 'containerInsights', value: 'enabled' }, context);
    expect(deleteAccountSetting({ name: 'containerInsights' }, context).setting?.value).toBe(
      'enabled',
    );
    expect(inForce()).toBe('disabled');
    expect(deleteAccountSetting({ name: 'containerInsights' }, context).setting?.value).toBe(
      'disabled',
    );
  });
});

describe('ListAccountSettings', () => {
  it('lists only what the principal has set, unless the effective settings are asked for', () => {
    expect(listAccountSettings({}, context)).toEqual({ settings: [] });
    putAccountSetting({ name: 'tagResourceAuthorization', value: 'on' }, context);
    expect(listAccountSettings({}, context).settings).toEqual([
      { name: 'tagResourceAuthorization', value: 'on', principalArn: CALLER, type: 'user' },
    ]);
    const first = listAccountSettings({ effectiveSettings: true }, context);
    const second = listAccountSettings(
      { effectiveSettings: true, nextToken: first.nextToken },
      context,
    );
    expect(first.settings).toHaveLength(10);
    const names = [...(first.settings ?? []), ...(second.settings ?? [])].map(({ name }) => name);
    expect(new Set(names).size).toBe(11);
    expect(second).not.toHaveProperty('nextToken');
  });

  it('filters by name and value', () => {
    const count = (value: string): number | undefined =>
      listAccountSettings({ name: 'containerInsights', value, effectiveSettings: true }, context)
        .settings?.length;
    expect(count('disabled')).toBe(1);
    expect(count('enabled')).toBe(0);
    expect(refusalOf(() => listAccountSettings({ value: 'enabled' }, context)).code).toBe(
      'InvalidParameterException',
    );
  });
});

describe('bad account settings', () => {
  it.each([
    ['containerInsights', 'sometimes'],
    ['serviceLongArnFormat', 'disabled'],
    ['fargateTaskRetirementWaitPeriod', '5'],
    ['guardDutyActivate', 'on'],
    ['noSuchSetting', 'enabled'],
  ])('%s=%s is refused and changes nothing', (name, value) => {
    const put = (): unknown =>
      putAccountSetting({ name: name as 'containerInsights', value }, context);
    const refusal = refusalOf(put);
    expect(refusal.code).toBe('InvalidParameterException');
    expect(refusal.message).toContain(name);
    expect(context.store.accountSettings.size).toBe(0);
  });

  it.each([
    'me',
    'arn:aws:iam::210987654321:user/x',
    'arn:aws:ecs:eu-west-1:123456789012:cluster/x',
  ])('the principal %s is refused', (principalArn) => {
    expect(refusalOf(() => listAccountSettings({ principalArn }, context)).message).toContain(
      `Invalid principalArn '${principalArn}'`,
    );
  });
});
