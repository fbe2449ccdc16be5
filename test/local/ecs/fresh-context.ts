/** A region of the local ECS in which nothing has happened yet, with a clock that the test moves. */
import { idSource } from '../../../src/base/ids.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type { EcsContext } from '../../../src/local/ecs/context.ts';
import type { Service, Task } from '../../../src/local/state/entities.ts';
import { memoryJournal } from '../../../src/local/state/journal.ts';
import { Store } from '../../../src/local/state/store.ts';
import { AwsError } from '../../../src/local/wire/aws-error.ts';

export interface FreshContext extends EcsContext {
  readonly clock: VirtualClock;
}

export const ACCOUNT = '123456789012';
export const CALLER = `arn:aws:iam::${ACCOUNT}:user/test`;

export function freshContext(region = 'eu-west-1', principalArn = CALLER): FreshContext {
  return contextOf(new Store(memoryJournal), region, principalArn);
}

/** Another caller, or another region, of the same state. */
export function contextOf(store: Store, region: string, principalArn = CALLER): FreshContext {
  return {
    store,
    clock: new VirtualClock(),
    ids: idSource(seededRandom(1)),
    machine: { cpus: 2, memoryMiB: 4096, architecture: 'x86_64', platform: 'linux' },
    call: {
      region,
      accountId: ACCOUNT,
      requestId: '00000000-0000-4000-8000-000000000000',
      principalArn,
    },
  };
}

/** What the call is refused with. */
export function refusalOf(call: () => unknown): {
  readonly code: string;
  readonly message: string;
} {
  try {
    call();
  } catch (error) {
    if (error instanceof AwsError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the call was not refused');
}

/** A service as it might be stored; what a test does not mention is of no account to it. */
export function storedService(
  clusterArn: string,
  serviceName: string,
  members: Partial<Service> = {},
): Service {
  const serviceArn = `${clusterArn.replace(':cluster/', ':service/')}/${serviceName}`;
  return {
    serviceArn,
    serviceName,
    region: 'eu-west-1',
    clusterArn,
    status: 'ACTIVE',
    desiredCount: 1,
    schedulingStrategy: 'REPLICA',
    deploymentController: 'ECS',
    deploymentConfiguration: {},
    loadBalancers: [],
    serviceRegistries: [],
    healthCheckGracePeriodSeconds: 0,
    placementConstraints: [],
    placementStrategy: [],
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    availabilityZoneRebalancing: 'DISABLED',
    creationFingerprint: '',
    deployments: [],
    steady: false,
    tags: [],
    createdAt: 0,
    createdBy: CALLER,
    ...members,
  };
}

/** A task as it might be stored. */
export function storedTask(clusterArn: string, taskId: string, members: Partial<Task> = {}): Task {
  return {
    taskArn: `${clusterArn.replace(':cluster/', ':task/')}/${taskId}`,
    taskId,
    region: 'eu-west-1',
    clusterArn,
    taskDefinitionArn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/web:1`,
    group: 'family:web',
    launchType: 'EC2',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    healthStatus: 'UNKNOWN',
    containers: [],
    overrides: {},
    enableExecuteCommand: false,
    availabilityZone: 'eu-west-1a',
    networkMode: 'bridge',
    tags: [],
    version: 1,
    createdAt: 0,
    schedulerNotes: [],
    targets: [],
    ...members,
  };
}
