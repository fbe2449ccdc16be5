/** The services that the API's bench looks at, and the calls that it makes. */
import { signedRequest, unsignedRequest, type ApiCall, type ApiFacts } from './api-request.ts';
import { ask, sendAll } from './keep-alive-client.ts';

const CLUSTER = 'bench';
const CONNECTIONS = 8;
const POLL_MS = 100;
/** Signatures made in one go: they are good for a quarter of an hour. */
const BATCH = 1_000;

/** DescribeServices of one service. */
export function describeService(index: number): ApiCall {
  return {
    operation: 'DescribeServices',
    input: { cluster: CLUSTER, services: [`service-${index}`] },
  };
}

/** RegisterTaskDefinition of one ordinary web service. */
export function registration(family: string): ApiCall {
  return {
    operation: 'RegisterTaskDefinition',
    input: {
      family,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::000000000000:role/ecsTaskExecutionRole',
      containerDefinitions: [
        {
          name: 'web',
          image: 'my-repo/my-app:1.2.3',
          essential: true,
          portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
          environment: [
            { name: 'STAGE', value: 'production' },
            { name: 'DATABASE_HOST', value: 'database.internal.example.com' },
            { name: 'LOG_LEVEL', value: 'info' },
          ],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/ecs/web',
              'awslogs-region': 'us-east-1',
              'awslogs-stream-prefix': 'web',
            },
          },
          healthCheck: {
            command: ['CMD-SHELL', 'curl -fs http://localhost:8080/health || exit 1'],
            interval: 10,
            timeout: 5,
            retries: 3,
          },
        },
      ],
    },
  };
}

/** Without a health check, which would be simulated ten thousand times while others are measured. */
const PLAIN = {
  family: 'web',
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    { name: 'web', image: 'my-repo/my-app:1.2.3', portMappings: [{ containerPort: 8080 }] },
  ],
};

/** Creates so many services of one task each and waits until all their deployments are complete. */
export async function populate(facts: ApiFacts, services: number, signed: boolean): Promise<void> {
  const bytes = async (call: ApiCall): Promise<Buffer> =>
    signed ? signedRequest(call, facts) : unsignedRequest(call, facts);
  const send = async (call: ApiCall): Promise<unknown> =>
    JSON.parse(await ask(facts.port, await bytes(call)));
  await send({ operation: 'CreateCluster', input: { clusterName: CLUSTER } });
  await send({ operation: 'RegisterTaskDefinition', input: PLAIN });
  for (let from = 0; from < services; from += BATCH) {
    const creations = await Promise.all(
      Array.from({ length: Math.min(BATCH, services - from) }, (_, index) =>
        bytes(creation(from + index)),
      ),
    );
    await sendAll(facts.port, CONNECTIONS, () => creations.pop());
  }
  for (let index = services - 1; index >= 0;) {
    const { services: [service] = [] } = (await send(describeService(index))) as Described;
    if (service?.deployments[0]?.rolloutState === 'COMPLETED') index -= 1;
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

interface Described {
  readonly services?: readonly {
    readonly deployments: readonly { readonly rolloutState: string }[];
  }[];
}

function creation(index: number): ApiCall {
  return {
    operation: 'CreateService',
    input: {
      cluster: CLUSTER,
      serviceName: `service-${index}`,
      taskDefinition: 'web',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
      },
    },
  };
}
