import { describe, expect, it } from 'vitest';
import {
  completeRollout,
  interruptRollout,
  rollbackCandidate,
  type Outcome,
} from '../../../src/scheduler/rolling/outcome.ts';
import type {
  DeploymentSnapshot,
  ServiceDeploymentSnapshot,
  ServiceSnapshot,
} from '../../../src/scheduler/rolling/snapshot.ts';
import { NEW, OLD, OLDER, completed, deployment, service, withBreaker } from './builders.ts';

type Status = ServiceDeploymentSnapshot['status'];

/** A rollout with three failed tasks of two wanted ones: as many as the breaker allows. */
function failing(
  members: Partial<ServiceSnapshot> = {},
  formers: readonly DeploymentSnapshot[] = [completed(OLD)],
): Outcome | undefined {
  const snapshot = service({
    rules: withBreaker(),
    deployments: [deployment(NEW, { failedTasks: 3 }), ...formers],
    ...members,
  });
  return interruptRollout(snapshot, snapshot.deployments);
}

/** A rollout that nothing is wrong with, in this state. */
function stopped(
  status: Status,
  formers: readonly DeploymentSnapshot[] = [completed(OLD)],
): Outcome | undefined {
  return failing({
    rules: withBreaker({ enable: false }),
    serviceDeployment: { status },
    deployments: [deployment(NEW), ...formers],
  });
}

const summary = (outcome: Outcome | undefined): unknown =>
  outcome?.deployments.map(({ id, status, rolloutState, rolloutStateReason }) => [
    id,
    status,
    rolloutState,
    rolloutStateReason,
  ]);

const TRIPPED = 'ECS deployment circuit breaker: tasks failed to start.';

describe('the circuit breaker with rollback', () => {
  it('makes the last completed deployment PRIMARY and in progress again', () => {
    const outcome = failing({}, [completed(OLD, { failedTasks: 2, failedResolutions: 1 })]);
    expect(summary(outcome)).toEqual([
      [
        OLD,
        'PRIMARY',
        'IN_PROGRESS',
        `ECS deployment circuit breaker: rolling back to deploymentId ${OLD}.`,
      ],
      [NEW, 'ACTIVE', 'FAILED', TRIPPED],
    ]);
    expect(outcome?.deployments[0]).toMatchObject({ failedTasks: 0, failedResolutions: 0 });
    expect(outcome?.deployments[1]?.failedTasks).toBe(3);
    const reason =
      'Service deployment rolled back because the circuit breaker threshold was exceeded.';
    expect(outcome?.serviceDeployment).toEqual({
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: reason,
      rollback: { reason, toDeploymentId: OLD },
      circuitBreakerTriggered: true,
    });
    expect(outcome?.events).toEqual([
      `(service web) (deployment ${NEW}) deployment failed: tasks failed to start.`,
      `(service web) rolling back to deployment ${OLD}.`,
    ]);
  });

  it('passes over deployments that never completed', () => {
    const outcome = failing({}, [deployment(OLD), completed(OLDER)]);
    expect(outcome?.deployments.map(({ id, status }) => [id, status])).toEqual([
      [OLDER, 'PRIMARY'],
      [NEW, 'ACTIVE'],
      [OLD, 'ACTIVE'],
    ]);
    expect(outcome?.serviceDeployment.rollback?.toDeploymentId).toBe(OLDER);
  });

  it.each([
    ['a first deployment', []],
    ['a deployment after others that never completed', [deployment(OLD)]],
    [
      'a deployment after a rollback that did not come to its end',
      [deployment(OLD), deployment(OLDER)],
    ],
  ])('has nothing to go back to in %s: it stalls', (_name, formers) => {
    const outcome = failing({}, formers);
    expect(outcome?.deployments).toEqual([
      deployment(NEW, {
        failedTasks: 3,
        rolloutState: 'FAILED',
        rolloutStateReason: TRIPPED,
      }),
      ...formers,
    ]);
    expect(outcome?.serviceDeployment).toEqual({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
      circuitBreakerTriggered: true,
    });
    expect(outcome?.events).toEqual([
      `(service web) (deployment ${NEW}) deployment failed: tasks failed to start.`,
    ]);
  });

  it.each([true, false])('never rolls back a rollback (rollback configured: %s)', (rollback) => {
    const outcome = failing(
      { rules: withBreaker({ rollback }), serviceDeployment: { status: 'ROLLBACK_IN_PROGRESS' } },
      [deployment(OLD, { rolloutState: 'FAILED' }), completed(OLDER)],
    );
    expect(outcome?.deployments.map(({ id, rolloutState }) => [id, rolloutState])).toEqual([
      [NEW, 'FAILED'],
      [OLD, 'FAILED'],
      [OLDER, 'COMPLETED'],
    ]);
    expect(outcome?.serviceDeployment).toEqual({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
      circuitBreakerTriggered: true,
    });
  });
});

describe('the circuit breaker without rollback', () => {
  it('ends the deployment where it is', () => {
    const outcome = failing({ rules: withBreaker({ rollback: false }) });
    expect(summary(outcome)).toEqual([
      [NEW, 'PRIMARY', 'FAILED', TRIPPED],
      [OLD, 'ACTIVE', 'COMPLETED', `ECS deployment ${OLD} completed.`],
    ]);
    expect(outcome?.serviceDeployment).toEqual({
      status: 'STOPPED',
      statusReason: 'The deployment circuit breaker threshold was exceeded.',
      circuitBreakerTriggered: true,
    });
    expect(outcome?.events).toEqual([
      `(service web) (deployment ${NEW}) deployment failed: tasks failed to start.`,
    ]);
  });
});

describe('a rollout goes on', () => {
  it.each<Status>([
    'PENDING',
    'IN_PROGRESS',
    'ROLLBACK_IN_PROGRESS',
    'SUCCESSFUL',
    'STOPPED',
    'ROLLBACK_SUCCESSFUL',
    'ROLLBACK_FAILED',
  ])('while nothing is wrong and it is %s', (status) => {
    expect(stopped(status)).toBeUndefined();
  });

  it('where nothing is recorded, unless the breaker trips', () => {
    const snapshot = service({ rules: withBreaker() });
    const { serviceDeployment: _record, ...unrecorded } = snapshot;
    expect(interruptRollout(unrecorded, snapshot.deployments)).toBeUndefined();
    expect(interruptRollout(unrecorded, [deployment(NEW, { failedTasks: 3 })])).toBeDefined();
  });

  it('where there is no deployment', () => {
    expect(interruptRollout(service({ deployments: [] }), [])).toBeUndefined();
  });

  it.each<Status>(['PENDING', 'IN_PROGRESS'])('until the breaker trips while %s', (status) => {
    expect(failing({ serviceDeployment: { status } })).toBeDefined();
  });
});

describe('StopServiceDeployment with ROLLBACK', () => {
  it('goes back without a breaker, and blames no task', () => {
    const outcome = stopped('ROLLBACK_REQUESTED');
    expect(summary(outcome)).toEqual([
      [OLD, 'PRIMARY', 'IN_PROGRESS', `ECS deployment rolling back to deploymentId ${OLD}.`],
      [NEW, 'ACTIVE', 'FAILED', `ECS deployment ${NEW} was stopped.`],
    ]);
    const reason = 'Service deployment rolled back because StopServiceDeployment was requested.';
    expect(outcome?.serviceDeployment).toEqual({
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: reason,
      rollback: { reason, toDeploymentId: OLD },
      circuitBreakerTriggered: false,
    });
    expect(outcome?.events).toEqual([`(service web) rolling back to deployment ${OLD}.`]);
  });

  it('fails where there is nothing to go back to', () => {
    const outcome = stopped('ROLLBACK_REQUESTED', []);
    expect(summary(outcome)).toEqual([
      [NEW, 'PRIMARY', 'FAILED', `ECS deployment ${NEW} was stopped.`],
    ]);
    expect(outcome?.serviceDeployment).toEqual({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
      circuitBreakerTriggered: false,
    });
    expect(outcome?.events).toEqual([]);
  });
});

describe('StopServiceDeployment with ABORT', () => {
  it('stops where it is', () => {
    const outcome = stopped('STOP_REQUESTED');
    expect(summary(outcome)).toEqual([
      [NEW, 'PRIMARY', 'FAILED', `ECS deployment ${NEW} was stopped.`],
      [OLD, 'ACTIVE', 'COMPLETED', `ECS deployment ${OLD} completed.`],
    ]);
    expect(outcome?.serviceDeployment).toEqual({
      status: 'STOPPED',
      statusReason: 'Service deployment was stopped because StopServiceDeployment was requested.',
      circuitBreakerTriggered: false,
    });
    expect(outcome?.events).toEqual([]);
  });
});

describe('a rollout that is done', () => {
  it.each<[Status, Status]>([
    ['IN_PROGRESS', 'SUCCESSFUL'],
    ['PENDING', 'SUCCESSFUL'],
    ['ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL'],
  ])('%s becomes %s', (status, end) => {
    const outcome = completeRollout(service({ serviceDeployment: { status } }), [
      deployment(NEW, { failedTasks: 2 }),
      completed(OLD, { failedTasks: 1 }),
    ]);
    expect(summary(outcome)).toEqual([
      [NEW, 'PRIMARY', 'COMPLETED', `ECS deployment ${NEW} completed.`],
      [OLD, 'ACTIVE', 'COMPLETED', `ECS deployment ${OLD} completed.`],
    ]);
    expect(outcome.deployments.map(({ failedTasks }) => failedTasks)).toEqual([0, 1]);
    expect(outcome.serviceDeployment).toEqual({ status: end, circuitBreakerTriggered: false });
    expect(outcome.events).toEqual([`(service web) (deployment ${NEW}) deployment completed.`]);
  });

  it('may be recorded nowhere', () => {
    const { serviceDeployment: _record, ...unrecorded } = service();
    const { status } = completeRollout(unrecorded, [deployment(NEW)]).serviceDeployment;
    expect(status).toBe('SUCCESSFUL');
  });
});

describe('the rollback candidate', () => {
  it.each<[string, readonly DeploymentSnapshot[], string | undefined]>([
    ['the newest former one that completed', [completed(OLD), completed(OLDER)], OLD],
    ['none that is in progress', [deployment(OLD), completed(OLDER)], OLDER],
    ['none that failed', [deployment(OLD, { rolloutState: 'FAILED' })], undefined],
    ['none without a former one', [], undefined],
  ])('is %s', (_name, formers, expected) => {
    expect(rollbackCandidate([deployment(NEW), ...formers])?.id).toBe(expected);
  });

  it('is never the PRIMARY', () => {
    expect(rollbackCandidate([completed(NEW)])).toBeUndefined();
  });
});
