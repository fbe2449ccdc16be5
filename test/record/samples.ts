/** One entry of every kind, as a rollout writes them. */
import type { RolloutEntry, SampleEntry, VerdictEntry } from '../../src/record/entries.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012';

export const HEADER = {
  kind: 'header',
  schema: 'fairlead.rollout/v1',
  at: 1_700_000_000_000,
  tool: { name: 'fairlead', version: '0.1.0' },
  mode: 'deploy',
  command: 'deploy',
  endpoint: 'http://127.0.0.1:4327',
  region: 'eu-west-1',
  accountId: '123456789012',
  cluster: 'prod',
  service: 'web',
  serviceArn: `${ARN}:service/prod/web`,
  strategy: 'ROLLING',
  desiredCount: 4,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  from: {
    taskDefinition: `${ARN}:task-definition/web:6`,
    images: [{ container: 'web', image: 'team/web:1.0.0' }],
  },
} as const satisfies RolloutEntry;

export const TARGET = {
  kind: 'target',
  at: 1_700_000_001_000,
  to: {
    taskDefinition: `${ARN}:task-definition/web:7`,
    serviceRevision: `${ARN}:service-revision/prod/web/7`,
    images: [{ container: 'web', image: 'team/web:2.0.0' }],
  },
  deploymentId: 'ecs-svc/7',
} as const satisfies RolloutEntry;

/** A sample with so many tasks of the old and of the new revision. */
export function sample(
  at: number,
  old: number,
  fresh: number,
  healthyFresh = fresh,
  change: Partial<SampleEntry['revisions'][number]> = {},
): SampleEntry {
  return {
    kind: 'sample',
    at,
    desired: 4,
    pending: 0,
    running: old + fresh,
    healthy: old + healthyFresh,
    revisions: [
      {
        deploymentId: 'ecs-svc/7',
        taskDefinition: TARGET.to.taskDefinition,
        status: 'PRIMARY',
        rolloutState: 'IN_PROGRESS',
        desired: 4,
        pending: 0,
        running: fresh,
        healthy: healthyFresh,
        failed: 0,
        ...change,
      },
      {
        deploymentId: 'ecs-svc/6',
        taskDefinition: HEADER.from.taskDefinition,
        status: 'ACTIVE',
        rolloutState: 'COMPLETED',
        desired: old,
        pending: 0,
        running: old,
        healthy: old,
        failed: 0,
      },
    ],
  };
}

/** The end of a rollout. */
export function verdict(
  name: VerdictEntry['verdict'],
  exitCode: number,
  cause: readonly string[] = [],
  next: readonly string[] = [],
): VerdictEntry {
  return {
    kind: 'verdict',
    at: 1_700_000_095_000,
    verdict: name,
    exitCode,
    cause,
    next,
    startedAt: 1_700_000_001_000,
    endedAt: 1_700_000_095_000,
    apiCalls: {
      total: 41,
      retried: 1,
      throttled: 1,
      byOperation: { DescribeServices: 30, UpdateService: 1 },
    },
  };
}

export const RECORD: readonly RolloutEntry[] = [
  HEADER,
  TARGET,
  {
    kind: 'api-call',
    at: 1_700_000_000_900,
    service: 'ecs',
    operation: 'UpdateService',
    durationMs: 12.5,
    attempt: 1,
  },
  sample(1_700_000_002_000, 4, 0),
  {
    kind: 'event',
    at: 1_700_000_003_000,
    level: 'info',
    source: 'service',
    code: 'service-event',
    message: 'has started 2 tasks: (task a) (task b).',
  },
  {
    kind: 'task',
    at: 1_700_000_010_000,
    taskArn: `${ARN}:task/prod/0123`,
    deploymentId: 'ecs-svc/7',
    taskDefinition: TARGET.to.taskDefinition,
    lastStatus: 'STOPPED',
    healthStatus: 'UNKNOWN',
    createdAt: 1_700_000_003_000,
    startedAt: 1_700_000_004_000,
    stoppedAt: 1_700_000_009_000,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'web', image: 'team/web:2.0.0', exitCode: 1 }],
  },
  {
    kind: 'hook',
    at: 1_700_000_011_000,
    when: 'before',
    what: 'migrate',
    state: 'succeeded',
    exitCode: 0,
    oneWay: false,
    taskArn: `${ARN}:task/prod/4567`,
  },
  {
    kind: 'gate',
    at: 1_700_000_012_000,
    gate: 'ecs-pause-0123',
    stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    weight: 20,
    state: 'opened',
  },
  {
    kind: 'measurement',
    at: 1_700_000_013_000,
    gate: 'ecs-pause-0123',
    check: 'target_5xx_ratio',
    outcome: 'fail',
    text: '5XX 3 % (9 of 300), at most 1 %',
    value: 0.03,
    limit: 0.01,
    samples: 300,
    baseline: 0.001,
    confidence: 99.9,
  },
  verdict('rolled-back', 3, ['1 task stopped: Essential container in task exited'], ['Mend it.']),
];
