import { describe, expect, it } from 'vitest';
import { changeTexts, tagTexts } from '../../../src/deploy/service-definition/change-texts.ts';
import { changeOf, described } from './definitions.ts';

describe('what differs between a service and its definition', () => {
  it('is told setting by setting, from and to', () => {
    const { texts } = changeOf(described(), {
      desiredCount: 4,
      healthCheckGracePeriodSeconds: 30,
      propagateTags: 'SERVICE',
      deploymentConfiguration: {
        maximumPercent: 150,
        minimumHealthyPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    });
    expect(texts).toStrictEqual([
      'healthCheckGracePeriodSeconds: 0 → 30',
      'propagateTags: NONE → SERVICE',
      'deploymentConfiguration.maximumPercent: 200 → 150',
      'deploymentConfiguration.deploymentCircuitBreaker.enable: false → true',
      'deploymentConfiguration.deploymentCircuitBreaker.rollback: false → true',
      'desiredCount: 2 → 4',
    ]);
  });

  it('tells lists as they are written, and what was not set', () => {
    const { texts } = changeOf(described(), {
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'] },
      },
      placementStrategy: [{ type: 'spread', field: 'host' }],
    });
    expect(texts).toStrictEqual([
      'networkConfiguration.awsvpcConfiguration.subnets: [subnet-1, subnet-2] → [subnet-1]',
      'networkConfiguration.awsvpcConfiguration.securityGroups: [sg-1] → (not set)',
      'placementStrategy: [] → [{"type":"spread","field":"host"}]',
    ]);
  });

  it("leaves Fairlead's gates out of the lifecycle hooks", () => {
    const pause = (minutes: number): object => ({
      targetType: 'PAUSE',
      lifecycleStages: ['POST_SCALE_UP'],
      timeoutConfiguration: { timeoutInMinutes: minutes, action: 'ROLLBACK' },
    });
    const { texts } = changeOf(
      described(),
      { deploymentConfiguration: { lifecycleHooks: [pause(5)] } },
      { own: [] },
    );
    expect(texts).toStrictEqual([
      'deploymentConfiguration.lifecycleHooks: [] → [{"targetType":"PAUSE","lifecycleStages":["POST_SCALE_UP"],"timeoutConfiguration":{"timeoutInMinute…',
    ]);
  });

  it('says that capacity providers replace every task', () => {
    const { texts } = changeOf(described(), {
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    });
    expect(texts).toStrictEqual([
      'capacityProviderStrategy: (not set) → [{"capacityProvider":"FARGATE_SPOT","weight":1}]',
    ]);
  });

  it('tells tags by their keys', () => {
    const present = [{ key: 'team', value: 'web' }];
    expect(
      tagTexts(present, [
        { key: 'team', value: 'shop' },
        { key: 'stage', value: '' },
      ]),
    ).toStrictEqual(['tag team: web → shop', 'tag stage: (not set) → ""']);
  });

  it('is nothing where nothing differs', () => {
    expect(changeOf(described(), { desiredCount: 2 }).texts).toStrictEqual([]);
    expect(changeTexts({ desiredCount: 2 }, { desiredCount: 2 })).toStrictEqual([]);
  });
});
