/** From one look to the next: what people want to be told. */
import type { Narration } from './narration.ts';
import { briefEvent, describeEnd, isTrouble, targetGroupName } from '../verdict/cause.ts';
import { failureOf, isHealthy, ourTasks, reaches } from '../observed/tasks.ts';
import { ourDeployment } from '../observed/rollout.ts';
import { shortDefinition, shortTask } from '../observed/names.ts';
import type {
  Observation,
  ObservedDeployment,
  ObservedRollout,
  ObservedTask,
  RolloutTarget,
} from '../observed/observation.ts';
import { narratePauses } from './pauses.ts';
import { trafficText } from './traffic.ts';

/**
 * What happened between two looks, in the order in which it is best read. Says nothing twice: everything told is a
 * difference.
 * @param previous undefined on the first look
 */
export function narrate(
  previous: Observation | undefined,
  next: Observation,
  target: RolloutTarget,
): readonly Narration[] {
  return [
    ...serviceEvents(previous, next, target),
    ...stoppedTasks(previous, next, target),
    ...unhealthyTargets(previous, next, target),
    ...capacity(previous, next, target),
    ...unchecked(previous, next, target),
    ...rolloutState(previous, next, target),
    ...narratePauses(previous, next, target),
    ...status(previous, next),
  ];
}

function serviceEvents(
  previous: Observation | undefined,
  next: Observation,
  target: RolloutTarget,
): readonly Narration[] {
  const told = new Set((previous?.service.events ?? []).map((event) => event.id));
  return next.service.events
    .filter((event) => !told.has(event.id) && !target.earlierEvents.has(event.id))
    .toReversed()
    .map(({ message }) => ({
      level: isTrouble(message) ? 'warning' : 'info',
      source: 'service',
      code: 'service-event',
      message: briefEvent(message),
    }));
}

function stoppedTasks(
  previous: Observation | undefined,
  next: Observation,
  target: RolloutTarget,
): readonly Narration[] {
  const told = new Set(failed(previous, target).map((task) => task.arn));
  return failed(next, target)
    .filter((task) => !told.has(task.arn))
    .map((task) => ({
      level: 'warning',
      source: 'task',
      code: 'task-stopped',
      message: `task ${shortTask(task.arn)} (${shortDefinition(task.taskDefinition)}) stopped: ${describeEnd(task)}`,
    }));
}

/** Failed tasks of ours that have come to their end, exit codes and all. */
function failed(
  observation: Observation | undefined,
  target: RolloutTarget,
): readonly ObservedTask[] {
  if (observation === undefined) return [];
  return ourTasks(observation, target).filter(
    (task) => task.lastStatus === 'STOPPED' && failureOf(task) !== undefined,
  );
}

function unhealthyTargets(
  previous: Observation | undefined,
  next: Observation,
  target: RolloutTarget,
): readonly Narration[] {
  const describe = (observation: Observation | undefined): ReadonlyMap<string, string> =>
    new Map(
      (observation?.targets ?? [])
        .filter((each) => each.state === 'unhealthy')
        .map((each) => {
          const owner = (observation === undefined ? [] : ourTasks(observation, target)).find(
            (task) => reaches(each, task),
          );
          const who = owner === undefined ? '' : ` (task ${shortTask(owner.arn)})`;
          const why = each.description ?? each.reason ?? 'no reason given';
          const where = targetGroupName(each.targetGroup);
          return [
            `${each.targetGroup} ${each.id}:${each.port} ${why}`,
            `${each.id}:${each.port}${who} is unhealthy in ${where}: ${why}`,
          ];
        }),
    );
  const told = describe(previous);
  return [...describe(next)]
    .filter(([key]) => !told.has(key))
    .map(([, message]) => ({
      level: 'warning',
      source: 'target',
      code: 'target-unhealthy',
      message,
    }));
}

/** One line of counts when a count changed: `web:7 2/4 running, 1 healthy · web:6 4 running`. */
function capacity(
  previous: Observation | undefined,
  next: Observation,
  target: RolloutTarget,
): readonly Narration[] {
  const line = capacityLine(next, target);
  if (previous !== undefined && capacityLine(previous, target) === line) return [];
  return [{ level: 'info', source: 'rollout', code: 'capacity', message: line }];
}

function capacityLine(observation: Observation, target: RolloutTarget): string {
  const parts = observation.service.deployments.map((deployment) => {
    const name = shortDefinition(deployment.taskDefinition);
    const healthy = healthyOf(observation, target, deployment);
    const facts = [
      deployment.id === target.deploymentId
        ? `${deployment.running}/${observation.service.desired} running`
        : `${deployment.running} running`,
      ...(healthy === undefined || healthy === deployment.running ? [] : [`${healthy} healthy`]),
      ...(deployment.pending > 0 ? [`${deployment.pending} pending`] : []),
      ...(deployment.failed > 0 ? [`${deployment.failed} failed`] : []),
    ];
    return `${name} ${facts.join(', ')}`;
  });
  return parts.length === 0 ? 'no deployment is listed' : parts.join(' · ');
}

/**
 * Healthy tasks of a deployment, at most as many as ECS counts as running: tasks are read a moment after the service, and
 * may have started meanwhile. Undefined where tasks cannot be read.
 */
export function healthyOf(
  observation: Observation,
  target: Pick<RolloutTarget, 'healthChecked' | 'pairedGroups'>,
  deployment: Pick<ObservedDeployment, 'id' | 'running'>,
): number | undefined {
  const healthy = observation.tasks?.filter(
    (task) => task.deploymentId === deployment.id && isHealthy(task, observation, target),
  ).length;
  return healthy === undefined ? undefined : Math.min(healthy, deployment.running);
}

/** Why a rollout of tasks that nothing checks stands still at first (reference: ECS semantics 5.1). */
function unchecked(
  previous: Observation | undefined,
  next: Observation,
  target: RolloutTarget,
): readonly Narration[] {
  const waits = (seen: Observation): boolean =>
    !target.balanced &&
    !target.healthChecked.has(target.taskDefinition) &&
    (ourDeployment(seen, target)?.running ?? 0) > 0 &&
    seen.service.deployments.some((each) => each.id !== target.deploymentId && each.running > 0);
  if (!waits(next) || (previous !== undefined && waits(previous))) return [];
  return [
    {
      level: 'info',
      source: 'rollout',
      code: 'unchecked',
      message:
        'nothing checks these tasks (no load balancer, no container health check): ECS counts each as healthy 40 s after it started, and only then stops old ones',
    },
  ];
}

function rolloutState(
  previous: Observation | undefined,
  next: Observation,
  target: RolloutTarget,
): readonly Narration[] {
  const before = previous === undefined ? undefined : ourDeployment(previous, target);
  const now = ourDeployment(next, target);
  if (now?.rolloutState !== 'FAILED' || before?.rolloutState === 'FAILED') return [];
  return [
    {
      level: 'error',
      source: 'rollout',
      code: 'rollout-failed',
      message: now.rolloutStateReason ?? `deployment ${now.id} failed`,
    },
  ];
}

/** The service deployment's own progress. */
function status(previous: Observation | undefined, next: Observation): readonly Narration[] {
  const before = previous?.rollout;
  const now = next.rollout;
  const told: Narration[] = [];
  if (now !== undefined && now.status !== before?.status) {
    const bad =
      now.status !== 'SUCCESSFUL' && now.status !== 'PENDING' && now.status !== 'IN_PROGRESS';
    told.push({
      level: bad ? 'warning' : 'info',
      source: 'rollout',
      code: 'rollout-status',
      message: `the rollout is ${now.status}${now.statusReason === undefined ? '' : `: ${now.statusReason}`}`,
    });
  }
  const stage = now === undefined ? undefined : stageText(now);
  if (stage !== undefined && (before === undefined || stageText(before) !== stage)) {
    told.push({ level: 'info', source: 'rollout', code: 'lifecycle-stage', message: stage });
  }
  if (next.successor !== undefined && previous?.successor === undefined) {
    told.push({
      level: 'warning',
      source: 'rollout',
      code: 'superseded',
      message: `another deployment took over: ${next.successor.arn}`,
    });
  }
  return told;
}

/** `stage BAKE_TIME, 100 % of production traffic`. */
function stageText(rollout: ObservedRollout): string | undefined {
  if (rollout.lifecycleStage === undefined) return undefined;
  const traffic = trafficText(rollout);
  return `stage ${rollout.lifecycleStage}${traffic === undefined ? '' : `, ${traffic}`}`;
}
