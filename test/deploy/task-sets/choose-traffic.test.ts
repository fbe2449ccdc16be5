import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import type { TrafficWish } from '../../../src/deploy/configuration/configuration.ts';
import {
  chooseFirstTraffic,
  chooseTraffic,
  type RuleFacts,
} from '../../../src/deploy/task-sets/choose-traffic.ts';
import { NO_TRAFFIC_WISH } from '../../../src/deploy/task-sets/find-traffic.ts';

const group = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/0123456789abcdef`;
const BLUE = group('blue');
const GREEN = group('green');

const rule = (arn: string, groups: Readonly<Record<string, number>>): RuleFacts => ({
  arn,
  ruleArn: `${arn}-rule`,
  name: `${arn} by name`,
  actions: forward(groups),
});

const forward = (groups: Readonly<Record<string, number>>): Action[] => [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: Object.entries(groups).map(([TargetGroupArn, Weight]) => ({
        TargetGroupArn,
        Weight,
      })),
    },
  },
];

const choose = (rules: readonly RuleFacts[], wish: Partial<TrafficWish> = {}) =>
  chooseTraffic(rules, BLUE, { ...NO_TRAFFIC_WISH, ...wish });

function refusal(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const production = rule('prod', { [BLUE]: 100, [GREEN]: 0 });

describe('what carries the traffic', () => {
  it('is the one rule that sends to blue, and green takes the other target group in it', () => {
    const other = rule('api', { [group('api')]: 1 });
    expect(choose([other, production])).toMatchObject({
      ...{ production: 'prod', test: undefined, greenGroup: GREEN },
    });
  });

  it('is named with the key to set where several rules send to blue', () => {
    const error = refusal(() => choose([production, rule('test', { [BLUE]: 1 })]));
    expect(error).toMatchObject({ code: 'TRAFFIC_UNCLEAR', exitCode: 2 });
    expect(error.message).toContain('prod by name (prod); test by name (test)');
    expect(error.hint).toContain('strategy.productionListenerRule');
    expect(error.hint).toContain('strategy.testListenerRule');
  });

  it('is told apart by naming the test rule, by its own ARN or its listener', () => {
    const test = rule('test', { [BLUE]: 1 });
    for (const testListenerRule of ['test', 'test-rule']) {
      expect(choose([production, test], { testListenerRule })).toMatchObject({
        ...{ production: 'prod', test: 'test' },
      });
    }
    expect(
      refusal(() =>
        choose([production], { testListenerRule: 'prod', productionListenerRule: 'prod' }),
      ),
    ).toMatchObject({ code: 'TRAFFIC_UNCLEAR' });
  });

  it('is not one rule where another one also sends to blue, which would reach nobody afterwards', () => {
    const rules = [production, rule('old', { [BLUE]: 1 })];
    const error = refusal(() => choose(rules, { productionListenerRule: 'prod' }));
    expect(error).toMatchObject({ code: 'TRAFFIC_SHARED', exitCode: 2 });
    expect(error.message).toContain('old by name (old)');
  });

  it('is not a rule that names blue with weight 0', () => {
    expect(choose([production, rule('idle', { [BLUE]: 0, [group('x')]: 1 })])).toMatchObject({
      production: 'prod',
    });
  });

  it('is missing where no rule sends to blue, or the named one is not there or forwards nothing', () => {
    expect(refusal(() => choose([]))).toMatchObject({ code: 'TRAFFIC_NOT_FOUND', exitCode: 2 });
    const unknown = refusal(() => choose([production], { productionListenerRule: 'nowhere' }));
    expect(unknown).toMatchObject({ code: 'TRAFFIC_NOT_FOUND', exitCode: 2 });
    expect(unknown.message).toContain('prod by name (prod)');
    const redirect = { ...production, arn: 'redirect', actions: [{ Type: 'redirect' as const }] };
    expect(refusal(() => choose([redirect], { productionListenerRule: 'redirect' }))).toMatchObject(
      { code: 'TRAFFIC_NOT_FOUND' },
    );
  });

  it('asks for the other target group where there is none or more than one', () => {
    const alone = rule('prod', { [BLUE]: 1 });
    const many = rule('prod', { [BLUE]: 1, [GREEN]: 0, [group('third')]: 0 });
    for (const only of [alone, many]) {
      const error = refusal(() => choose([only]));
      expect(error).toMatchObject({ code: 'TRAFFIC_UNCLEAR', exitCode: 2 });
      expect(error.hint).toContain('strategy.alternateTargetGroupArn');
      expect(choose([only], { alternateTargetGroupArn: GREEN })).toMatchObject({
        greenGroup: GREEN,
      });
    }
    expect(refusal(() => choose([alone], { alternateTargetGroupArn: BLUE }))).toMatchObject({
      code: 'TRAFFIC_UNCLEAR',
    });
  });

  it('of a first task set is the rule that names its target group, whatever its weight', () => {
    expect(chooseFirstTraffic([production], GREEN, NO_TRAFFIC_WISH)).toMatchObject({
      ...{ production: 'prod', greenGroup: GREEN },
    });
    expect(
      refusal(() => chooseFirstTraffic([production], group('third'), NO_TRAFFIC_WISH)),
    ).toMatchObject({ code: 'TRAFFIC_NOT_FOUND' });
  });
});
