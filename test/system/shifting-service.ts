/** A service whose traffic is shifted between two target groups, by a production and a test listener. */
import {
  ContinueServiceDeploymentCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type DeploymentLifecycleHookStage,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { registerVersion, rolloutEnd, rollouts, WEB } from './balanced-service.ts';
import { freePort, until, type Clients } from './world.ts';

const SUBNETS = ['subnet-1'];

/** Where its traffic comes in. */
export interface ShiftingService {
  readonly productionUrl: string;
  readonly testUrl: string;
}

/** Creates the service with 2 tasks and waits until its first deployment is done. */
export async function createShiftingService(
  clients: Clients,
  image: string,
  deploymentConfiguration: DeploymentConfiguration,
): Promise<ShiftingService> {
  const { ecs, elbv2 } = clients;
  await ecs.send(new CreateClusterCommand({ clusterName: WEB.cluster }));
  const { LoadBalancers: [balancer] = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'front', Subnets: SUBNETS }),
  );
  const [blue, green] = [await targetGroup(clients, 'blue'), await targetGroup(clients, 'green')];
  const listen = async (
    group: string,
  ): Promise<{ readonly rule: string; readonly url: string }> => {
    const port = await freePort();
    const { Listeners: [listener] = [] } = await elbv2.send(
      new CreateListenerCommand({
        ...{ LoadBalancerArn: balancer?.LoadBalancerArn, Protocol: 'HTTP', Port: port },
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      }),
    );
    const { Rules: [rule] = [] } = await elbv2.send(
      new DescribeRulesCommand({ ListenerArn: listener?.ListenerArn }),
    );
    return { rule: rule?.RuleArn ?? '', url: `http://${balancer?.DNSName ?? ''}:${port}/` };
  };
  const [production, test] = [await listen(blue), await listen(green)];
  await ecs.send(
    new CreateServiceCommand({
      ...{ cluster: WEB.cluster, serviceName: WEB.service, desiredCount: 2, launchType: 'FARGATE' },
      taskDefinition: await registerVersion(clients, image),
      networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS } },
      deploymentConfiguration,
      loadBalancers: [
        {
          ...{ targetGroupArn: blue, containerName: 'web', containerPort: 8080 },
          advancedConfiguration: {
            alternateTargetGroupArn: green,
            productionListenerRule: production.rule,
            testListenerRule: test.rule,
            roleArn: 'arn:aws:iam::000000000000:role/ecsInfrastructureRole',
          },
        },
      ],
    }),
  );
  const status = await rolloutEnd(clients);
  if (status !== 'SUCCESSFUL') throw new Error(`the first deployment ended ${status}`);
  return { productionUrl: production.url, testUrl: test.url };
}

async function targetGroup({ elbv2 }: Clients, name: string): Promise<string> {
  const { TargetGroups: [group] = [] } = await elbv2.send(
    new CreateTargetGroupCommand({
      ...{ Name: name, Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip' },
      ...{ HealthCheckPath: '/health', HealthCheckIntervalSeconds: 5 },
      ...{ HealthCheckTimeoutSeconds: 2, HealthyThresholdCount: 2 },
    }),
  );
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group?.TargetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '1' }],
    }),
  );
  return group?.TargetGroupArn ?? '';
}

/** Begins a deployment. */
export async function deploy(
  clients: Clients,
  image: string,
  deploymentConfiguration: DeploymentConfiguration,
): Promise<void> {
  const taskDefinition = await registerVersion(clients, image);
  await clients.ecs.send(
    new UpdateServiceCommand({ ...WEB, taskDefinition, deploymentConfiguration }),
  );
}

/** The newest service deployment, whole. */
export async function newest(clients: Clients): Promise<ServiceDeployment> {
  const [{ serviceDeploymentArn = '' } = {}] = await rollouts(clients);
  const { serviceDeployments: [found] = [] } = await clients.ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeploymentArn] }),
  );
  if (found === undefined) throw new Error('nothing was deployed');
  return found;
}

/** Waits until the deployment is in the stage, and gives it. */
export function untilStage(clients: Clients, stage: string): Promise<ServiceDeployment> {
  return until(
    () => newest(clients),
    ({ lifecycleStage }) => lifecycleStage === stage,
  );
}

/** Waits for a pause hook that nobody has answered, other than the given one. */
export async function untilPaused(
  clients: Clients,
  except = '',
): Promise<{ readonly hookId: string; readonly deployment: ServiceDeployment }> {
  const waiting = (deployment: ServiceDeployment): string | undefined =>
    deployment.lifecycleHookDetails?.find(
      ({ status, hookId }) => status === 'AWAITING_ACTION' && hookId !== except,
    )?.hookId;
  const deployment = await until(
    () => newest(clients),
    (found) => waiting(found) !== undefined,
  );
  return { hookId: waiting(deployment) ?? '', deployment };
}

/** Answers a pause hook. */
export async function proceed(clients: Clients, hookId: string): Promise<void> {
  const { serviceDeploymentArn } = await newest(clients);
  await clients.ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId }));
}

/** Asks for the way back. */
export async function stop(clients: Clients): Promise<void> {
  const { serviceDeploymentArn } = await newest(clients);
  await clients.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn }));
}

/** A hook that pauses at a stage. */
export function pauseAt(
  stage: DeploymentLifecycleHookStage,
): NonNullable<DeploymentConfiguration['lifecycleHooks']> {
  return [{ targetType: 'PAUSE', lifecycleStages: [stage] }];
}
