import type { UpdateServiceRequest } from '@aws-sdk/client-ecs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteService } from '../../../src/local/ecs/operations/delete-service.ts';
import { describeServiceDeployments } from '../../../src/local/ecs/operations/describe-service-deployments.ts';
import { isEnded } from '../../../src/local/ecs/ended.ts';
import { stopServiceDeployment } from '../../../src/local/ecs/operations/stop-service-deployment.ts';
import type {
  Service,
  ServiceDeploymentStatus,
  TaskStatus,
} from '../../../src/local/state/entities.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';
import type { FreshContext } from './fresh-context.ts';
import {
  addTask,
  create,
  describe as describeWeb,
  register,
  serviceWorld,
  stored,
  update,
} from './service-world.ts';

/** What callers and the service controller do to a service. */
type Step =
  | { readonly kind: 'create'; readonly desiredCount: number }
  | { readonly kind: 'register' }
  | { readonly kind: 'update'; readonly input: Partial<UpdateServiceRequest> }
  | { readonly kind: 'delete'; readonly force: boolean }
  | { readonly kind: 'stop'; readonly stopType: 'ROLLBACK' | 'ABORT' }
  | { readonly kind: 'rollout'; readonly status: ServiceDeploymentStatus }
  | { readonly kind: 'roll back' }
  | { readonly kind: 'task'; readonly deployment: number; readonly lastStatus: TaskStatus }
  | { readonly kind: 'forget former deployments' }
  | { readonly kind: 'inactive' };

const count = fc.integer({ min: -1, max: 5 });
const updateInput: fc.Arbitrary<Partial<UpdateServiceRequest>> = fc.record(
  {
    desiredCount: count,
    taskDefinition: fc.constantFrom('web', 'web:1', 'none', 'vpc'),
    forceNewDeployment: fc.boolean(),
    enableExecuteCommand: fc.boolean(),
    deploymentConfiguration: fc.record(
      {
        maximumPercent: fc.constantFrom(99, 100, 150, 200),
        minimumHealthyPercent: fc.constantFrom(0, 50, 100, 101),
        deploymentCircuitBreaker: fc.record({ enable: fc.boolean(), rollback: fc.boolean() }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), desiredCount: count }),
  fc.constant({ kind: 'register' as const }),
  { arbitrary: fc.record({ kind: fc.constant('update' as const), input: updateInput }), weight: 5 },
  fc.record({ kind: fc.constant('delete' as const), force: fc.boolean() }),
  fc.record({
    kind: fc.constant('stop' as const),
    stopType: fc.constantFrom('ROLLBACK' as const, 'ABORT' as const),
  }),
  fc.record({
    kind: fc.constant('rollout' as const),
    status: fc.constantFrom('IN_PROGRESS' as const, 'SUCCESSFUL' as const, 'STOPPED' as const),
  }),
  fc.constant({ kind: 'roll back' as const }),
  fc.record({
    kind: fc.constant('task' as const),
    deployment: fc.nat(2),
    lastStatus: fc.constantFrom('PENDING' as const, 'RUNNING' as const, 'STOPPED' as const),
  }),
  fc.constant({ kind: 'forget former deployments' as const }),
  fc.constant({ kind: 'inactive' as const }),
);

function service(context: FreshContext): Service | undefined {
  return context.store.services.size === 0 ? undefined : stored(context);
}

/** Puts a changed service, as the controller would. */
function put(context: FreshContext, changed: Service): void {
  context.store.transaction(() => context.store.services.put(changed.serviceArn, changed));
}

function take(context: FreshContext, action: Step): void {
  const current = service(context);
  const arn = current?.currentServiceDeploymentArn ?? '';
  const record = context.store.serviceDeployments.get(arn);
  switch (action.kind) {
    case 'create':
      create(context, { desiredCount: action.desiredCount });
      return;
    case 'register':
      register(context, 'web');
      return;
    case 'update':
      update(context, action.input);
      return;
    case 'delete':
      deleteService({ service: 'web', force: action.force }, context);
      return;
    case 'stop':
      stopServiceDeployment({ serviceDeploymentArn: arn, stopType: action.stopType }, context);
      return;
    case 'rollout':
      if (current?.status === 'ACTIVE' && record !== undefined && !isEnded(record.status))
        context.store.transaction(() =>
          context.store.serviceDeployments.put(arn, { ...record, status: action.status }),
        );
      return;
    case 'roll back': {
      const [bad, good, ...others] = current?.deployments ?? [];
      if (current?.status !== 'ACTIVE' || bad === undefined || good === undefined) return;
      put(context, {
        ...current,
        taskDefinition: good.taskDefinition,
        deployments: [{ ...good, status: 'PRIMARY' }, { ...bad, status: 'ACTIVE' }, ...others],
      });
      return;
    }
    case 'task': {
      const deployment = current?.deployments[action.deployment];
      if (deployment !== undefined) addTask(context, deployment, { lastStatus: action.lastStatus });
      return;
    }
    case 'forget former deployments':
      if (current?.status === 'ACTIVE')
        put(context, { ...current, deployments: current.deployments.slice(0, 1) });
      return;
    case 'inactive':
      if (current?.status === 'DRAINING') put(context, { ...current, status: 'INACTIVE' });
      return;
  }
}

/** What holds after every step. */
function checkPromises(context: FreshContext): void {
  const current = service(context);
  if (current === undefined) return;
  const { store } = context;
  const primaries = current.deployments.filter(({ status }) => status === 'PRIMARY');
  expect(primaries).toHaveLength(1);
  expect(current.deployments[0]).toBe(primaries[0]);
  expect(current.taskDefinition).toBe(primaries[0]?.taskDefinition);
  for (const deployment of current.deployments) {
    const number = deployment.id.slice('ecs-svc/'.length);
    expect(deployment.serviceRevisionArn.endsWith(`/web/${number}`)).toBe(true);
    const revision = store.serviceRevisions.get(deployment.serviceRevisionArn);
    expect(revision?.taskDefinition).toBe(deployment.taskDefinition);
    const record = store.serviceDeployments.get(deployment.serviceDeploymentArn);
    expect(record?.targetServiceRevisionArn).toBe(deployment.serviceRevisionArn);
  }
  const ids = current.deployments.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);

  const records = store.serviceDeployments.by('service', current.serviceArn);
  const unfinished = records.filter(({ status }) => !isEnded(status));
  expect(unfinished.length).toBeLessThanOrEqual(current.status === 'ACTIVE' ? 1 : 0);
  for (const { serviceDeploymentArn } of unfinished)
    expect(serviceDeploymentArn).toBe(current.currentServiceDeploymentArn);

  const shown = describeWeb(context);
  const sum = (member: 'runningCount' | 'pendingCount'): number =>
    (shown.deployments ?? []).reduce((total, deployment) => total + (deployment[member] ?? 0), 0);
  expect(sum('runningCount')).toBeLessThanOrEqual(shown.runningCount ?? 0);
  expect(sum('pendingCount')).toBeLessThanOrEqual(shown.pendingCount ?? 0);
  const arns = records.slice(-20).map(({ serviceDeploymentArn }) => serviceDeploymentArn);
  expect(
    describeServiceDeployments({ serviceDeploymentArns: arns }, context).serviceDeployments,
  ).toHaveLength(arns.length);
}

describe('whatever is done to a service', () => {
  it('has one PRIMARY, which is first, at most one rollout under way, and numbers that agree; what is refused changes nothing', () => {
    let refused = 0;
    let done = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const context = serviceWorld();
        create(context);
        let changes = 0;
        context.store.onChange(() => changes++);
        for (const next of steps) {
          const before = changes;
          try {
            take(context, next);
            done++;
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            expect(error.code).not.toBe('ServerException');
            expect(error.message).not.toBe('');
            expect(changes).toBe(before);
            refused++;
          }
          checkPromises(context);
        }
      }),
      { numRuns: 300 },
    );
    // Both really happen.
    expect(refused).toBeGreaterThan(100);
    expect(done).toBeGreaterThan(1000);
  });
});
