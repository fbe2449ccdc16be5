/** A cluster with task definitions, and short ways to make services, tasks and target groups in it. */
import type {
  CreateServiceRequest,
  RegisterTaskDefinitionRequest,
  Service as ShownService,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import { createService } from '../../../src/local/ecs/operations/create-service.ts';
import { describeServices } from '../../../src/local/ecs/operations/describe-services.ts';
import { registerTaskDefinition } from '../../../src/local/ecs/operations/register-task-definition.ts';
import { updateService } from '../../../src/local/ecs/operations/update-service.ts';
import type { TargetGroup } from '../../../src/local/state/elbv2-entities.ts';
import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceDeploymentStatus,
  Task,
} from '../../../src/local/state/entities.ts';
import { newServiceTask } from '../../../src/local/state/new-service-task.ts';
import { freshContext, type FreshContext } from './fresh-context.ts';

export const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'] } };

/** A context with the definitions `web` (bridge, port 80), and `vpc` (awsvpc, Fargate size, port 80), revision 1 of each. */
export function serviceWorld(): FreshContext {
  const context = freshContext();
  register(context, 'web');
  registerVpc(context, 'vpc');
  return context;
}

/** A new revision of a bridge definition. */
export function register(
  context: FreshContext,
  family: string,
  members: Partial<RegisterTaskDefinitionRequest> = {},
): string {
  const { taskDefinition } = registerTaskDefinition(
    {
      family,
      containerDefinitions: [
        {
          name: 'app',
          image: 'my-repo/my-app:1.0.0',
          memory: 128,
          portMappings: [{ containerPort: 80 }],
        },
      ],
      ...members,
    },
    context,
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** A new revision of a definition that runs on Fargate. */
export function registerVpc(context: FreshContext, family: string): string {
  return register(context, family, { networkMode: 'awsvpc', cpu: '256', memory: '512' });
}

/** Creates `web` with 2 tasks wanted, unless told otherwise. */
export function create(
  context: FreshContext,
  members: Partial<CreateServiceRequest> = {},
): ShownService {
  const { service } = createService(
    { serviceName: 'web', taskDefinition: 'web', desiredCount: 2, ...members },
    context,
  );
  return shown(service);
}

/** Updates `web`. */
export function update(
  context: FreshContext,
  members: Partial<UpdateServiceRequest> = {},
): ShownService {
  return shown(updateService({ service: 'web', ...members }, context).service);
}

/** Describes `web`. */
export function describe(context: FreshContext, service = 'web'): ShownService {
  return shown(describeServices({ services: [service] }, context).services?.[0]);
}

/** The stored service `web`. */
export function stored(context: FreshContext, name = 'web'): Service {
  const found = Array.from(context.store.services.values()).find(
    ({ serviceName }) => serviceName === name,
  );
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

/** The service's stored PRIMARY deployment. */
export function primary(context: FreshContext): Deployment {
  const [first] = stored(context).deployments;
  if (first === undefined) throw new Error('the service has no deployment');
  return first;
}

/** The stored record of the service's last rollout. */
export function rollout(context: FreshContext): ServiceDeployment {
  const found = context.store.serviceDeployments.get(
    stored(context).currentServiceDeploymentArn ?? '',
  );
  if (found === undefined) throw new Error('the service has no service deployment');
  return found;
}

/** Does to the last rollout what the service controller would do. */
export function setRollout(context: FreshContext, status: ServiceDeploymentStatus): void {
  const record = rollout(context);
  context.store.transaction(() =>
    context.store.serviceDeployments.put(record.serviceDeploymentArn, { ...record, status }),
  );
}

/** Puts a task of the deployment into the state, as the service controller would. */
export function addTask(
  context: FreshContext,
  deployment: Deployment,
  members: Partial<Task> = {},
): Task {
  const { store } = context;
  const service = stored(context);
  const revision = store.serviceRevisions.get(deployment.serviceRevisionArn);
  const taskDefinition = store.taskDefinitions.get(deployment.taskDefinition);
  if (revision === undefined || taskDefinition === undefined) throw new Error('not stored');
  const task = {
    ...newServiceTask({ service, deployment, revision, taskDefinition }, context),
    ...members,
  };
  store.transaction(() => store.tasks.put(task.taskArn, task));
  return task;
}

/** A target group, with a listener that forwards to it unless told otherwise. */
export function addTargetGroup(
  context: FreshContext,
  members: Partial<TargetGroup> & { readonly inUse?: boolean } = {},
): string {
  const { inUse = true, ...given } = members;
  const name = given.targetGroupName ?? 'web';
  const arn = `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/0123456789abcdef`;
  const listenerArn = `arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/lb/1/${name}`;
  context.store.transaction(() => {
    context.store.targetGroups.put(arn, {
      targetGroupArn: arn,
      targetGroupName: name,
      region: 'eu-west-1',
      protocol: 'HTTP',
      port: 80,
      vpcId: 'vpc-1',
      targetType: 'instance',
      ipAddressType: 'ipv4',
      healthCheckEnabled: true,
      healthCheckProtocol: 'HTTP',
      healthCheckPort: 'traffic-port',
      healthCheckPath: '/',
      healthCheckIntervalSeconds: 30,
      healthCheckTimeoutSeconds: 5,
      healthyThresholdCount: 5,
      unhealthyThresholdCount: 2,
      matcher: '200',
      attributes: {},
      tags: [],
      createdAt: 0,
      ...given,
    });
    if (inUse)
      context.store.listeners.put(listenerArn, {
        listenerArn,
        loadBalancerArn:
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/lb/1',
        region: 'eu-west-1',
        protocol: 'HTTP',
        port: 80,
        defaultActions: [
          { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: arn }] } },
        ],
        defaultRuleArn: `${listenerArn}/default`,
        attributes: {},
        tags: [],
        createdAt: 0,
      });
  });
  return arn;
}

function shown(service: ShownService | undefined): ShownService {
  if (service === undefined) throw new Error('the reply has no service');
  return service;
}
