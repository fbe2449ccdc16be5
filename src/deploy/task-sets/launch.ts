/** How green's tasks are run: as blue's are, for nothing but the version changes. */
import type {
  CreateTaskSetCommandInput,
  LoadBalancer,
  Service,
  TaskSet,
} from '@aws-sdk/client-ecs';
import { UserError } from '../../base/errors.ts';
import { greenTags, ownersTags, type GreenMarks } from './marks.ts';

/** Everything about a task set's tasks but their definition. */
export type TaskSetLaunch = Pick<
  CreateTaskSetCommandInput,
  | 'networkConfiguration'
  | 'launchType'
  | 'capacityProviderStrategy'
  | 'platformVersion'
  | 'serviceRegistries'
  | 'loadBalancers'
>;

/** As a task set is run. */
export function launchOf(set: TaskSet): TaskSetLaunch {
  const { networkConfiguration, capacityProviderStrategy = [], serviceRegistries = [] } = set;
  const byProvider = capacityProviderStrategy.length > 0;
  return {
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    // ECS takes one of the two.
    ...(byProvider
      ? { capacityProviderStrategy }
      : set.launchType === undefined
        ? {}
        : { launchType: set.launchType }),
    ...(set.platformVersion === undefined ? {} : { platformVersion: set.platformVersion }),
    ...(serviceRegistries.length === 0 ? {} : { serviceRegistries }),
    ...(set.loadBalancers === undefined || set.loadBalancers.length === 0
      ? {}
      : { loadBalancers: set.loadBalancers.map(plainLoadBalancer) }),
  };
}

/** What CreateTaskSet takes of a load balancer. */
function plainLoadBalancer({
  targetGroupArn,
  containerName,
  containerPort,
}: LoadBalancer): LoadBalancer {
  return { targetGroupArn, containerName, containerPort };
}

/**
 * How the first task set of a service is run.
 * @throws UserError NO_TASK_SET (exit code 2) when nobody says
 */
export function firstLaunch(service: Service, launch: TaskSetLaunch | undefined): TaskSetLaunch {
  if (launch !== undefined) return launch;
  throw new UserError(
    'NO_TASK_SET',
    `service "${service.serviceName ?? ''}" has no primary task set, so nothing says how its tasks are run (network, launch type, target group)`,
    {
      hint: 'Say it in service_definition, or create the first task set by hand (aws ecs create-task-set) and make it primary (aws ecs update-service-primary-task-set).',
      exitCode: 2,
    },
  );
}

/**
 * The CreateTaskSet of a rollout.
 * @param greenGroup ARN of the target group that green takes; undefined without a load balancer
 * @param blueTags those of the task set that is replaced
 */
export function createInput(
  place: { readonly cluster: string; readonly service: string },
  launch: TaskSetLaunch,
  facts: {
    readonly rollout: string;
    readonly taskDefinition: string;
    readonly greenGroup: string | undefined;
    readonly marks: GreenMarks;
    readonly blueTags: TaskSet['tags'];
  },
): CreateTaskSetCommandInput {
  const { rollout, taskDefinition, greenGroup, marks, blueTags } = facts;
  const { loadBalancers = [], ...rest } = launch;
  return {
    ...rest,
    cluster: place.cluster,
    service: place.service,
    taskDefinition,
    externalId: rollout,
    clientToken: rollout,
    scale: { value: 100, unit: 'PERCENT' },
    ...(greenGroup === undefined
      ? {}
      : {
          loadBalancers: loadBalancers.map((each) => ({ ...each, targetGroupArn: greenGroup })),
        }),
    tags: [...greenTags(marks), ...ownersTags(blueTags ?? [])],
  };
}
