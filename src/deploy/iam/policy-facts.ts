/** What an IAM policy for a configuration depends on: plain data, known or not. */

/** Where the resources are. Parts that are not known are words to be replaced: `REGION`, `ACCOUNT_ID`. */
export interface PolicyScope {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Stands for what is not known; IAM refuses it or matches nothing, so that nobody is let in by accident. */
export const UNKNOWN_REGION = 'REGION';
export const UNKNOWN_ACCOUNT = 'ACCOUNT_ID';

/**
 * Who moves the tasks: `rolling` and `shift` (blue/green, canary, linear) are ECS's own, `task_sets` are Fairlead's. `unknown`: any.
 */
export type PolicyStrategy = 'rolling' | 'shift' | 'task_sets' | 'unknown';

/** An awslogs group, and the prefix of its streams; undefined: any stream. */
export interface LogFacts {
  readonly group: string;
  readonly streamPrefix: string | undefined;
}

/** What is known of a deploy. A member that is undefined is not known, and the policy allows for whatever it may be. */
export interface PolicyFacts {
  readonly scope: PolicyScope;
  /** Names, not ARNs. */
  readonly cluster: string;
  readonly service: string;
  readonly strategy: PolicyStrategy;
  /** Families of task definitions that are registered. */
  readonly families: readonly string[] | undefined;
  /** Families that one-off tasks are run from; empty: none are run. */
  readonly taskFamilies: readonly string[] | undefined;
  /** A new definition carries tags. */
  readonly tagged: boolean | undefined;
  /** ARNs of the task and execution roles of all those definitions. */
  readonly taskRoles: readonly string[] | undefined;
  /** ARNs of the roles that ECS itself takes for load balancers and volumes. */
  readonly infrastructureRoles: readonly string[] | undefined;
  readonly logs: readonly LogFacts[] | undefined;
  /** The service has target groups. */
  readonly balanced: boolean | undefined;
  /** Task sets alone: ARNs of the rules and listeners whose weights are moved. */
  readonly traffic: readonly string[] | undefined;
  /** Tasks run on container instances, whose targets are EC2 instances. */
  readonly instances: boolean | undefined;
  /** Checks read CloudWatch. */
  readonly metrics: boolean;
  /** Checks read the metrics of target groups, whose load balancers have to be found out. */
  readonly targetMetrics: boolean;
  /** The service is created where it does not exist. */
  readonly creates: boolean;
  /** The service definition has tags, which are kept as it says. */
  readonly tagsService: boolean;
}
