/** A service of HTTP servers behind a load balancer, and traffic in front of it. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type CreateServiceCommandInput,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { systemClock } from '../../src/base/clock.ts';
import { versionFromHeader } from '../../src/load/answer-version.ts';
import { startLoad, type LoadFailure, type LoadRun } from '../../src/load/start-load.ts';
import { freePort, until, type Clients } from './world.ts';

export const WEB = { cluster: 'web', service: 'web' };
const SUBNETS = ['subnet-1'];

/** Creates a load balancer with a target group, and gives the group's ARN and the balancer's address. */
export async function createBalancer(
  { elbv2 }: Clients,
  name: string,
  port: number,
): Promise<{ readonly targetGroupArn: string; readonly url: string }> {
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets: SUBNETS }),
  );
  const { TargetGroups: [group] = [] } = await elbv2.send(
    new CreateTargetGroupCommand({
      ...{ Name: name, Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip' },
      ...{ HealthCheckPath: '/health', HealthCheckIntervalSeconds: 5 },
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const targetGroupArn = group?.TargetGroupArn ?? '';
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
    }),
  );
  await elbv2.send(
    new CreateListenerCommand({
      ...{ LoadBalancerArn: balancer?.LoadBalancerArn, Protocol: 'HTTP', Port: port },
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  return { targetGroupArn, url: `http://${balancer?.DNSName ?? ''}:${port}/` };
}

/** Registers a version of the service's program. */
export async function registerVersion({ ecs }: Clients, image: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: 'web', networkMode: 'awsvpc', cpu: '256', memory: '512' },
      containerDefinitions: [
        { name: 'web', image, portMappings: [{ containerPort: 8080 }], stopTimeout: 10 },
      ],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** Creates the service, waits until its first deployment is done, and gives the address of its balancer. */
export async function createBalancedService(
  clients: Clients,
  image: string,
  options: Partial<CreateServiceCommandInput> = {},
): Promise<string> {
  const { ecs } = clients;
  await ecs.send(new CreateClusterCommand({ clusterName: WEB.cluster }));
  const { targetGroupArn, url } = await createBalancer(clients, 'web', await freePort());
  await ecs.send(
    new CreateServiceCommand({
      ...{ cluster: WEB.cluster, serviceName: WEB.service, desiredCount: 4 },
      taskDefinition: await registerVersion(clients, image),
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
      loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
      ...options,
    }),
  );
  await rolloutEnd(clients);
  return url;
}

/** Begins a rollout. */
export async function update(clients: Clients, image: string): Promise<void> {
  const taskDefinition = await registerVersion(clients, image);
  await clients.ecs.send(new UpdateServiceCommand({ ...WEB, taskDefinition }));
}

/** Service deployments, newest first. */
export async function rollouts({ ecs }: Clients): Promise<readonly ServiceDeploymentBrief[]> {
  const { serviceDeployments = [] } = await ecs.send(new ListServiceDeploymentsCommand(WEB));
  return serviceDeployments;
}

const ENDED = /^(SUCCESSFUL|STOPPED|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED)$/;

/** Waits until the newest service deployment has ended, and gives its status. */
export async function rolloutEnd(clients: Clients): Promise<string> {
  const [newest] = await until(
    () => rollouts(clients),
    ([first]) => ENDED.test(first?.status ?? ''),
  );
  return newest?.status ?? '';
}

/** Traffic through a balancer, with what was lost of it. */
export interface Traffic {
  readonly run: LoadRun;
  readonly failures: readonly LoadFailure[];
  /** Waits until so many more requests were sent. */
  more(count: number): Promise<void>;
}

export function startTraffic(url: string, ratePerSecond = 200): Traffic {
  const failures: LoadFailure[] = [];
  const run = startLoad({
    ...{ url, ratePerSecond, timeoutMs: 10_000, clock: systemClock },
    versionOf: versionFromHeader('x-app-version'),
    onFailure: (failure) => failures.push(failure),
  });
  return {
    ...{ run, failures },
    async more(count) {
      const from = run.snapshot().sent;
      await until(
        () => run.snapshot().sent,
        (sent) => sent >= from + count,
      );
    },
  };
}
