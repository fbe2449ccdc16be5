/** Observations for tests: a rollout of web:7 over web:6, and arbitrary ones. */
import * as fc from 'fast-check';
import type {
  Observation,
  ObservedDeployment,
  ObservedRollout,
  ObservedTask,
  RolloutStatus,
  RolloutTarget,
} from '../../../src/deploy/observed/observation.ts';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012';
export const OLD = `${ARN}:task-definition/web:6`;
export const NEW = `${ARN}:task-definition/web:7`;
export const OUR_REVISION = `${ARN}:service-revision/prod/web/7`;
const OTHER_REVISION = `${ARN}:service-revision/prod/web/8`;

export const STATUSES: readonly RolloutStatus[] = [
  'PENDING',
  'IN_PROGRESS',
  'SUCCESSFUL',
  'STOPPED',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

export const TARGET_WEB7: RolloutTarget = {
  deploymentId: 'ecs-svc/7',
  revision: OUR_REVISION,
  taskDefinition: NEW,
  timeoutMs: 900_000,
  healthChecked: new Set(),
  balanced: false,
  earlierEvents: new Set(['e0']),
  goBackTo: OLD,
};

export function deployment(change: Partial<ObservedDeployment> = {}): ObservedDeployment {
  return {
    id: 'ecs-svc/7',
    status: 'PRIMARY',
    taskDefinition: NEW,
    desired: 4,
    pending: 0,
    running: 0,
    failed: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: 'ECS deployment ecs-svc/7 in progress.',
    ...change,
  };
}

export const oldDeployment = (change: Partial<ObservedDeployment> = {}): ObservedDeployment =>
  deployment({
    id: 'ecs-svc/6',
    status: 'ACTIVE',
    taskDefinition: OLD,
    running: 4,
    rolloutState: 'COMPLETED',
    ...change,
  });

export function rollout(change: Partial<ObservedRollout> = {}): ObservedRollout {
  return {
    arn: `${ARN}:service-deployment/prod/web/abcdefghijklmnopqrstu`,
    status: 'IN_PROGRESS',
    statusReason: undefined,
    targetRevision: OUR_REVISION,
    lifecycleStage: undefined,
    waitingHooks: [],
    pauseHooks: [],
    productionWeight: undefined,
    testWeight: undefined,
    sources: [],
    stepBakeMinutes: undefined,
    createdAt: undefined,
    updatedAt: undefined,
    breaker: undefined,
    triggeredAlarms: [],
    rollsBackByItself: false,
    rollbackTo: undefined,
    ...change,
  };
}

let tasks = 0;
export function task(change: Partial<ObservedTask> = {}): ObservedTask {
  tasks += 1;
  return {
    arn: `${ARN}:task/prod/${String(tasks).padStart(32, '0')}`,
    deploymentId: 'ecs-svc/7',
    taskDefinition: NEW,
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    health: 'UNKNOWN',
    createdAt: 1000,
    startedAt: 2000,
    stoppedAt: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    containers: [{ name: 'web', image: 'team/web:2', exitCode: undefined, reason: undefined }],
    endpoints: [],
    ...change,
  };
}

/** A task that exited by itself after `lived` ms. */
export const exited = (
  exitCode: number,
  lived = 3000,
  change: Partial<ObservedTask> = {},
): ObservedTask =>
  task({
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stoppedAt: 2000 + lived,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'web', image: 'team/web:2', exitCode, reason: undefined }],
    ...change,
  });

/** A task that never ran. */
export const unstartable = (stoppedReason: string): ObservedTask =>
  task({
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    startedAt: undefined,
    stoppedAt: 3000,
    stopCode: 'TaskFailedToStart',
    stoppedReason,
  });

export function observation(
  change: Partial<Omit<Observation, 'service'>> & {
    readonly service?: Partial<Observation['service']>;
  } = {},
): Observation {
  const { service, ...rest } = change;
  return {
    at: 0,
    elapsedMs: 1000,
    rollout: rollout(),
    successor: undefined,
    tasks: [],
    targets: undefined,
    ...rest,
    service: {
      status: 'ACTIVE',
      desired: 4,
      pending: 0,
      running: 4,
      deployments: [deployment(), oldDeployment()],
      events: [],
      ...service,
    },
  };
}

/** Anything that ECS might show. */
export const anyObservation: fc.Arbitrary<Observation> = fc
  .record({
    status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'DRAINING', 'INACTIVE'),
    rolloutStatus: fc.option(fc.constantFrom(...STATUSES), { nil: undefined }),
    targetRevision: fc.constantFrom(OUR_REVISION, OUR_REVISION, OTHER_REVISION),
    taskDefinition: fc.constantFrom(NEW, NEW, OLD),
    rolloutState: fc.constantFrom('IN_PROGRESS', 'COMPLETED', 'FAILED', undefined),
    listed: fc.boolean(),
    rollsBackByItself: fc.boolean(),
    superseded: fc.boolean(),
    waiting: fc.boolean(),
    elapsedMs: fc.constantFrom(0, 1000, 899_999, 900_000, 10_000_000),
    running: fc.nat(6),
    desired: fc.nat(6),
  })
  .map((shape) =>
    observation({
      elapsedMs: shape.elapsedMs,
      rollout:
        shape.rolloutStatus === undefined
          ? undefined
          : rollout({
              status: shape.rolloutStatus,
              targetRevision: shape.targetRevision,
              rollsBackByItself: shape.rollsBackByItself,
              waitingHooks: shape.waiting ? [{ id: 'ecs-pause-x', expiresAt: undefined }] : [],
            }),
      successor: shape.superseded ? { arn: 'other', targetRevision: OTHER_REVISION } : undefined,
      service: {
        status: shape.status,
        desired: shape.desired,
        running: shape.running,
        deployments: shape.listed
          ? [
              deployment({
                taskDefinition: shape.taskDefinition,
                rolloutState: shape.rolloutState,
                running: shape.running,
              }),
            ]
          : [oldDeployment({ status: 'PRIMARY', running: shape.running })],
      },
    }),
  );
