/**
 * What is certain before anything is changed. A finding is either a proof that the rollout cannot work, or a note; guesses are
 * neither.
 */
import type { Finding } from '../session/findings.ts';
import type {
  DeploymentConfiguration,
  LoadBalancer,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { defined } from '../../base/defined.ts';
import type { ContainerFacts } from '../definition/task-definition.ts';

/** The service, as far as preflight looks at it. */
export interface PreflightService {
  readonly name: string;
  readonly status: string;
  readonly controller: string;
  readonly schedulingStrategy: string;
  readonly strategy: string;
  /** The service's present wish. */
  readonly desired: number;
  readonly running: number;
  readonly configuration: Pick<
    DeploymentConfiguration,
    'minimumHealthyPercent' | 'maximumPercent' | 'deploymentCircuitBreaker'
  >;
  readonly loadBalancers: readonly LoadBalancer[];
}

/** What an update changes about the service, as far as preflight looks at it. */
export type PreflightUpdate = Pick<
  UpdateServiceCommandInput,
  'desiredCount' | 'deploymentConfiguration' | 'loadBalancers'
>;

/** What is asked for. */
export interface PreflightWish {
  /** Undefined: left alone. */
  readonly desiredCount: number | undefined;
  readonly healthCheckGracePeriodSeconds: number | undefined;
  /** The strategy that the rollout changes to; undefined: the service's own. */
  readonly strategy?: string | undefined;
  /** Containers of the wanted definition. */
  readonly containers: readonly ContainerFacts[];
  /** Status of the wanted definition when it is registered already: ACTIVE, INACTIVE, … */
  readonly definitionStatus: string | undefined;
  readonly definitionName: string;
}

/** Findings about the service alone: whether Fairlead can deploy to it at all. */
export function checkService(service: PreflightService): readonly Finding[] {
  if (service.status !== 'ACTIVE') {
    return [
      impossible(
        'SERVICE_NOT_ACTIVE',
        `service "${service.name}" is ${service.status}, not ACTIVE`,
        'Create it again, or name another service.',
      ),
    ];
  }
  if (service.controller === 'CODE_DEPLOY') {
    return [
      impossible(
        'CONTROLLER',
        `service "${service.name}" is deployed by CodeDeploy (deployment controller CODE_DEPLOY)`,
        'Start a CodeDeploy deployment, or change the service to the ECS controller: aws ecs update-service --deployment-controller type=ECS',
      ),
    ];
  }
  return [];
}

/**
 * The service as the update of the rollout leaves it: ECS goes by the settings that come with a deployment (reference: ECS
 * semantics 4.4).
 */
export function updated(service: PreflightService, update: PreflightUpdate): PreflightService {
  const { desiredCount, deploymentConfiguration, loadBalancers } = update;
  return {
    ...service,
    desired: desiredCount ?? service.desired,
    strategy: deploymentConfiguration?.strategy ?? service.strategy,
    configuration: { ...service.configuration, ...defined({ ...deploymentConfiguration }) },
    loadBalancers: loadBalancers ?? service.loadBalancers,
  };
}

/** Findings about this rollout. @param service as it will be, see `updated` */
export function checkRollout(service: PreflightService, wish: PreflightWish): readonly Finding[] {
  return [
    ...checkSettings(service, wish),
    ...checkDefinition(wish),
    ...checkLoadBalancers(service, wish),
    ...checkProgress(service, wish),
    ...notes(service, wish),
  ];
}

/** Findings about settings that start no deployment by themselves. */
export function checkSettings(
  service: PreflightService,
  wish: {
    readonly desiredCount?: number | undefined;
    readonly healthCheckGracePeriodSeconds?: number | undefined;
  },
): readonly Finding[] {
  const findings: Finding[] = [];
  const { desiredCount, healthCheckGracePeriodSeconds } = wish;
  if (desiredCount !== undefined && service.schedulingStrategy === 'DAEMON') {
    findings.push(
      impossible(
        'DAEMON_DESIRED_COUNT',
        `service "${service.name}" is a DAEMON: ECS runs one task on each container instance`,
        'Leave out --desired-count.',
      ),
    );
  }
  if (healthCheckGracePeriodSeconds !== undefined && service.loadBalancers.length === 0) {
    findings.push(
      impossible(
        'GRACE_PERIOD',
        `service "${service.name}" has no load balancer, and a health check grace period is only for those`,
        'Set healthCheck.startPeriod in the task definition instead.',
      ),
    );
  }
  return findings;
}

function checkDefinition(wish: PreflightWish): readonly Finding[] {
  if (wish.definitionStatus === undefined || wish.definitionStatus === 'ACTIVE') return [];
  return [
    impossible(
      'DEFINITION_NOT_ACTIVE',
      `task definition ${wish.definitionName} is ${wish.definitionStatus}; ECS starts no deployment with it`,
      'Register it again, or name an ACTIVE revision.',
    ),
  ];
}

function checkLoadBalancers(service: PreflightService, wish: PreflightWish): readonly Finding[] {
  return service.loadBalancers.flatMap(({ containerName, containerPort }) => {
    if (containerName === undefined) return [];
    const container = wish.containers.find((each) => each.name === containerName);
    if (container === undefined) {
      const names = wish.containers.map((each) => each.name).join(', ');
      return [
        impossible(
          'LOAD_BALANCER_CONTAINER',
          `the service's load balancer sends to container "${containerName}", which ${wish.definitionName} does not have; it has: ${names}`,
          `Keep a container with the name "${containerName}".`,
        ),
      ];
    }
    if (containerPort === undefined || hasPort(container, containerPort)) return [];
    const ports = container.containerPorts.join(', ');
    return [
      impossible(
        'LOAD_BALANCER_PORT',
        `the service's load balancer sends to port ${containerPort} of container "${containerName}", which ${wish.definitionName} does not map${ports === '' ? '' : `; it maps: ${ports}`}`,
        `Keep a port mapping for containerPort ${containerPort}.`,
      ),
    ];
  });
}

function hasPort(container: ContainerFacts, port: number): boolean {
  return (
    container.containerPorts.includes(port) ||
    container.containerPortRanges.some(([first, last]) => first <= port && port <= last)
  );
}

/**
 * The arithmetic deadlock (reference: ECS semantics 5.1): the maximum lets nothing extra start and the minimum lets nothing
 * stop. It holds for certain only where the service runs in full; a service with tasks missing may still fill the gap.
 */
function checkProgress(service: PreflightService, wish: PreflightWish): readonly Finding[] {
  const desired = wish.desiredCount ?? service.desired;
  const { minimumHealthyPercent: minimum = 100, maximumPercent: maximum = 200 } =
    service.configuration;
  if ((wish.strategy ?? service.strategy) !== 'ROLLING' || desired < 1 || service.running < desired)
    return [];
  const lowest = Math.ceil((desired * minimum) / 100);
  const highest = Math.floor((desired * maximum) / 100);
  if (highest > desired || lowest < desired) return [];
  const neededMaximum = Math.ceil(((desired + 1) * 100) / desired);
  const neededMinimum = Math.floor(((desired - 1) * 100) / desired);
  return [
    impossible(
      'DEADLOCK',
      `with ${desired} task${desired === 1 ? '' : 's'}, maximumPercent ${maximum} allows at most ${highest} and minimumHealthyPercent ${minimum} keeps at least ${lowest}: nothing may start and nothing may stop`,
      `Raise maximumPercent to at least ${neededMaximum}, or lower minimumHealthyPercent to at most ${neededMinimum}, in the service's deployment configuration.`,
    ),
  ];
}

function notes(service: PreflightService, wish: PreflightWish): readonly Finding[] {
  const findings: Finding[] = [];
  const desired = wish.desiredCount ?? service.desired;
  if (desired === 0 && service.schedulingStrategy !== 'DAEMON') {
    findings.push(
      note(
        'DESIRED_ZERO',
        'the desired count is 0: the rollout will complete without starting a task, so it proves nothing about the new version',
      ),
    );
  }
  if (service.configuration.deploymentCircuitBreaker?.enable !== true) {
    findings.push(
      note(
        'NO_CIRCUIT_BREAKER',
        'the service has no deployment circuit breaker: ECS would retry a version that never gets healthy for ever',
      ),
    );
  }
  return findings;
}

function impossible(code: string, message: string, hint: string): Finding {
  return { level: 'impossible', code, message, hint };
}

function note(code: string, message: string): Finding {
  return { level: 'note', code, message, hint: undefined };
}
