/** What must hold before a rollout by task sets begins; whatever is wrong is said before anything is changed. */
import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { formatDuration } from '../../base/duration.ts';
import { UserError } from '../../base/errors.ts';
import type { Session } from '../session/session.ts';
import { targetGroupName } from '../verdict/cause.ts';
import { shortDefinition } from '../observed/names.ts';
import type { Traffic } from './choose-traffic.ts';
import { describeWithTags } from './observe.ts';
import type { TaskSetStrategy } from './strategy.ts';
import { groupOf } from './unfinished.ts';
import { groupStickinessSeconds, splitOf } from './weights.ts';
import { samePercent } from './world.ts';

/** ECS's quota; one that is being deleted counts until it is gone (reference: ECS semantics 7). */
const MOST_TASK_SETS = 5;

/**
 * Waits until the service has room for another task set.
 * @throws UserError TOO_MANY_TASK_SETS (exit code 2) when it will not have, ApiError, the signal's reason
 */
export async function waitForRoom(
  session: Session,
  service: Service,
  timeoutMs: number,
): Promise<void> {
  const { clock } = session.dependencies;
  const startedAt = clock.monotonic();
  let sets = service.taskSets ?? [];
  let told = false;
  while (sets.length >= MOST_TASK_SETS) {
    const draining = sets.some((set) => set.status === 'DRAINING');
    if (!draining || clock.monotonic() - startedAt >= timeoutMs) throw tooMany(sets);
    if (!told) {
      session.say(
        'info',
        'no-room',
        `the service has ${sets.length} task sets, as many as ECS allows; one is being deleted`,
      );
      told = true;
    }
    await clock.sleep(5000, session.signal());
    sets = (await describeWithTags(session))?.taskSets ?? [];
  }
}

function tooMany(sets: readonly TaskSet[]): UserError {
  const listed = sets.map(
    (set) =>
      `${set.id ?? '?'} (${shortDefinition(set.taskDefinition ?? '?')}, ${set.status ?? '?'})`,
  );
  return new UserError(
    'TOO_MANY_TASK_SETS',
    `the service has ${sets.length} task sets, as many as ECS allows: ${listed.join(', ')}`,
    {
      hint: 'Delete those that nobody needs: aws ecs delete-task-set --task-set ID --force',
      exitCode: 2,
    },
  );
}

/**
 * The rule must give everything to the present task set.
 * @throws UserError WEIGHTS (exit code 2)
 */
export function checkWeights(traffic: Traffic, blueGroup: string): void {
  const split = splitOf(traffic.actions, { blue: blueGroup, green: traffic.greenGroup });
  if (split !== undefined && samePercent(split.blue, 100)) return;
  const shares =
    split === undefined
      ? 'nothing'
      : `${Math.round(split.blue)} % to ${targetGroupName(blueGroup)}, ${Math.round(split.green)} % to ${targetGroupName(traffic.greenGroup)}${split.other > 0 ? `, ${Math.round(split.other)} % elsewhere` : ''}`;
  throw new UserError(
    'WEIGHTS',
    `the production traffic is not all with the primary task set: ${traffic.production} gives ${shares}`,
    {
      hint: `Give all of it to target group ${targetGroupName(blueGroup)} first.`,
      exitCode: 2,
    },
  );
}

/**
 * The target group that green takes must be nobody's: what is in it would get green's traffic.
 * @throws UserError TARGET_GROUP_IN_USE (exit code 2), ApiError
 */
export async function checkGreenGroup(
  { api, dependencies }: Session,
  service: Service,
  group: string,
): Promise<void> {
  const users = (service.taskSets ?? []).filter((set) => groupOf(set) === group);
  const user = users.find((set) => set.status !== 'DRAINING');
  if (user !== undefined) {
    throw new UserError(
      'TARGET_GROUP_IN_USE',
      `target group ${targetGroupName(group)} is that of task set ${user.id ?? '?'} (${shortDefinition(user.taskDefinition ?? '?')}, ${user.status ?? '?'})`,
      {
        hint: `If nobody needs it: aws ecs delete-task-set --task-set ${user.id ?? 'ID'} --force`,
        exitCode: 2,
      },
    );
  }
  // Targets of a task set that is being deleted leave by themselves.
  if (users.length > 0) return;
  const { TargetHealthDescriptions = [] } = await api.read(
    'elasticloadbalancing',
    'DescribeTargetHealth',
    (options) =>
      dependencies.clients.elbv2.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: group }),
        options,
      ),
  );
  const foreign = TargetHealthDescriptions.filter(
    (each) => each.TargetHealth?.State !== 'draining',
  );
  if (foreign.length === 0) return;
  const [first] = foreign;
  throw new UserError(
    'TARGET_GROUP_IN_USE',
    `target group ${targetGroupName(group)} has ${foreign.length} target${foreign.length === 1 ? '' : 's'} that no task set of the service has registered, such as ${first?.Target?.Id ?? '?'}:${first?.Target?.Port ?? '?'}`,
    {
      hint: 'Name another one: strategy.alternateTargetGroupArn, or deregister them: aws elbv2 deregister-targets.',
      exitCode: 2,
    },
  );
}

/** Steps are shares of a load balancer's traffic. @throws UserError STRATEGY (exit code 2) */
export function checkUnbalanced(strategy: TaskSetStrategy): void {
  if (strategy.steps.length === 1) return;
  throw new UserError(
    'STRATEGY',
    'steps of traffic need a load balancer, and the primary task set has none',
    { hint: 'Use type: blue_green, or create the task sets with a target group.', exitCode: 2 },
  );
}

/** Says what slows a shift down although nothing forbids it. */
export function noteStickiness(session: Session, traffic: Traffic, finalBakeMs: number): void {
  const seconds = groupStickinessSeconds(traffic.actions);
  if (seconds === undefined || seconds * 1000 <= finalBakeMs) return;
  session.say(
    'warning',
    'sticky-groups',
    `the listener keeps users on their target group by a cookie for ${formatDuration(seconds * 1000)}, whatever the weights: some stay on the old version until it is gone`,
  );
}

/** Says which task sets stand around that this rollout has nothing to do with. */
export function noteLeftovers(session: Session, service: Service, blue: TaskSet | undefined): void {
  const others = (service.taskSets ?? []).filter(
    (set) => set.id !== blue?.id && set.status !== 'DRAINING',
  );
  if (others.length === 0) return;
  const listed = others.map(
    (set) => `${set.id ?? '?'} (${shortDefinition(set.taskDefinition ?? '?')})`,
  );
  session.say(
    'warning',
    'other-task-sets',
    `the service has other task sets, which are left alone: ${listed.join(', ')}`,
  );
}
