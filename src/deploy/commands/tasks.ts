/** `fairlead tasks`: a service's tasks, and how those ended that have stopped in the last hour. */
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describeEnd } from '../verdict/cause.ts';
import { observedTarget } from '../observed/from-sdk.ts';
import { reaches } from '../observed/tasks.ts';
import type { ObservedContainer, ObservedTarget } from '../observed/observation.ts';
import { targetGroupsOf } from '../drive/rollout-target.ts';
import { query, type QueryDependencies } from '../session/query.ts';
import { ApiError } from '../aws/api-failure.ts';
import type { Session } from '../session/session.ts';
import { describeService, type ServiceName } from '../aws/service-reader.ts';
import { TaskReader } from '../aws/task-reader.ts';

/** One task. */
export interface TaskRow {
  readonly taskArn: string;
  readonly taskDefinition: string;
  readonly deploymentId: string | undefined;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  /** HEALTHY, UNHEALTHY or UNKNOWN by its container health checks. */
  readonly health: string;
  /** States in the service's target groups, such as `healthy`; empty without a load balancer. */
  readonly targetStates: readonly string[];
  /** Epoch ms. */
  readonly createdAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly containers: readonly ObservedContainer[];
  /** How it ended, in one line; undefined while it runs. */
  readonly end: string | undefined;
}

/**
 * Running tasks first, then stopped ones, the newest of each first.
 * @param withStopped also lists tasks that have stopped
 * @throws UserError when the service cannot be read
 */
export function tasks(
  name: ServiceName,
  dependencies: QueryDependencies,
  withStopped = true,
): Promise<readonly TaskRow[]> {
  return query(name, dependencies, async (session) => {
    const { ecs } = dependencies.clients;
    const service = await describeService(session.api, ecs, name);
    const read = await new TaskReader(session.api, ecs, name).read(withStopped ? 'all' : 'live');
    const balanced = [service, ...(service.taskSets ?? [])];
    const targets = await readTargets(session, balanced.flatMap(targetGroupsOf));
    return read
      .map((task): TaskRow => {
        const stopped = task.lastStatus === 'STOPPED' || task.desiredStatus === 'STOPPED';
        return {
          taskArn: task.arn,
          taskDefinition: task.taskDefinition,
          deploymentId: task.deploymentId,
          lastStatus: task.lastStatus,
          desiredStatus: task.desiredStatus,
          health: task.health,
          targetStates: targets.filter((each) => reaches(each, task)).map((each) => each.state),
          createdAt: task.createdAt,
          startedAt: task.startedAt,
          stoppedAt: task.stoppedAt,
          stopCode: task.stopCode,
          stoppedReason: task.stoppedReason,
          containers: task.containers,
          end: stopped && task.stopCode !== undefined ? describeEnd(task) : undefined,
        };
      })
      .toSorted(
        (a, b) =>
          Number(a.lastStatus === 'STOPPED') - Number(b.lastStatus === 'STOPPED') ||
          (b.createdAt ?? 0) - (a.createdAt ?? 0),
      );
  });
}

async function readTargets(
  { api, dependencies }: Session,
  targetGroups: readonly string[],
): Promise<readonly ObservedTarget[]> {
  const found: ObservedTarget[] = [];
  for (const TargetGroupArn of new Set(targetGroups)) {
    try {
      const { TargetHealthDescriptions } = await api.read(
        'elasticloadbalancing',
        'DescribeTargetHealth',
        (options) =>
          dependencies.clients.elbv2.send(
            new DescribeTargetHealthCommand({ TargetGroupArn }),
            options,
          ),
      );
      found.push(
        ...(TargetHealthDescriptions ?? []).map((each) => observedTarget(TargetGroupArn, each)),
      );
    } catch (error) {
      // Tasks are worth listing without their targets' health.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  return found;
}
