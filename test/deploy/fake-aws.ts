/**
 * A scripted AWS endpoint behind the SDK's own request handler: the deployer's requests travel as bytes, so wire, SDK and
 * deployer are real. It knows no ECS rules; each test says what happens and when.
 */
import { idSource } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { answerFrom } from './fake-answers.ts';

export const ARN = 'arn:aws:ecs:eu-west-1:123456789012';
export const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';

/** An object as it travels. */
export type Wire = Record<string, unknown>;

/** An answer that is an error. */
export class FakeError extends Error {
  readonly code: string;
  readonly status: number;
  /** More members of the answer. */
  readonly members: Wire;

  constructor(code: string, message = code, status = 400, members: Wire = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

interface FakeDeployment extends Wire {
  id: string;
  status: string;
  taskDefinition: string;
}

/** The world behind the endpoint: change it as the test's story goes. */
export class FakeAws {
  readonly clock = new VirtualClock();
  readonly calls: { readonly operation: string; readonly input: Wire }[] = [];
  readonly ids = idSource(seededRandom(1));
  /** Called after UpdateService has begun a deployment: the story of the rollout. */
  story: (aws: FakeAws) => void = () => undefined;
  /** So long (ms) after UpdateService the service deployment is listed. */
  listedAfter = 3000;
  definitions = new Map<string, Wire>();
  service: Wire & { deployments: FakeDeployment[]; events: Wire[] };
  rollouts: Wire[] = [];
  tasks: Wire[] = [];
  /** In the target group that is named, else in each. */
  targets: { id: string; port: number; state: string; description?: string; group?: string }[] = [];
  logs: string[] = [];
  /** The service does not exist. */
  missing = false;
  readonly #failures = new Map<string, FakeError[]>();
  #revision = 6;

  constructor() {
    this.define(5, 'team/web:0.9.0');
    this.define(6, 'team/web:1.0.0');
    this.service = {
      serviceArn: `${ARN}:service/prod/web`,
      serviceName: 'web',
      clusterArn: `${ARN}:cluster/prod`,
      status: 'ACTIVE',
      desiredCount: 4,
      runningCount: 4,
      pendingCount: 0,
      taskDefinition: `${ARN}:task-definition/web:6`,
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      deploymentConfiguration: {
        strategy: 'ROLLING',
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      loadBalancers: [],
      deployments: [
        {
          id: 'ecs-svc/6',
          status: 'PRIMARY',
          taskDefinition: `${ARN}:task-definition/web:6`,
          desiredCount: 4,
          runningCount: 4,
          pendingCount: 0,
          failedTasks: 0,
          rolloutState: 'COMPLETED',
          rolloutStateReason: 'ECS deployment ecs-svc/6 completed.',
        },
      ],
      events: [{ id: 'e0', createdAt: 1, message: '(service web) has reached a steady state.' }],
    };
    this.rollouts.push(this.rollout(5, 'SUCCESSFUL'), this.rollout(6, 'SUCCESSFUL'));
    for (let n = 1; n <= 4; n++) this.addTask(6);
  }

  define(revision: number, image: string, change: Wire = {}): void {
    const arn = `${ARN}:task-definition/web:${revision}`;
    this.definitions.set(arn, {
      taskDefinitionArn: arn,
      family: 'web',
      revision,
      status: 'ACTIVE',
      registeredAt: 1.7e9,
      memberOfTomorrow: { kept: true },
      containerDefinitions: [
        {
          name: 'web',
          image,
          essential: true,
          portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
          environment: [{ name: 'DB_PASSWORD', value: 'correct-horse-battery' }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/web',
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'p',
            },
          },
        },
      ],
      ...change,
    });
  }

  rollout(revision: number, status: string): Wire {
    return {
      serviceDeploymentArn: `${ARN}:service-deployment/prod/web/deployment${revision}`,
      serviceArn: `${ARN}:service/prod/web`,
      clusterArn: `${ARN}:cluster/prod`,
      createdAt: 1_699_000_000 + revision,
      status,
      targetServiceRevision: { arn: `${ARN}:service-revision/prod/web/${revision}` },
      deploymentConfiguration: this.service['deploymentConfiguration'],
      deploymentCircuitBreaker: { status: 'MONITORING', failureCount: 0, threshold: 3 },
    };
  }

  /** A task of a deployment; RUNNING unless the change says otherwise. */
  addTask(deployment: number, change: Wire = {}): Wire {
    const now = this.clock.now() / 1000;
    const task = {
      taskArn: `${ARN}:task/prod/${this.ids.hex(32)}`,
      taskDefinitionArn: `${ARN}:task-definition/web:${deployment}`,
      startedBy: `ecs-svc/${deployment}`,
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      healthStatus: 'UNKNOWN',
      createdAt: now,
      startedAt: now,
      containers: [{ name: 'web', image: 'team/web:x', lastStatus: 'RUNNING' }],
      ...change,
    };
    this.tasks.push(task);
    return task;
  }

  /** A task that has exited by itself. */
  addDeadTask(deployment: number, exitCode: number): Wire {
    return this.addTask(deployment, {
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stoppedAt: this.clock.now() / 1000 + 2,
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'web', lastStatus: 'STOPPED', exitCode }],
    });
  }

  /** The newest deployment and service deployment. */
  newest(): { deployment: FakeDeployment; rollout: Wire; number: number } {
    const [deployment] = this.service.deployments;
    if (deployment === undefined) throw new Error('no deployment');
    const number = Number(deployment.id.split('/')[1]);
    const arn = `${ARN}:service-revision/prod/web/${number}`;
    const rollout = this.rollouts.find(
      (each) => (each['targetServiceRevision'] as Wire)['arn'] === arn,
    );
    if (rollout === undefined) throw new Error(`no rollout of ${number}`);
    return { deployment, rollout, number };
  }

  /** Runs a step of the story some time (ms) after now. */
  after(ms: number, step: () => void): void {
    this.clock.setTimer(ms, step);
  }

  /** The newest rollout ends well. */
  complete(): void {
    const { deployment, rollout, number } = this.newest();
    Object.assign(deployment, { runningCount: 4, desiredCount: 4, rolloutState: 'COMPLETED' });
    this.service.deployments = [deployment];
    this.tasks = [];
    for (let n = 1; n <= 4; n++) this.addTask(number);
    rollout['status'] = 'SUCCESSFUL';
  }

  /** The newest rollout is rolled back to revision 6. */
  rollBack(statusReason: string): void {
    const { deployment, rollout } = this.newest();
    const old = this.service.deployments.find((each) => each.id === 'ecs-svc/6');
    if (old === undefined) throw new Error('nothing to roll back to');
    Object.assign(old, { status: 'PRIMARY', rolloutState: 'COMPLETED' });
    deployment.status = 'INACTIVE';
    this.service.deployments = [old];
    this.service['taskDefinition'] = old.taskDefinition;
    Object.assign(rollout, { status: 'ROLLBACK_SUCCESSFUL', statusReason });
  }

  /** The next calls of an operation fail so. */
  failNext(operation: string, ...errors: readonly FakeError[]): void {
    this.#failures.set(operation, [...(this.#failures.get(operation) ?? []), ...errors]);
  }

  /** Operations that a test answers itself; they are counted, and fail when they are told to, as all others. */
  readonly own = new Map<string, (input: Wire) => unknown>();

  /** Every call of an operation fails so. */
  readonly denied = new Map<string, FakeError>();

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /** What an UpdateService that starts a deployment does. */
  startDeployment(taskDefinition: string): void {
    this.#revision += 1;
    const number = this.#revision;
    for (const each of this.service.deployments) each.status = 'ACTIVE';
    this.service.deployments.unshift({
      id: `ecs-svc/${number}`,
      status: 'PRIMARY',
      taskDefinition,
      desiredCount: 0,
      runningCount: 0,
      pendingCount: 0,
      failedTasks: 0,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment ecs-svc/${number} in progress.`,
    });
    this.service['taskDefinition'] = taskDefinition;
    const rollout = {
      ...this.rollout(number, 'IN_PROGRESS'),
      createdAt: this.clock.now() / 1000,
      listedAt: this.clock.now() + this.listedAfter,
    };
    this.rollouts.push(rollout);
    this.story(this);
  }

  /** Answers a request; a test may put its own function in its place. */
  answer(operation: string, input: Wire): unknown {
    this.calls.push({ operation, input });
    const failure = this.#failures.get(operation)?.shift() ?? this.denied.get(operation);
    if (failure !== undefined) throw failure;
    const own = this.own.get(operation);
    return own === undefined ? answerFrom(this, operation, input) : own(input);
  }
}
