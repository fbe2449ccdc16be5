import { describe, expect, it } from 'vitest';
import { revisionLines, taskLines } from '../../src/report/listings.ts';
import { statusLines, statusScreen, type StatusView } from '../../src/report/status-lines.ts';
import { widthOf } from '../../src/report/text.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012';

const SHOP: StatusView = {
  ...{ endpoint: 'http://127.0.0.1:4327', region: 'eu-west-1', accountId: '123456789012' },
  ...{ cluster: 'prod', service: 'shop', status: 'ACTIVE' },
  ...{ desired: 4, pending: 0, running: 4, deployments: [], events: [], taskSets: [] },
  ...{ rollout: undefined, gate: undefined, unfinished: undefined },
};

describe('listings', () => {
  it('status', () => {
    expect(
      statusLines({
        endpoint: 'http://127.0.0.1:4327',
        region: 'eu-west-1',
        accountId: '123456789012',
        cluster: 'prod',
        service: 'web',
        status: 'ACTIVE',
        desired: 4,
        pending: 1,
        running: 3,
        deployments: [
          {
            id: 'ecs-svc/7',
            status: 'PRIMARY',
            taskDefinition: `${ARN}:task-definition/web:7`,
            desired: 4,
            pending: 1,
            running: 3,
            failed: 0,
            rolloutState: 'IN_PROGRESS',
          },
        ],
        rollout: {
          arn: 'arn:x',
          status: 'IN_PROGRESS',
          statusReason: 'why',
          lifecycleStage: undefined,
          productionWeight: undefined,
          waitingHooks: [],
        },
        gate: undefined,
        taskSets: [],
        unfinished: undefined,
        events: [{ at: 1_700_000_000_000, message: 'has started 1 tasks: (task a).' }],
      }),
    ).toStrictEqual([
      'web in cluster prod is ACTIVE',
      'http://127.0.0.1:4327, account 123456789012, region eu-west-1',
      '3 running, 1 pending, 4 desired',
      '',
      'TASK DEFINITION  DEPLOYMENT  STATUS   ROLLOUT      DESIRED  PENDING  RUNNING  FAILED',
      'web:7            ecs-svc/7   PRIMARY  IN_PROGRESS        4        1        3       0',
      '',
      'last rollout IN_PROGRESS: why',
      'arn:x',
      '',
      '2023-11-14 22:13:20Z  has started 1 tasks: (task a).',
    ]);
  });

  it('status of a traffic shift that waits at its gate', () => {
    const lines = statusLines({
      ...SHOP,
      rollout: {
        ...{ arn: 'arn:x', status: 'IN_PROGRESS', statusReason: undefined },
        ...{ lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', productionWeight: 20 },
        waitingHooks: [{ id: 'ecs-pause-1', expiresAt: 1_700_000_000_000 }],
      },
      gate: { by: 'ann@build-7', state: 'in-use', waiting: 'ecs-pause-1' },
    });
    expect(lines.slice(-4)).toStrictEqual([
      'last rollout IN_PROGRESS at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic',
      'arn:x',
      'waits at the pause ecs-pause-1 until 2023-11-14 22:13:20Z',
      'the gate is open; ann@build-7 decides, or "fairlead continue"',
    ]);
    const stale = statusLines({
      ...SHOP,
      gate: { by: 'ann@build-7', state: 'stale', waiting: undefined },
    });
    expect(stale.at(-1)).toMatch(/pause hook of a rollout by ann@build-7 that is over/);
  });

  it('status of task sets and of a rollout that was left', () => {
    const set = {
      ...{ id: 'ecs-svc/1', status: 'PRIMARY', stability: 'STEADY_STATE' },
      ...{ taskDefinition: `${ARN}:task-definition/web:6`, desired: 4, pending: 0, running: 4 },
    };
    const lines = statusLines({
      ...SHOP,
      taskSets: [set],
      unfinished: {
        ...{ by: 'ann@build-7', startedAt: 1_700_000_000_000, direction: 'back', weight: 10 },
        taskDefinition: `${ARN}:task-definition/web:7`,
      },
    });
    expect(lines.slice(4)).toStrictEqual([
      'TASK DEFINITION  TASK SET   STATUS   STABILITY     DESIRED  PENDING  RUNNING',
      'web:6            ecs-svc/1  PRIMARY  STEADY_STATE        4        0        4',
      '',
      'unfinished rollout of web:7, begun by ann@build-7 at 2023-11-14 22:13:20Z: on its way back, 10 % of production traffic',
      'go on with it: fairlead resume; or back: fairlead rollback',
    ]);
  });

  it('status on a screen of 80 columns and 24 rows, the id left out and the newest events kept', () => {
    const busy: StatusView = {
      ...SHOP,
      deployments: [7, 6].map((revision) => ({
        ...{ id: `ecs-svc/145737034600707899${revision}`, status: 'ACTIVE' },
        ...{ taskDefinition: `${ARN}:task-definition/web:${revision}`, desired: 4, pending: 0 },
        ...{ running: 4, failed: 0, rolloutState: 'IN_PROGRESS' },
      })),
      rollout: {
        ...{ arn: `${ARN}:service-deployment/prod/shop/${'x'.repeat(21)}`, waitingHooks: [] },
        ...{ status: 'ROLLBACK_SUCCESSFUL', lifecycleStage: 'CLEAN_UP', productionWeight: 0 },
        statusReason: 'Service deployment rolled back because StopServiceDeployment was requested.',
      },
      events: Array.from({ length: 20 }, (_, index) => ({
        at: 1_700_000_000_000 - index,
        message: `(deployment ecs-svc/1457370346007078997) deployment completed, event ${index}.`,
      })),
    };
    const lines = statusScreen(busy, { width: 80, height: 23 });
    expect(lines).toHaveLength(23);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
    expect(lines.slice(4, 9)).toStrictEqual([
      'TASK DEFINITION  STATUS  ROLLOUT      DESIRED  PENDING  RUNNING  FAILED',
      'web:7            ACTIVE  IN_PROGRESS        4        0        4       0',
      'web:6            ACTIVE  IN_PROGRESS        4        0        4       0',
      '',
      'last rollout ROLLBACK_SUCCESSFUL at CLEAN_UP, 0 % of production traffic: Service',
    ]);
    expect(lines.at(-1)).toMatch(/^2023-11-14 22:13:19Z {2}\(deployment .*…$/);
  });

  it('revisions', () => {
    const row = {
      status: 'SUCCESSFUL',
      createdAt: 1_700_000_000_000,
      finishedAt: 1_700_000_065_000,
      taskDefinition: `${ARN}:task-definition/web:7`,
      images: [{ container: 'web', image: 'team/web:2.0.0', digest: undefined }],
      current: true,
    };
    const forgotten = {
      ...row,
      taskDefinition: undefined,
      images: [],
      current: false,
      finishedAt: undefined,
    };
    expect(revisionLines([row, forgotten])).toStrictEqual([
      '   TASK DEFINITION  ROLLOUT     STARTED                 TOOK  IMAGES',
      '*  web:7            SUCCESSFUL  2023-11-14 22:13:20Z  1m 05s  team/web:2.0.0',
      '   forgotten        SUCCESSFUL  2023-11-14 22:13:20Z       -',
    ]);
    expect(revisionLines([row], { width: 60 })[1]).toMatch(/ team\/web:2\.0\.0$/);
    expect(revisionLines([])).toStrictEqual(['no rollout is on record']);
  });

  it('tasks', () => {
    const row = {
      taskArn: `${ARN}:task/prod/0123`,
      taskDefinition: `${ARN}:task-definition/web:7`,
      lastStatus: 'STOPPED',
      health: 'UNKNOWN',
      targetStates: [],
      startedAt: undefined,
      end: 'CannotPullContainerError: \u001b[31mnot found',
    };
    expect(
      taskLines([{ ...row, end: undefined, lastStatus: 'RUNNING' }, row], { width: 60 }),
    ).toStrictEqual([
      'TASK  TASK DEFINITION  STATUS   HEALTH   TARGETS  STARTED',
      '0123  web:7            RUNNING  UNKNOWN  -        -',
      '0123  web:7            STOPPED  UNKNOWN  -        -',
      '    ended: CannotPullContainerError: not found',
    ]);
    expect(
      taskLines([{ ...row, end: 'one two three four five' }], { width: 24 }).slice(2),
    ).toStrictEqual(['    ended: one two three', '    four five']);
    expect(taskLines([])).toStrictEqual(['no tasks']);
  });
});
