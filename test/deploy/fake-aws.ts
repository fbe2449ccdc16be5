/**
 * A scripted AWS endpoint behind the SDK's own request handler: the deployer's requests travel as bytes, so wire, SDK and
 * deployer are real. It knows no ECS rules; each test says what happens and when.
 */
import { HttpResponse } from '@smithy/core/protocols';
import { idSource } from '../../src/base/ids.ts';
import { seededRandom } from '../../src/base/random.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { createAwsClients, type AwsClients } from '../../src/deploy/aws-clients.ts';
import { deploy, type DeployRequest } from '../../src/deploy/deploy.ts';
import type { RolloutResult } from '../../src/deploy/ending.ts';
import type { DeployDependencies } from '../../src/deploy/session.ts';
import type { RolloutEntry } from '../../src/record/entries.ts';

export const ARN = 'arn:aws:ecs:eu-west-1:123456789012';
export const TARGET_GROUP =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';

type Wire = Record<string, unknown>;

/** An answer that is an error. */
export class FakeError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message = code, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
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
  targets: { id: string; port: number; state: string; description?: string }[] = [];
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

  /** Every call of an operation fails so. */
  readonly denied = new Map<string, FakeError>();

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  #startDeployment(taskDefinition: string): void {
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

  answer(operation: string, input: Wire): unknown {
    this.calls.push({ operation, input });
    const failure = this.#failures.get(operation)?.shift() ?? this.denied.get(operation);
    if (failure !== undefined) throw failure;
    const listed = this.rollouts
      .filter((each) => ((each['listedAt'] as number | undefined) ?? 0) <= this.clock.now())
      .toReversed();
    switch (operation) {
      case 'DescribeServices':
        return { services: this.missing ? [] : [this.service], failures: [] };
      case 'DescribeTaskDefinition': {
        const name = String(input['taskDefinition']);
        const arn = name.startsWith('arn:') ? name : `${ARN}:task-definition/${name}`;
        const found = this.definitions.get(arn);
        if (found === undefined)
          throw new FakeError('ClientException', 'Unable to describe task definition.');
        return {
          taskDefinition: found,
          tags: [
            { key: 'team', value: 'web' },
            { key: 'aws:x', value: 'y' },
          ],
        };
      }
      case 'RegisterTaskDefinition': {
        const arn = `${ARN}:task-definition/web:7`;
        this.definitions.set(arn, {
          ...input,
          taskDefinitionArn: arn,
          revision: 7,
          status: 'ACTIVE',
        });
        return { taskDefinition: this.definitions.get(arn) };
      }
      case 'UpdateService': {
        const wanted = input['taskDefinition'] as string | undefined;
        if (
          wanted !== undefined &&
          (wanted !== this.service['taskDefinition'] || input['forceNewDeployment'] === true)
        ) {
          this.#startDeployment(wanted);
        }
        if (input['desiredCount'] !== undefined)
          this.service['desiredCount'] = input['desiredCount'];
        return { service: this.service };
      }
      case 'ListServiceDeployments':
        return {
          serviceDeployments: listed.map((each) => ({
            ...each,
            targetServiceRevisionArn: (each['targetServiceRevision'] as Wire)['arn'],
          })),
        };
      case 'DescribeServiceDeployments': {
        const arns = input['serviceDeploymentArns'] as string[];
        return {
          serviceDeployments: listed.filter((each) =>
            arns.includes(each['serviceDeploymentArn'] as string),
          ),
        };
      }
      case 'DescribeServiceRevisions':
        return {
          serviceRevisions: (input['serviceRevisionArns'] as string[]).map((arn) => {
            const number = arn.slice(arn.lastIndexOf('/') + 1);
            return {
              serviceRevisionArn: arn,
              taskDefinition: `${ARN}:task-definition/web:${number}`,
              containerImages: [
                { containerName: 'web', image: 'x', imageDigest: `sha256:${number}` },
              ],
            };
          }),
        };
      case 'StopServiceDeployment':
        this.newest().rollout['status'] = 'ROLLBACK_IN_PROGRESS';
        this.after(10_000, () =>
          this.rollBack('Service deployment rolled back because of a stop request.'),
        );
        return { serviceDeploymentArn: input['serviceDeploymentArn'] };
      case 'ListTasks':
        return {
          taskArns: this.tasks
            .filter((task) => task['desiredStatus'] === input['desiredStatus'])
            .map((task) => task['taskArn']),
        };
      case 'DescribeTasks':
        return {
          tasks: this.tasks.filter((task) =>
            (input['tasks'] as unknown[]).includes(task['taskArn']),
          ),
        };
      case 'GetLogEvents':
        return { events: this.logs.map((message) => ({ message, timestamp: 1 })) };
      case 'DescribeTargetHealth':
        return `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetHealthResult><TargetHealthDescriptions>${this.targets
          .map(
            ({ id, port, state, description }) =>
              `<member><Target><Id>${id}</Id><Port>${port}</Port></Target><TargetHealth><State>${state}</State>${description === undefined ? '' : `<Description>${description}</Description>`}</TargetHealth></member>`,
          )
          .join(
            '',
          )}</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`;
      default:
        throw new FakeError('UnknownOperationException', `the script has no ${operation}`);
    }
  }

  /** Clients whose requests end here; virtual time stands still while one is under way. */
  async clients(): Promise<AwsClients> {
    const handler = {
      metadata: { handlerProtocol: 'http/1.1' },
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
      handle: (request: { readonly headers: Record<string, string>; readonly body?: unknown }) =>
        Promise.resolve({ response: this.#respond(request) }),
    };
    const clients = await createAwsClients({
      endpointUrl: 'http://127.0.0.1:4327',
      region: 'eu-west-1',
      requestHandler: handler as never,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-of-the-test' },
    });
    for (const client of [clients.ecs, clients.elbv2, clients.logs] as {
      send: (...args: never[]) => Promise<unknown>;
    }[]) {
      const send = client.send.bind(client);
      client.send = (...args) => this.clock.track(send(...args));
    }
    return clients;
  }

  #respond(request: {
    readonly headers: Record<string, string>;
    readonly body?: unknown;
  }): HttpResponse {
    const body =
      request.body instanceof Uint8Array
        ? new TextDecoder().decode(request.body)
        : String(request.body);
    const target = Object.entries(request.headers).find(
      ([name]) => name.toLowerCase() === 'x-amz-target',
    )?.[1];
    const operation = target?.split('.')[1] ?? new URLSearchParams(body).get('Action') ?? '';
    const json = target !== undefined;
    try {
      const output = this.answer(operation, json ? (JSON.parse(body) as Wire) : {});
      return respond(200, json, json ? JSON.stringify(output) : String(output));
    } catch (error) {
      if (!(error instanceof FakeError)) throw error;
      const { code, message, status } = error;
      const content = json
        ? JSON.stringify({ __type: code, message })
        : `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
      return respond(status, json, content);
    }
  }
}

function respond(statusCode: number, json: boolean, content: string): HttpResponse {
  return new HttpResponse({
    statusCode,
    headers: { 'content-type': json ? 'application/x-amz-json-1.1' : 'text/xml' },
    body: new Blob([content]).stream(),
  });
}

/** What a command left behind. */
export interface Played {
  readonly result: RolloutResult;
  readonly entries: readonly RolloutEntry[];
  /** Messages of all events. */
  readonly told: readonly string[];
}

/** Plays a command through in virtual time. */
export async function play(
  aws: FakeAws,
  command: (dependencies: DeployDependencies) => Promise<RolloutResult>,
  change: Partial<DeployDependencies> = {},
): Promise<Played> {
  const entries: RolloutEntry[] = [];
  const clients = await aws.clients();
  let result: RolloutResult | undefined;
  let failure: unknown;
  command({
    clients,
    clock: aws.clock,
    random: seededRandom(2),
    sinks: [(entry) => entries.push(entry)],
    tool: { name: 'fairlead', version: '0.0.0' },
    readFile: () => Promise.reject(Object.assign(new Error('ENOENT'), { code: 'ENOENT' })),
    ...change,
  }).then(
    (value) => (result = value),
    (error: unknown) => (failure = error),
  );
  await aws.clock.runUntil(() => result !== undefined || failure !== undefined, 7_200_000);
  if (result === undefined) throw failure;
  const told = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : []));
  return { result, entries, told };
}

/** Plays `deploy --image team/web:2.0.0`, or what the change says. */
export function playDeploy(
  aws: FakeAws,
  request: Partial<DeployRequest> = {},
  change: Partial<DeployDependencies> = {},
): Promise<Played> {
  const whole: DeployRequest = {
    cluster: 'prod',
    service: 'web',
    images: ['team/web:2.0.0'],
    timeoutMs: 900_000,
    wait: true,
    rollback: true,
    allowMutableTag: false,
    ...request,
  };
  return play(aws, (dependencies) => deploy(whole, dependencies), change);
}
