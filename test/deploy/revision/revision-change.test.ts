import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  notRestored,
  restoredMembers,
  revisionChange,
  type RevisionChange,
  type RevisionSettings,
} from '../../../src/deploy/revision/revision-change.ts';

const group = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/0123456789abcdef`;

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const names = (prefix: string): fc.Arbitrary<string[]> =>
  fc.uniqueArray(
    fc.nat(3).map((n) => `${prefix}-${n}`),
    { minLength: 1, maxLength: 3 },
  );

const loadBalancer = fc.record(
  {
    targetGroupArn: fc.constantFrom('a', 'b', 'c').map(group),
    containerName: fc.constantFrom('web', 'api'),
    containerPort: fc.constantFrom(80, 8080),
    advancedConfiguration: fc.record({
      alternateTargetGroupArn: fc.constantFrom('a', 'b', 'x').map(group),
      productionListenerRule: fc.constantFrom('rule-1', 'rule-2'),
      roleArn: fc.constantFrom('role-1', 'role-2'),
    }),
  },
  { requiredKeys: ['targetGroupArn', 'containerName', 'containerPort'] },
);

/** Where tasks run is either a launch type or a strategy. */
const launch = fc.oneof(
  fc.record({ launchType: fc.constantFrom('EC2' as const, 'FARGATE' as const) }),
  fc.record({
    capacityProviderStrategy: fc.uniqueArray(
      fc.record({
        capacityProvider: fc.constantFrom('FARGATE', 'FARGATE_SPOT', 'mine'),
        weight: fc.nat(2),
        base: fc.nat(1),
      }),
      { minLength: 1, maxLength: 2, selector: (item) => item.capacityProvider },
    ),
  }),
);

const settings: fc.Arbitrary<RevisionSettings> = fc
  .tuple(
    launch,
    fc.record({
      taskDefinition: fc.constantFrom('web:1', 'web:2'),
      networkConfiguration: maybe(
        fc.record({
          awsvpcConfiguration: fc.record({
            subnets: names('subnet'),
            securityGroups: names('sg'),
            assignPublicIp: maybe(fc.constantFrom('ENABLED' as const, 'DISABLED' as const)),
          }),
        }),
      ),
      platformVersion: maybe(fc.constantFrom('1.3.0', '1.4.0')),
      loadBalancers: maybe(
        fc.uniqueArray(loadBalancer, { maxLength: 2, selector: (each) => each.targetGroupArn }),
      ),
      serviceRegistries: maybe(
        fc.array(fc.record({ registryArn: fc.constantFrom('r-1', 'r-2') }), { maxLength: 1 }),
      ),
      serviceConnectConfiguration: maybe(
        fc.record({ enabled: fc.boolean(), namespace: fc.constantFrom('one', 'two') }),
      ),
      volumeConfigurations: maybe(
        fc.array(fc.record({ name: fc.constantFrom('data', 'cache') }), { maxLength: 1 }),
      ),
      vpcLatticeConfigurations: maybe(
        fc.array(
          fc.record({
            roleArn: fc.constant('role'),
            targetGroupArn: fc.constantFrom('l-1', 'l-2'),
            portName: fc.constant('http'),
          }),
          { maxLength: 1 },
        ),
      ),
    }),
  )
  .map(([where, rest]) => ({ ...where, ...rest }));

/** What UpdateService does with these members: it replaces each that is given, and an empty list takes away. */
function updated(present: RevisionSettings, change: RevisionChange): RevisionSettings {
  const { forceNewDeployment: _force, capacityProviderStrategy, ...rest } = change;
  const { launchType, ...before } = present;
  if (capacityProviderStrategy === undefined) return { ...present, ...rest };
  return capacityProviderStrategy.length === 0
    ? { ...before, capacityProviderStrategy: undefined, launchType: launchType ?? 'EC2', ...rest }
    : { ...before, capacityProviderStrategy, ...rest };
}

describe('revisionChange', () => {
  it('gives an empty change for equal revisions', () => {
    fc.assert(
      fc.property(settings, (revision) => {
        expect(revisionChange(revision, structuredClone(revision))).toStrictEqual({});
      }),
    );
  });

  it('leaves nothing to change when it is applied: twice changes nothing', () => {
    fc.assert(
      fc.property(settings, settings, (present, wanted) => {
        const after = updated(present, revisionChange(present, wanted));
        expect(revisionChange(after, wanted)).toStrictEqual({});
      }),
    );
  });

  it('brings back every member that the wanted revision has', () => {
    fc.assert(
      fc.property(settings, settings, (present, wanted) => {
        const after = updated(present, revisionChange(present, wanted));
        expect(after.taskDefinition).toBe(wanted.taskDefinition);
        if (wanted.platformVersion !== undefined)
          expect(after.platformVersion).toBe(wanted.platformVersion);
        expect(after.serviceRegistries ?? []).toEqual(wanted.serviceRegistries ?? []);
        expect(after.volumeConfigurations ?? []).toEqual(wanted.volumeConfigurations ?? []);
        expect((after.loadBalancers ?? []).map((each) => each.containerPort).sort()).toStrictEqual(
          (wanted.loadBalancers ?? []).map((each) => each.containerPort).sort(),
        );
      }),
    );
  });

  it('takes no notice of the order of subnets, security groups and providers, nor of defaults', () => {
    const vpc = { subnets: ['a', 'b'], securityGroups: ['x', 'y'] };
    const turned = { subnets: ['b', 'a'], securityGroups: ['y', 'x'] };
    expect(
      revisionChange(
        {
          networkConfiguration: { awsvpcConfiguration: vpc },
          capacityProviderStrategy: [
            { capacityProvider: 'FARGATE', weight: 1 },
            { capacityProvider: 'FARGATE_SPOT', weight: 3 },
          ],
          serviceConnectConfiguration: { enabled: false },
        },
        {
          networkConfiguration: {
            awsvpcConfiguration: { ...turned, assignPublicIp: 'DISABLED' },
          },
          capacityProviderStrategy: [
            { capacityProvider: 'FARGATE_SPOT', weight: 3, base: 0 },
            { capacityProvider: 'FARGATE', weight: 1, base: 0 },
          ],
        },
      ),
    ).toStrictEqual({});
  });

  it('takes away what the wanted revision did not have', () => {
    expect(
      revisionChange(
        {
          loadBalancers: [{ targetGroupArn: group('a'), containerName: 'web', containerPort: 80 }],
          serviceRegistries: [{ registryArn: 'r' }],
          serviceConnectConfiguration: { enabled: true, namespace: 'n' },
          volumeConfigurations: [{ name: 'data' }],
          capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }],
        },
        { launchType: 'FARGATE' },
      ),
    ).toStrictEqual({
      loadBalancers: [],
      serviceRegistries: [],
      serviceConnectConfiguration: { enabled: false },
      volumeConfigurations: [],
      capacityProviderStrategy: [],
      forceNewDeployment: true,
    });
  });

  it('keeps the listener rules and the role that are in force for a load balancer that is still there', () => {
    const inForce = {
      alternateTargetGroupArn: group('b'),
      productionListenerRule: 'rule-now',
      roleArn: 'role-now',
    };
    const then = { ...inForce, productionListenerRule: 'rule-then', roleArn: 'role-then' };
    const at = (
      port: number,
      advancedConfiguration: typeof inForce,
      targetGroupArn = group('a'),
    ) => [{ targetGroupArn, containerName: 'web', containerPort: port, advancedConfiguration }];
    expect(
      revisionChange({ loadBalancers: at(80, inForce) }, { loadBalancers: at(80, then) }),
    ).toStrictEqual({});
    expect(
      revisionChange({ loadBalancers: at(80, inForce) }, { loadBalancers: at(8080, then) }),
    ).toStrictEqual({ loadBalancers: at(8080, inForce) });
    const swapped = { ...then, alternateTargetGroupArn: group('a') };
    expect(
      revisionChange(
        { loadBalancers: at(80, inForce) },
        { loadBalancers: at(80, swapped, group('b')) },
      ),
    ).toStrictEqual({});
    expect(
      revisionChange(
        { loadBalancers: at(80, inForce) },
        { loadBalancers: at(80, then, group('c')) },
      ),
    ).toStrictEqual({ loadBalancers: at(80, then, group('c')) });
  });

  it('says by name what it restores beside the task definition', () => {
    expect(
      restoredMembers({
        taskDefinition: 'web:1',
        platformVersion: '1.3.0',
        forceNewDeployment: true,
      }),
    ).toStrictEqual(['platformVersion']);
  });
});

describe('notRestored', () => {
  it('names the launch type that UpdateService cannot change', () => {
    expect(notRestored({ launchType: 'EC2' }, { launchType: 'FARGATE' })).toStrictEqual([
      'the launch type stays EC2: it was FARGATE, and UpdateService cannot change it',
    ]);
    expect(notRestored({ launchType: 'EC2' }, { launchType: 'EC2' })).toStrictEqual([]);
    expect(
      notRestored(
        { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
        { launchType: 'FARGATE' },
      ),
    ).toStrictEqual([]);
  });

  it('names the monitoring that cannot be taken away', () => {
    expect(notRestored({ monitoring: { metricConfigurations: [] } }, {}).join()).toMatch(
      /monitoring stays as it is/,
    );
  });
});
