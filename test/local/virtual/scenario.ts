/** Short ways to say what happens to one service, `web`, in virtual time. */
import type {
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  Service,
  ServiceDeployment,
  Task,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { VirtualEcs, type VirtualEcsOptions } from './virtual-ecs.ts';

/** Longer than anything that is worth waiting for. */
const LIMIT_MS = 48 * 3_600_000;

/** The service `web` of the cluster `shop`, and the task definitions `app:1`, `app:2`, … */
export class Scenario {
  ecs: VirtualEcs;

  private constructor(ecs: VirtualEcs) {
    this.ecs = ecs;
  }

  /** A cluster, and a definition of the image `app:VERSION` for each version. */
  static async start(
    versions: readonly string[],
    options: VirtualEcsOptions = {},
    definition: Partial<RegisterTaskDefinitionRequest> = {},
  ): Promise<Scenario> {
    const scenario = new Scenario(await VirtualEcs.start(options));
    await scenario.ecs.call('CreateCluster', { clusterName: 'shop' });
    for (const version of versions) {
      await scenario.ecs.call('RegisterTaskDefinition', {
        family: 'app',
        containerDefinitions: [
          {
            name: 'app',
            image: `app:${version}`,
            memory: 128,
            portMappings: [{ containerPort: 80 }],
          },
        ],
        ...definition,
      });
    }
    return scenario;
  }

  create(members: Partial<CreateServiceRequest> = {}): Promise<unknown> {
    return this.ecs.call('CreateService', {
      ...{ cluster: 'shop', serviceName: 'web', taskDefinition: 'app:1', desiredCount: 2 },
      ...members,
    });
  }

  update(members: Partial<UpdateServiceRequest>): Promise<unknown> {
    return this.ecs.call('UpdateService', { cluster: 'shop', service: 'web', ...members });
  }

  /** The service as DescribeServices shows it. */
  async service(): Promise<Service> {
    const { services } = await this.ecs.call('DescribeServices', {
      cluster: 'shop',
      services: ['web'],
    });
    const [service] = services ?? [];
    if (service === undefined) throw new Error('there is no service web');
    return service;
  }

  /** Its deployments, newest first: status, rollout state, task definition, desired and running tasks. */
  async deployments(): Promise<unknown> {
    const { deployments = [] } = await this.service();
    return deployments.map(({ status, rolloutState, taskDefinition, desiredCount, runningCount }) =>
      [
        status,
        rolloutState,
        taskDefinition?.replace(/.*\//, ''),
        `${runningCount ?? 0}/${desiredCount ?? 0}`,
      ].join(' '),
    );
  }

  /** What the service says, oldest first, with names instead of ids: `deployment 1`, `task a`. */
  async events(): Promise<readonly string[]> {
    const { events = [] } = await this.service();
    const names = new Map<string, string>();
    let deployments = 0;
    let tasks = 0;
    return events.toReversed().map(({ message = '' }) =>
      message
        .replace('(service web) ', '')
        .replaceAll(/ecs-svc\/\d+/g, (id) => {
          if (!names.has(id)) names.set(id, String(++deployments));
          return names.get(id) ?? '';
        })
        .replaceAll(/\(task [0-9a-f]{32}\)/g, (id) => {
          if (!names.has(id)) names.set(id, `(task ${String.fromCharCode(97 + tasks++)})`);
          return names.get(id) ?? '';
        }),
    );
  }

  /** The newest service deployment as DescribeServiceDeployments shows it. */
  async rollout(): Promise<ServiceDeployment> {
    const [rollout] = await this.rollouts();
    if (rollout === undefined) throw new Error('nothing was deployed');
    return rollout;
  }

  /** All service deployments, newest first. */
  async rollouts(): Promise<readonly ServiceDeployment[]> {
    const { serviceDeployments: briefs = [] } = await this.ecs.call('ListServiceDeployments', {
      cluster: 'shop',
      service: 'web',
    });
    const { serviceDeployments = [] } = await this.ecs.call('DescribeServiceDeployments', {
      serviceDeploymentArns: briefs.flatMap(({ serviceDeploymentArn = '' }) => [
        serviceDeploymentArn,
      ]),
    });
    return serviceDeployments;
  }

  /** Its tasks, stopped ones included. */
  async tasks(): Promise<readonly Task[]> {
    const arns: string[] = [];
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      const { taskArns = [] } = await this.ecs.call('ListTasks', {
        ...{ cluster: 'shop', serviceName: 'web', desiredStatus },
      });
      arns.push(...taskArns);
    }
    if (arns.length === 0) return [];
    const { tasks = [] } = await this.ecs.call('DescribeTasks', { cluster: 'shop', tasks: arns });
    return tasks;
  }

  /** Lets time pass until the rollout under way has come to its end and the service rests. */
  async untilSteady(): Promise<void> {
    await this.until(({ steady }) => steady);
  }

  /** Lets time pass until the newest service deployment has this status. */
  async untilRollout(status: string): Promise<void> {
    const { store } = this.ecs;
    await this.until(
      ({ currentServiceDeploymentArn = '' }) =>
        store.serviceDeployments.get(currentServiceDeploymentArn)?.status === status,
    );
  }

  /** Lets time pass until something can be said of the service as it is stored. */
  async until(
    condition: (
      service: NonNullable<ReturnType<VirtualEcs['store']['services']['get']>>,
    ) => boolean,
  ): Promise<void> {
    const [{ serviceArn = '' }, { clock, store }] = [await this.service(), this.ecs];
    await clock.runUntil(() => {
      const service = store.services.get(serviceArn);
      return service !== undefined && condition(service);
    }, LIMIT_MS);
  }

  /** The process is killed; another one starts on the same journal while the containers run on. */
  async crash(options: VirtualEcsOptions): Promise<void> {
    this.ecs.controlPlane.close();
    await this.ecs.dataPlane.close();
    this.ecs = await VirtualEcs.start({ ...options, after: this.ecs });
  }
}
