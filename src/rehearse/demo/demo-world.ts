/** The stage of the demo: a local ECS with a load balancer and a service of the example app, made through the AWS APIs. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import {
  createAwsClients,
  destroyAwsClients,
  type AwsClients,
} from '../../deploy/aws/aws-clients.ts';
import { startLocalEcs } from '../../local/index.ts';

/** The example app's folder, beside src/ and dist/ alike. */
const IMAGES = fileURLToPath(new URL('../../../examples/app/images.yaml', import.meta.url));

/** Names of the demo's resources. */
export const DEMO = { cluster: 'demo', service: 'web', image: 'fairlead/example-app' } as const;

const CONTAINER_PORT = 8080;
const POLL_MS = 200;
const START_LIMIT_MS = 60_000;

/** The stage, ready: version 1.0.0 serves. */
export interface DemoWorld {
  /** Of the load balancer. */
  readonly url: string;
  /** Of the API. */
  readonly endpoint: string;
  readonly clients: AwsClients;
  /** Ends every task and removes everything that the demo made. */
  close(): Promise<void>;
}

/** What the stage is made with. */
export interface DemoWorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tasks of the service. */
  readonly tasks: number;
}

/** Builds the stage and waits until the first deployment is complete. */
export async function openDemoWorld(options: DemoWorldOptions): Promise<DemoWorld> {
  const { clock, random, env } = options;
  const ecs = await startLocalEcs({ images: IMAGES, clock, random, env });
  const clients = await createAwsClients({
    endpointUrl: ecs.url,
    region: ecs.region,
    credentials: ecs.credentials,
  });
  const close = async (): Promise<void> => {
    destroyAwsClients(clients);
    await ecs.close();
  };
  try {
    const url = await createBalancedService(clients, options.tasks, ecs.region);
    await firstDeployment(clients, clock);
    return { url, endpoint: ecs.url, clients, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createBalancedService(
  { ecs, elbv2 }: AwsClients,
  tasks: number,
  region: string,
): Promise<string> {
  await ecs.send(new CreateClusterCommand({ clusterName: DEMO.cluster }));
  const subnets = ['subnet-demo1', 'subnet-demo2'];
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: DEMO.service, Subnets: subnets }),
  );
  const { TargetGroups: [group] = [] } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: DEMO.service,
      Protocol: 'HTTP',
      Port: CONTAINER_PORT,
      VpcId: 'vpc-demo',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const targetGroupArn = group?.TargetGroupArn;
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
    }),
  );
  const port = await freePort();
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: DEMO.service,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      executionRoleArn: 'arn:aws:iam::000000000000:role/demo',
      memory: '512',
      containerDefinitions: [
        {
          name: DEMO.service,
          image: `${DEMO.image}:1.0.0`,
          portMappings: [{ containerPort: CONTAINER_PORT }],
          stopTimeout: 10,
          // So that the cause of a failure comes with the last lines that the program wrote.
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/demo/web',
              'awslogs-region': region,
              'awslogs-stream-prefix': 'web',
            },
          },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: DEMO.cluster,
      serviceName: DEMO.service,
      taskDefinition: DEMO.service,
      desiredCount: tasks,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets } },
      loadBalancers: [
        { targetGroupArn, containerName: DEMO.service, containerPort: CONTAINER_PORT },
      ],
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    }),
  );
  return `http://${balancer?.DNSName ?? '127.0.0.1'}:${port}/`;
}

async function firstDeployment({ ecs }: AwsClients, clock: Clock): Promise<void> {
  const deadline = clock.monotonic() + START_LIMIT_MS;
  for (;;) {
    const listed = await ecs.send(
      new ListServiceDeploymentsCommand({ cluster: DEMO.cluster, service: DEMO.service }),
    );
    const [first] = listed.serviceDeployments ?? [];
    if (first?.status === 'SUCCESSFUL') return;
    if (clock.monotonic() > deadline) {
      const described = await ecs.send(
        new DescribeServiceDeploymentsCommand({
          serviceDeploymentArns: [first?.serviceDeploymentArn ?? ''],
        }),
      );
      throw new Error(
        `the demo's first deployment did not complete: ${JSON.stringify(described.serviceDeployments)}`,
      );
    }
    await clock.sleep(POLL_MS);
  }
}

/** A port that nobody has now; CreateListener says so if somebody takes it in between. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
