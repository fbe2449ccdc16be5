import type {
  DeploymentConfiguration,
  DeploymentLifecycleHook,
  Service,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { startsDeployment } from '../../../src/deploy/service-definition/service-change.ts';
import { changeOf, described } from './definitions.ts';

const NOTHING = { update: {}, tags: [], texts: [], findings: [] };

/** A service with this in its deployment configuration. */
const deploying = (change: DeploymentConfiguration): Service =>
  described({
    deploymentConfiguration: { ...described().deploymentConfiguration, ...change },
  });

const updateOf = (service: Service, document: object): object => changeOf(service, document).update;

describe('the change of a service', () => {
  it('is empty for a definition that says nothing, and for the defaults that ECS filled in', () => {
    expect(changeOf(described(), {})).toStrictEqual(NOTHING);
    expect(
      changeOf(described({ desiredCount: 1 }), {
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: ['subnet-2', 'subnet-1'], securityGroups: ['sg-1'] },
        },
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable: false, rollback: true },
          alarms: { alarmNames: [], enable: false, rollback: false },
          earlySuccessCriteria: { enable: false },
          lifecycleHooks: [],
        },
      }),
    ).toStrictEqual(NOTHING);
  });

  it('has what differs and nothing else, as it is written', () => {
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-9'] } };
    expect(
      changeOf(described(), {
        desiredCount: 5,
        networkConfiguration,
        healthCheckGracePeriodSeconds: 0,
        propagateTags: 'SERVICE',
        enableExecuteCommand: true,
        enableECSManagedTags: true,
        availabilityZoneRebalancing: 'DISABLED',
        platformVersion: '1.4.0',
      }).update,
    ).toStrictEqual({
      desiredCount: 5,
      networkConfiguration,
      propagateTags: 'SERVICE',
      enableExecuteCommand: true,
      enableECSManagedTags: true,
      availabilityZoneRebalancing: 'DISABLED',
      platformVersion: '1.4.0',
    });
  });

  it('leaves the desired count alone where the file is a description', () => {
    expect(changeOf(described({ desiredCount: 7 }), described({ desiredCount: 2 }))).toStrictEqual(
      NOTHING,
    );
  });

  it('an empty list takes away; a missing one does not', () => {
    const service = described({ loadBalancers: [{ targetGroupArn: 'arn:a', containerPort: 80 }] });
    expect(updateOf(service, { loadBalancers: [] })).toStrictEqual({ loadBalancers: [] });
    expect(updateOf(service, {})).toStrictEqual({});
  });

  it('says whether the update alone begins a deployment', () => {
    expect(startsDeployment({ propagateTags: 'SERVICE', desiredCount: 2 })).toBe(false);
    expect(startsDeployment({ deploymentConfiguration: { maximumPercent: 150 } })).toBe(false);
    expect(startsDeployment({ loadBalancers: [] })).toBe(true);
    expect(startsDeployment({ capacityProviderStrategy: [], forceNewDeployment: true })).toBe(true);
  });
});

describe('lists', () => {
  it('of target groups have no order, and the two of a pair swap roles by themselves', () => {
    const blueGreen = (one: string, other: string): object => ({
      targetGroupArn: one,
      containerName: 'web',
      containerPort: 80,
      advancedConfiguration: { alternateTargetGroupArn: other, productionListenerRule: 'arn:rule' },
    });
    const service = described({
      loadBalancers: [blueGreen('arn:a', 'arn:b'), blueGreen('arn:c', 'arn:d')],
    });
    const same = { loadBalancers: [blueGreen('arn:d', 'arn:c'), blueGreen('arn:a', 'arn:b')] };
    expect(updateOf(service, same)).toStrictEqual({});
    const other = { loadBalancers: [blueGreen('arn:a', 'arn:b'), blueGreen('arn:c', 'arn:e')] };
    expect(updateOf(service, other)).toStrictEqual(other);
  });

  it('of placement strategies have an order; ECS spells their fields its own way', () => {
    const service = described({
      placementStrategy: [
        { type: 'binpack', field: 'MEMORY' },
        { type: 'spread', field: 'instanceId' },
      ],
    });
    const written = [
      { type: 'binpack', field: 'memory' },
      { type: 'spread', field: 'host' },
    ];
    expect(updateOf(service, { placementStrategy: written })).toStrictEqual({});
    const turned = { placementStrategy: written.toReversed() };
    expect(updateOf(service, turned)).toStrictEqual(turned);
  });

  it('of placement constraints have none', () => {
    const constraints = [
      { type: 'distinctInstance' as const },
      { type: 'memberOf' as const, expression: 'attribute:ecs.os-type == linux' },
    ];
    expect(
      updateOf(described({ placementConstraints: constraints }), {
        placementConstraints: constraints.toReversed(),
      }),
    ).toStrictEqual({});
  });
});

describe('where tasks run', () => {
  const onSpot = described({
    launchType: undefined,
    capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
  });

  it('changes by capacity providers, which needs a new deployment', () => {
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    expect(updateOf(described(), { capacityProviderStrategy })).toStrictEqual({
      capacityProviderStrategy,
      forceNewDeployment: true,
    });
    expect(updateOf(onSpot, { capacityProviderStrategy })).toStrictEqual({});
  });

  it('goes back to the launch type by an empty strategy', () => {
    const back = { capacityProviderStrategy: [], forceNewDeployment: true };
    expect(updateOf(onSpot, { launchType: 'FARGATE' })).toStrictEqual(back);
    expect(updateOf(onSpot, { capacityProviderStrategy: [] })).toStrictEqual(back);
    expect(updateOf(described(), { capacityProviderStrategy: [] })).toStrictEqual({});
  });

  it('never becomes another launch type', () => {
    const { update, findings } = changeOf(described(), { launchType: 'EC2' });
    expect(update).toStrictEqual({});
    expect(findings).toStrictEqual([
      {
        level: 'impossible',
        code: 'SERVICE_DEFINITION_FIXED',
        message:
          'service-definition.json says launchType EC2 and the service has FARGATE: ECS cannot change it',
        hint: 'Name a capacity provider, which can be changed, such as "capacityProviderStrategy": [{ "capacityProvider": "YOURS", "weight": 1 }]; or create another service.',
      },
    ]);
    expect(changeOf(onSpot, { launchType: 'EC2' }).findings[0]?.message).toBe(
      'service-definition.json says launchType EC2 and the service has the capacity providers FARGATE_SPOT: ECS cannot change it',
    );
  });
});

describe('what a service is born with', () => {
  it.each([
    [
      { schedulingStrategy: 'DAEMON' },
      'says schedulingStrategy DAEMON and the service has REPLICA',
    ],
    [{ role: 'mine' }, 'says role mine and the service has arn:aws:iam::123456789012:role/aws-ser'],
    [
      { deploymentController: { type: 'EXTERNAL' } },
      'says deploymentController EXTERNAL and the service has ECS: a deploy does not change who',
    ],
  ])('%j is impossible', (document, message) => {
    const { update, findings } = changeOf(described(), document);
    expect(update).toStrictEqual({});
    expect(findings).toMatchObject([{ level: 'impossible', code: 'SERVICE_DEFINITION_FIXED' }]);
    expect(findings[0]?.message).toContain(message);
    expect(findings[0]?.hint).toMatch(/another service|aws ecs update-service/);
  });

  it('a role by its name is the role by its ARN', () => {
    const service = described({ roleArn: 'arn:aws:iam::123456789012:role/team/mine' });
    expect(changeOf(service, { role: '/team/mine' })).toStrictEqual(NOTHING);
    expect(changeOf(service, { role: 'mine' }).findings).toHaveLength(1);
  });

  it('under the EXTERNAL controller, the settings of task sets are not looked at, and others cannot change', () => {
    const external = described({
      deploymentController: { type: 'EXTERNAL' },
      launchType: undefined,
    });
    expect(
      changeOf(external, {
        launchType: 'EC2',
        loadBalancers: [{ targetGroupArn: 'arn:a' }],
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-9'] } },
        propagateTags: 'SERVICE',
        desiredCount: 4,
      }),
    ).toStrictEqual({
      ...NOTHING,
      update: { propagateTags: 'SERVICE', desiredCount: 4 },
      texts: ['propagateTags: NONE → SERVICE', 'desiredCount: 2 → 4'],
    });
    const { update, findings } = changeOf(external, {
      deploymentConfiguration: { maximumPercent: 150 },
      enableExecuteCommand: true,
    });
    expect(update).toStrictEqual({});
    expect(findings.map((finding) => finding.message)).toStrictEqual([
      'service-definition.json says another enableExecuteCommand than the service has, and ECS cannot change it under the deployment controller EXTERNAL',
      'service-definition.json says another deploymentConfiguration than the service has, and ECS cannot change it under the deployment controller EXTERNAL',
    ]);
  });
});

describe('the deployment configuration', () => {
  const differs = (service: Service, wanted: object): unknown =>
    changeOf(service, { deploymentConfiguration: wanted }).update.deploymentConfiguration;

  it('is changed by its members; those that are not named stay', () => {
    expect(differs(described(), { maximumPercent: 150, minimumHealthyPercent: 100 })).toStrictEqual(
      {
        maximumPercent: 150,
      },
    );
    const service = deploying({
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        resetOnHealthyTask: false,
        thresholdConfiguration: { type: 'COUNT', value: 5 },
      },
    });
    const on = { enable: true, rollback: true };
    expect(differs(service, { deploymentCircuitBreaker: on })).toBeUndefined();
    const off = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    expect(differs(service, off)).toStrictEqual(off);
    const threshold = {
      deploymentCircuitBreaker: { ...on, thresholdConfiguration: { type: 'COUNT', value: 3 } },
    };
    expect(differs(service, threshold)).toStrictEqual(threshold);
  });

  it('the defaults of a circuit breaker are no difference where an older answer does not show them', () => {
    const service = deploying({ deploymentCircuitBreaker: { enable: true, rollback: true } });
    expect(
      differs(service, {
        deploymentCircuitBreaker: {
          enable: true,
          rollback: true,
          resetOnHealthyTask: true,
          thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
        },
      }),
    ).toBeUndefined();
  });

  it('steps are sent whole, so that what is not named keeps its value', () => {
    const service = deploying({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 20, canaryBakeTimeInMinutes: 3 },
    });
    expect(differs(service, { canaryConfiguration: { canaryPercent: 20 } })).toBeUndefined();
    expect(differs(service, { canaryConfiguration: { canaryPercent: 10 } })).toStrictEqual({
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 3 },
    });
    expect(differs(described(), { strategy: 'LINEAR', linearConfiguration: {} })).toStrictEqual({
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 6 },
    });
  });

  it('blue/green is begun with its bake time, even where that is as it was', () => {
    const wanted = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
    expect(differs(described(), wanted)).toStrictEqual(wanted);
  });

  it('alarms have no order, and switched off they roll nothing back', () => {
    const service = deploying({
      alarms: { alarmNames: ['a', 'b'], enable: false, rollback: false },
    });
    expect(
      differs(service, { alarms: { alarmNames: ['b', 'a'], enable: false, rollback: true } }),
    ).toBeUndefined();
    const on = { alarms: { alarmNames: ['b', 'a'], enable: true, rollback: true } };
    expect(differs(service, on)).toStrictEqual(on);
  });

  const hook = (stage: 'POST_SCALE_UP' | 'PRE_SCALE_UP'): DeploymentLifecycleHook => ({
    targetType: 'PAUSE',
    lifecycleStages: [stage],
    timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
  });

  it("compares the user's own hooks, which have no order", () => {
    const service = deploying({ lifecycleHooks: [hook('POST_SCALE_UP'), hook('PRE_SCALE_UP')] });
    const written = (stage: string): object => ({ targetType: 'PAUSE', lifecycleStages: [stage] });
    const both = { lifecycleHooks: [written('PRE_SCALE_UP'), written('POST_SCALE_UP')] };
    expect(differs(service, both)).toBeUndefined();
    const one = { lifecycleHooks: [written('PRE_SCALE_UP')] };
    expect(differs(service, one)).toStrictEqual(one);
    // The second is Fairlead's.
    const own = [hook('PRE_SCALE_UP')];
    expect(changeOf(service, { deploymentConfiguration: one }, { own })).toStrictEqual(NOTHING);
  });
});

describe('what only a deployment or a revision shows', () => {
  const connected = (namespace: string): Service =>
    described({
      deployments: [
        {
          status: 'PRIMARY',
          serviceConnectConfiguration: {
            enabled: true,
            namespace,
            services: [
              {
                portName: 'http',
                discoveryName: 'http',
                clientAliases: [{ port: 80, dnsName: 'http.prod' }],
              },
            ],
            logConfiguration: { logDriver: 'awslogs', options: { x: 'y' }, secretOptions: [] },
          },
        },
      ],
    });
  const written = {
    enabled: true,
    namespace: 'prod',
    services: [{ portName: 'http', clientAliases: [{ port: 80 }] }],
    logConfiguration: { logDriver: 'awslogs', options: { x: 'y' } },
  };

  it('Service Connect: names that ECS gives by itself are no difference, nor is the ARN of a namespace', () => {
    const arn = 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1';
    for (const namespace of ['prod', arn]) {
      expect(
        updateOf(connected(namespace), { serviceConnectConfiguration: written }),
      ).toStrictEqual({});
    }
    const other = { serviceConnectConfiguration: { ...written, namespace: 'staging' } };
    expect(updateOf(connected('prod'), other)).toStrictEqual(other);
    const port = {
      serviceConnectConfiguration: {
        ...written,
        services: [{ portName: 'http', clientAliases: [{ port: 81 }] }],
      },
    };
    expect(updateOf(connected('prod'), port)).toStrictEqual(port);
  });

  it('Service Connect: switched off and not there are the same', () => {
    const off = { serviceConnectConfiguration: { enabled: false } };
    expect(updateOf(described(), off)).toStrictEqual({});
    expect(updateOf(connected('prod'), off)).toStrictEqual(off);
    const on = { serviceConnectConfiguration: written };
    expect(updateOf(described(), on)).toStrictEqual(on);
  });

  it('volumes are compared with their defaults', () => {
    const volume = { roleArn: 'arn:role', sizeInGiB: 10 };
    const service = described({
      deployments: [
        {
          status: 'PRIMARY',
          volumeConfigurations: [
            { name: 'data', managedEBSVolume: { ...volume, filesystemType: 'xfs' } },
          ],
        },
      ],
    });
    const same = { volumeConfigurations: [{ name: 'data', managedEBSVolume: volume }] };
    expect(updateOf(service, same)).toStrictEqual({});
    const bigger = {
      volumeConfigurations: [{ name: 'data', managedEBSVolume: { ...volume, sizeInGiB: 20 } }],
    };
    expect(updateOf(service, bigger)).toStrictEqual(bigger);
  });

  it('monitoring is compared with the revision, and left alone with a note where ECS has forgotten it', () => {
    const monitoring = {
      metricConfigurations: [{ metricNames: ['CPUUtilization'], resolutionSeconds: 20 }],
    };
    expect(changeOf(described(), { monitoring }, { revision: { monitoring } })).toStrictEqual(
      NOTHING,
    );
    expect(changeOf(described(), { monitoring }).update).toStrictEqual({ monitoring });
    const { update, findings } = changeOf(described(), { monitoring }, { revision: undefined });
    expect(update).toStrictEqual({});
    expect(findings).toMatchObject([{ level: 'note', code: 'SERVICE_DEFINITION_UNKNOWN' }]);
  });
});

describe('tags', () => {
  it('are added and changed, never taken away', () => {
    const service = described({
      tags: [
        { key: 'team', value: 'web' },
        { key: 'cost', value: '1' },
        { key: 'fairlead:gate', value: 'x' },
      ],
    });
    const tags = [
      { key: 'team', value: 'web' },
      { key: 'cost', value: '2' },
      { key: 'stage', value: '' },
      { key: 'fairlead:gate', value: 'y' },
    ];
    expect(changeOf(service, { tags })).toStrictEqual({
      ...NOTHING,
      tags: [
        { key: 'cost', value: '2' },
        { key: 'stage', value: '' },
      ],
    });
  });
});
