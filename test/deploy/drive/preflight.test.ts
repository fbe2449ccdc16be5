import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRollout,
  checkService,
  updated,
  type PreflightService,
  type PreflightWish,
} from '../../../src/deploy/drive/preflight.ts';
import type { Finding } from '../../../src/deploy/session/findings.ts';
import { containersOf } from '../../../src/deploy/definition/task-definition.ts';

const SERVICE: PreflightService = {
  name: 'web',
  status: 'ACTIVE',
  controller: 'ECS',
  schedulingStrategy: 'REPLICA',
  strategy: 'ROLLING',
  desired: 4,
  running: 4,
  configuration: {
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  },
  loadBalancers: [],
};

const WISH: PreflightWish = {
  desiredCount: undefined,
  healthCheckGracePeriodSeconds: undefined,
  containers: containersOf({
    containerDefinitions: [
      {
        name: 'web',
        image: 'x:1',
        portMappings: [{ containerPort: 80 }, { containerPortRange: '100-200' }],
      },
    ],
  }),
  definitionStatus: undefined,
  definitionName: 'web:7',
};

const codes = (findings: readonly Finding[], level: Finding['level'] = 'impossible'): string[] =>
  findings.filter((finding) => finding.level === level).map((finding) => finding.code);

const withPercents = (desired: number, minimum: number, maximum: number): PreflightService => ({
  ...SERVICE,
  desired,
  running: desired,
  configuration: {
    ...SERVICE.configuration,
    minimumHealthyPercent: minimum,
    maximumPercent: maximum,
  },
});

describe('checkService', () => {
  it('has nothing against an ACTIVE service of the ECS controller', () => {
    expect(checkService(SERVICE)).toStrictEqual([]);
  });
  it.each([
    [{ status: 'DRAINING' }, 'SERVICE_NOT_ACTIVE'],
    [{ status: 'INACTIVE' }, 'SERVICE_NOT_ACTIVE'],
    [{ controller: 'CODE_DEPLOY' }, 'CONTROLLER'],
  ])('refuses %o', (change, code) => {
    expect(codes(checkService({ ...SERVICE, ...change }))).toStrictEqual([code]);
  });

  it('has nothing against task sets', () => {
    expect(checkService({ ...SERVICE, controller: 'EXTERNAL' })).toStrictEqual([]);
  });
});

describe('checkRollout', () => {
  it('has nothing against an ordinary rollout', () => {
    expect(checkRollout(SERVICE, WISH)).toStrictEqual([]);
  });

  it.each([
    [1, 50, 100],
    [3, 70, 130],
    [4, 100, 100],
    [10, 91, 109],
  ])('proves the deadlock of %i tasks between %i and %i percent', (desired, minimum, maximum) => {
    const [finding] = checkRollout(withPercents(desired, minimum, maximum), WISH);
    expect(finding?.code).toBe('DEADLOCK');
  });

  it('advises percentages of which each alone ends the deadlock', () => {
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), percent, percent, (desired, minimum, extra) => {
        const service = withPercents(desired, minimum, 100 + extra);
        const stuck = checkRollout(service, WISH).find((finding) => finding.code === 'DEADLOCK');
        const mayStart = Math.floor((desired * (100 + extra)) / 100) > desired;
        const mayStop = Math.ceil((desired * minimum) / 100) < desired;
        expect(stuck !== undefined).toBe(!mayStart && !mayStop);
        if (stuck === undefined) return;
        const [, raised, lowered] =
          /at least (\d+), or lower .* at most (\d+)/.exec(stuck.hint ?? '') ?? [];
        for (const cured of [
          withPercents(desired, minimum, Number(raised)),
          withPercents(desired, Number(lowered), 100 + extra),
        ]) {
          expect(codes(checkRollout(cured, WISH))).toStrictEqual([]);
        }
      }),
    );
  });

  it('speaks of no deadlock while tasks are missing: the new version may fill the gap', () => {
    const service = { ...withPercents(4, 100, 100), running: 3 };
    expect(codes(checkRollout(service, WISH))).toStrictEqual([]);
  });

  it('counts with the desired count that is asked for', () => {
    const service = withPercents(4, 75, 100);
    expect(codes(checkRollout(service, { ...WISH, desiredCount: 1 }))).toStrictEqual(['DEADLOCK']);
    expect(codes(checkRollout(service, { ...WISH, desiredCount: 4 }))).toStrictEqual([]);
  });

  it("refuses a definition without the load balancer's container or port", () => {
    const behind = (containerName: string, containerPort: number): string[] =>
      codes(checkRollout({ ...SERVICE, loadBalancers: [{ containerName, containerPort }] }, WISH));
    expect(behind('web', 80)).toStrictEqual([]);
    expect(behind('web', 150)).toStrictEqual([]);
    expect(behind('web', 81)).toStrictEqual(['LOAD_BALANCER_PORT']);
    expect(behind('api', 80)).toStrictEqual(['LOAD_BALANCER_CONTAINER']);
  });

  it('refuses an INACTIVE revision, a grace period without load balancer, a desired count for a DAEMON', () => {
    expect(codes(checkRollout(SERVICE, { ...WISH, definitionStatus: 'INACTIVE' }))).toStrictEqual([
      'DEFINITION_NOT_ACTIVE',
    ]);
    expect(
      codes(checkRollout(SERVICE, { ...WISH, healthCheckGracePeriodSeconds: 5 })),
    ).toStrictEqual(['GRACE_PERIOD']);
    expect(
      codes(
        checkRollout({ ...SERVICE, schedulingStrategy: 'DAEMON' }, { ...WISH, desiredCount: 2 }),
      ),
    ).toStrictEqual(['DAEMON_DESIRED_COUNT']);
  });

  it('notes that zero tasks prove nothing and that nothing would end a bad rollout', () => {
    const bare = {
      ...withPercents(0, 100, 200),
      configuration: { minimumHealthyPercent: 100, maximumPercent: 200 },
    };
    expect(codes(checkRollout(bare, WISH), 'note')).toStrictEqual([
      'DESIRED_ZERO',
      'NO_CIRCUIT_BREAKER',
    ]);
  });

  it('goes by the settings that come with the rollout', () => {
    const deadlocked = { ...withPercents(4, 100, 100), loadBalancers: [] };
    const mended = updated(deadlocked, { deploymentConfiguration: { maximumPercent: 150 } });
    expect(codes(checkRollout(mended, WISH))).toStrictEqual([]);
    const broken = updated(SERVICE, { deploymentConfiguration: { maximumPercent: 100 } });
    expect(codes(checkRollout(broken, WISH))).toStrictEqual(['DEADLOCK']);
    const shifting = updated(deadlocked, { deploymentConfiguration: { strategy: 'BLUE_GREEN' } });
    expect(codes(checkRollout(shifting, WISH))).toStrictEqual([]);
    const fewer = updated(SERVICE, { desiredCount: 0 });
    expect(codes(checkRollout(fewer, WISH), 'note')).toStrictEqual(['DESIRED_ZERO']);
  });

  it('notes no missing circuit breaker that the rollout turns on, and the one that it turns off', () => {
    const { configuration } = SERVICE;
    const bare = {
      ...SERVICE,
      configuration: { ...configuration, deploymentCircuitBreaker: undefined },
    };
    const breaker = (enable: boolean): object => ({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable, rollback: enable } },
    });
    expect(checkRollout(updated(bare, breaker(true)), WISH)).toStrictEqual([]);
    expect(codes(checkRollout(updated(SERVICE, breaker(false)), WISH), 'note')).toStrictEqual([
      'NO_CIRCUIT_BREAKER',
    ]);
  });

  it('asks for the load balancers that come with the rollout, not for those that go', () => {
    const ofOther = { ...SERVICE, loadBalancers: [{ containerName: 'app', containerPort: 80 }] };
    const ofOurs = [{ containerName: 'web', containerPort: 80 }];
    const grace = { ...WISH, healthCheckGracePeriodSeconds: 30 };
    expect(codes(checkRollout(updated(ofOther, { loadBalancers: [] }), WISH))).toStrictEqual([]);
    expect(codes(checkRollout(updated(SERVICE, { loadBalancers: ofOurs }), grace))).toStrictEqual(
      [],
    );
    expect(codes(checkRollout(updated(SERVICE, ofOther), WISH))).toStrictEqual([
      'LOAD_BALANCER_CONTAINER',
    ]);
  });
});
