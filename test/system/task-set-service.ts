/** A service under the EXTERNAL controller behind a listener that shares the traffic between two target groups by weight. */
import {
  CreateClusterCommand,
  CreateServiceCommand,
  CreateTaskSetCommand,
  DeleteTaskSetCommand,
  DescribeTaskSetsCommand,
  type TaskSet,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Pool } from 'undici';
import { registerVersion, WEB } from './balanced-service.ts';
import { freePort, until, type Clients } from './world.ts';

const SUBNETS = ['subnet-1'];

/** Shares of blue and green. */
export type Weights = readonly [blue: number, green: number];

/** The listener and what it forwards to. */
export interface WeightedListener {
  readonly url: string;
  readonly listenerArn: string;
  /** ARNs of the target groups. */
  readonly blue: string;
  readonly green: string;
}

/** Creates a load balancer with the target groups blue and green; everything goes to blue. */
export async function createWeightedListener({ elbv2 }: Clients): Promise<WeightedListener> {
  const port = await freePort();
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: SUBNETS }),
  );
  const group = async (Name: string): Promise<string> => {
    const { TargetGroups: [created] = [] } = await elbv2.send(
      new CreateTargetGroupCommand({
        ...{ Name, Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip' },
        ...{ HealthCheckPath: '/health', HealthCheckIntervalSeconds: 5 },
        HealthCheckTimeoutSeconds: 2,
      }),
    );
    const TargetGroupArn = created?.TargetGroupArn ?? '';
    await elbv2.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
      }),
    );
    return TargetGroupArn;
  };
  const [blue, green] = [await group('blue'), await group('green')];
  const { Listeners: [listener] = [] } = await elbv2.send(
    new CreateListenerCommand({
      ...{ LoadBalancerArn: balancer?.LoadBalancerArn, Protocol: 'HTTP', Port: port },
      DefaultActions: forward({ blue, green }, [100, 0]),
    }),
  );
  return {
    ...{ blue, green, listenerArn: listener?.ListenerArn ?? '' },
    url: `http://${balancer?.DNSName ?? ''}:${port}/`,
  };
}

/** Moves the traffic, as whoever drives an EXTERNAL service does. */
export async function shift(
  { elbv2 }: Clients,
  listener: WeightedListener,
  weights: Weights,
): Promise<void> {
  await elbv2.send(
    new ModifyListenerCommand({
      ListenerArn: listener.listenerArn,
      DefaultActions: forward(listener, weights),
    }),
  );
}

function forward(
  { blue, green }: Pick<WeightedListener, 'blue' | 'green'>,
  [blueWeight, greenWeight]: Weights,
): Action[] {
  return [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: blue, Weight: blueWeight },
          { TargetGroupArn: green, Weight: greenWeight },
        ],
      },
    },
  ];
}

/** Creates the cluster and the service, which has no task set yet. */
export async function createExternalService({ ecs }: Clients, desiredCount: number): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: WEB.cluster }));
  await ecs.send(
    new CreateServiceCommand({
      ...{ cluster: WEB.cluster, serviceName: WEB.service, desiredCount },
      deploymentController: { type: 'EXTERNAL' },
    }),
  );
}

/** Creates a task set of the image at full scale behind a target group; gives its id. */
export async function createTaskSet(
  clients: Clients,
  image: string,
  targetGroupArn: string,
): Promise<string> {
  const taskDefinition = await registerVersion(clients, image);
  const { taskSet } = await clients.ecs.send(
    new CreateTaskSetCommand({
      ...{ ...WEB, taskDefinition, launchType: 'FARGATE' },
      scale: { value: 100, unit: 'PERCENT' },
      networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
      loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8080 }],
    }),
  );
  return taskSet?.id ?? '';
}

export async function describeTaskSets({ ecs }: Clients): Promise<readonly TaskSet[]> {
  const { taskSets = [] } = await ecs.send(new DescribeTaskSetsCommand(WEB));
  return taskSets;
}

/** Waits until exactly these task sets are there and steady. */
export function untilSteady(clients: Clients, ids: readonly string[]): Promise<readonly TaskSet[]> {
  return until(
    () => describeTaskSets(clients),
    (taskSets) =>
      taskSets.map(({ id }) => id).join() === ids.join() &&
      taskSets.every(({ stabilityStatus }) => stabilityStatus === 'STEADY_STATE'),
  );
}

/** Begins the end of a task set that still has tasks. */
export async function deleteTaskSet({ ecs }: Clients, taskSet: string): Promise<void> {
  await ecs.send(new DeleteTaskSetCommand({ ...WEB, taskSet, force: true }));
}

/** How many of so many requests each version answered; throws for an answer that is no success. */
export async function countVersions(
  url: string,
  requests: number,
): Promise<Readonly<Record<string, number>>> {
  const pool = new Pool(new URL(url).origin, { connections: 16 });
  const counts: Record<string, number> = {};
  let left = requests;
  const send = async (): Promise<void> => {
    while (left-- > 0) {
      const { statusCode, headers, body } = await pool.request({ path: '/', method: 'GET' });
      await body.dump();
      if (statusCode !== 200) throw new Error(`answered with ${statusCode}`);
      const version = String(headers['x-app-version']);
      counts[version] = (counts[version] ?? 0) + 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: 16 }, send));
    return counts;
  } finally {
    await pool.close();
  }
}

/** Between what counts 99.9 % of all series of so many requests lie when each goes there with this chance. */
export function binomialInterval(
  requests: number,
  chance: number,
): { readonly least: number; readonly most: number } {
  // Two-sided; with thousands of requests the normal distribution is as good as the binomial one.
  const spread = 3.2905 * Math.sqrt(requests * chance * (1 - chance));
  return { least: requests * chance - spread, most: requests * chance + spread };
}
