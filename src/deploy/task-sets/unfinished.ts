/** Rollouts by task sets that were begun and not ended: what a dead client left, or what another one is at. */
import { DescribeTaskSetsCommand, type Service, type TaskSet } from '@aws-sdk/client-ecs';
import type { Session } from '../session/session.ts';
import { isRolloutId, readGreenMarks, readLease, type GreenMarks, type Lease } from './marks.ts';
import { readActions } from './rule.ts';
import type { Direction } from './world.ts';
import { splitOf } from './weights.ts';
import { primaryIn } from '../observed/primary.ts';

/** A rollout under way, or left behind. */
export interface UnfinishedRollout {
  /** External id of green. */
  readonly rollout: string;
  readonly marks: GreenMarks;
  /** The new task set. */
  readonly green: TaskSet;
  /** The one that it replaces, while it is there. */
  readonly blue: TaskSet | undefined;
  readonly direction: Direction;
  /** Who is at work, or was; undefined when nobody could say so. */
  readonly lease: Lease | undefined;
  readonly by: string;
  /** Epoch ms by the clock of ECS. */
  readonly since: number | undefined;
  /** Percent of production traffic on green; undefined without a load balancer, or where it cannot be read. */
  readonly weight: number | undefined;
  /** Green is the primary task set: it was found good, and only blue's end is missing. */
  readonly accepted: boolean;
}

/**
 * The oldest rollout of the service that has not come to its end; undefined when there is none.
 * @param service as DescribeServices shows it, with its tags
 * @throws ApiError
 */
export async function findUnfinished(
  session: Session,
  service: Service,
): Promise<UnfinishedRollout | undefined> {
  const suspects = (service.taskSets ?? []).filter((set) => isRolloutId(set.externalId));
  if (suspects.length === 0) return undefined;
  const sets = await describeTaskSets(session);
  const found = sets
    .toSorted((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0))
    .map((green) => unfinished(green, sets, service))
    .find((each) => each !== undefined);
  if (found === undefined) return undefined;
  return { ...found, weight: await weightOf(session, found) };
}

/** All task sets of the service with their tags. @throws ApiError */
export async function describeTaskSets({
  api,
  dependencies,
  name,
}: Session): Promise<readonly TaskSet[]> {
  const { taskSets } = await api.read('ecs', 'DescribeTaskSets', (options) =>
    dependencies.clients.ecs.send(
      new DescribeTaskSetsCommand({
        cluster: name.cluster,
        service: name.service,
        include: ['TAGS'],
      }),
      options,
    ),
  );
  return taskSets ?? [];
}

function unfinished(
  green: TaskSet,
  sets: readonly TaskSet[],
  service: Service,
): Omit<UnfinishedRollout, 'weight'> | undefined {
  const marks = readGreenMarks(green);
  const rollout = green.externalId;
  if (marks === undefined || rollout === undefined || green.status === 'DRAINING') return undefined;
  const alive = sets.filter((set) => set.status !== 'DRAINING' && set.id !== green.id);
  const accepted = green.status === 'PRIMARY';
  const blue = alive.find((set) => set.id === marks.replaces);
  const primary = primaryIn(alive);
  // Green stays marked for as long as it lives: once what it replaced is gone, or another one became primary, it is nobody's green.
  const open = accepted ? blue !== undefined : primary === undefined || primary.id === blue?.id;
  if (!open) return undefined;
  const lease = readLease(service.tags);
  const own = lease?.rollout === rollout ? lease : undefined;
  return {
    rollout,
    marks,
    green,
    blue,
    direction: own?.direction ?? 'forward',
    lease: own,
    by: marks.by,
    since: green.createdAt?.getTime(),
    accepted,
  };
}

async function weightOf(
  session: Session,
  { green, blue, marks }: Omit<UnfinishedRollout, 'weight'>,
): Promise<number | undefined> {
  const greenGroup = groupOf(green);
  if (marks.production === undefined || greenGroup === undefined) return undefined;
  const actions = await readActions(session, marks.production);
  const groups = { blue: blue === undefined ? undefined : groupOf(blue), green: greenGroup };
  return actions === undefined ? undefined : splitOf(actions, groups)?.green;
}

/** ARN of a task set's target group; undefined without a load balancer. */
export function groupOf(set: Pick<TaskSet, 'loadBalancers'>): string | undefined {
  return set.loadBalancers?.[0]?.targetGroupArn;
}
