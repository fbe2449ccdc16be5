/** Why a rollout failed, in lines for people: what ended the tasks, what the checks said, what ECS said. */
import { lastPart, parseArn } from '../../base/arn.ts';
import { culpritOf, failureOf, ourTasks } from '../observed/tasks.ts';
import { shortTask } from '../observed/names.ts';
import type {
  Observation,
  ObservedContainer,
  ObservedTask,
  RolloutTarget,
} from '../observed/observation.ts';

/** The end of a dead container's log. */
export interface LogTail {
  readonly taskArn: string;
  readonly container: string;
  /** Oldest first. */
  readonly lines: readonly string[];
}

/** Everything that is known about a failure. */
export interface CauseFacts {
  readonly observation: Observation | undefined;
  readonly target: RolloutTarget | undefined;
  /** The judgement's own sentence. */
  readonly reason: string | undefined;
  /** Why Fairlead stopped the rollout itself. */
  readonly certain: string | undefined;
  readonly logs: readonly LogTail[];
  /** Details that could not be read, such as `task details: ecs:DescribeTasks is not allowed`. */
  readonly lost: readonly string[];
}

/** At most so many different ways of dying, unhealthy targets and service events are told. */
const MOST = 3;

/** The cause, most important first; empty when nothing is known but the verdict. */
export function causeLines(facts: CauseFacts): readonly string[] {
  const { observation, target } = facts;
  const seen =
    observation === undefined || target === undefined ? undefined : { observation, target };
  const told = new Set<string>();
  const once = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => !told.has(line) && told.add(line));
  return [
    ...once([
      ...(facts.certain === undefined ? [] : [facts.certain]),
      ...(facts.reason === undefined ? [] : [facts.reason]),
      ...(seen === undefined ? [] : breakerLines(seen.observation)),
      ...(seen === undefined ? [] : taskLines(ourTasks(seen.observation, seen.target))),
    ]),
    // Lines of a log that are alike were written twice.
    ...logLines(facts.logs),
    ...once([
      ...(seen === undefined ? [] : targetLines(seen.observation)),
      ...(seen === undefined ? [] : eventLines(seen.observation, seen.target)),
      ...facts.lost.map((each) => `not known: ${each}`),
    ]),
  ];
}

function breakerLines({ rollout }: Observation): readonly string[] {
  if (rollout === undefined) return [];
  const { breaker, triggeredAlarms } = rollout;
  return [
    ...(breaker?.status === 'TRIGGERED'
      ? [`circuit breaker: ${breaker.failures} failed tasks of ${breaker.threshold} allowed`]
      : []),
    ...triggeredAlarms.map((alarm) => `alarm: ${alarm}`),
  ];
}

/** One line for each way in which tasks ended, the most frequent first. */
function taskLines(tasks: readonly ObservedTask[]): readonly string[] {
  const failed = tasks.filter((task) => failureOf(task) !== undefined);
  const ways = Map.groupBy(failed, describeEnd);
  return [...ways.entries()]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST)
    .map(([how, group]) => {
      const ids = group.slice(0, MOST).map((task) => shortTask(task.arn));
      const more = group.length > MOST ? ', …' : '';
      return `${count(group.length, 'task')} stopped: ${how} (${ids.join(', ')}${more})`;
    });
}

/** How a task ended: `Essential container in task exited; container web, exit code 137 (killed: …)`. */
export function describeEnd(task: ObservedTask): string {
  const container = culpritOf(task);
  const parts = [task.stoppedReason ?? task.stopCode ?? 'no reason given'];
  if (container?.reason !== undefined && container.reason !== task.stoppedReason) {
    parts.push(`container ${container.name}: ${container.reason}`);
    if (container.exitCode !== undefined) parts.push(`exit code ${container.exitCode}`);
  } else if (container?.exitCode !== undefined) {
    parts.push(`container ${container.name}, ${describeExit(container)}`);
  }
  return parts.map((part) => shortTargetGroups(part).replace(/[.\s]+$/, '')).join('; ');
}

const SIGNALS: ReadonlyMap<number, string> = new Map([
  [126, 'the command is not executable'],
  [127, 'the command was not found'],
  [132, 'illegal instruction: is the image built for this CPU architecture?'],
  [134, 'aborted'],
  [137, 'killed: out of memory, or still running when the stop timeout passed'],
  [139, 'segmentation fault'],
  [143, 'ended by SIGTERM'],
  [255, 'often an image built for another CPU architecture'],
]);

function describeExit({ exitCode }: ObservedContainer): string {
  if (exitCode === undefined) return 'no exit code';
  const meaning = SIGNALS.get(exitCode);
  return `exit code ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
}

function logLines(logs: readonly LogTail[]): readonly string[] {
  return logs.flatMap(({ taskArn, container, lines }) =>
    lines.length === 0
      ? []
      : [
          `last log lines of ${container} in task ${shortTask(taskArn)}:`,
          ...lines.map((line) => `    ${line}`),
        ],
  );
}

function targetLines(observation: Observation): readonly string[] {
  const unhealthy = (observation.targets ?? []).filter((each) => each.state === 'unhealthy');
  const reasons = Map.groupBy(
    unhealthy,
    (each) =>
      `${targetGroupName(each.targetGroup)}: ${each.description ?? each.reason ?? 'no reason given'}`,
  );
  return [...reasons.entries()]
    .slice(0, MOST)
    .map(([reason, group]) => `${count(group.length, 'unhealthy target')} in ${reason}`);
}

/** Words by which an event tells of trouble. */
const TROUBLE =
  /fail|unhealthy|error|throttle|unable|missing|alarm detected|rolling back|not healthy|could not|misconfigured/i;

function eventLines(observation: Observation, target: RolloutTarget): readonly string[] {
  return observation.service.events
    .filter((event) => !target.earlierEvents.has(event.id) && isTrouble(event.message))
    .slice(0, MOST)
    .map((event) => `ECS: ${briefEvent(event.message)}`);
}

/** True when a service event tells of trouble. */
export function isTrouble(message: string): boolean {
  return TROUBLE.test(message);
}

/** A service event without the service's name in front, which everybody knows. */
export function plainEvent(message: string): string {
  return message.replace(/^(?:service )?\(service [^)]*\)\s*/, '').replace(/^service \S+ /, '');
}

/** So many tasks of one event are named. */
const NAMED_TASKS = 4;

/** A service event as people read it: short task ids and target groups, and not more of them than one looks at. */
export function briefEvent(message: string): string {
  const tasks = [...message.matchAll(/\s*\(task ([0-9a-f]{8})[0-9a-f]{24}\)/g)];
  let seen = 0;
  const brief = plainEvent(message).replace(
    /\s*\(task ([0-9a-f]{8})[0-9a-f]{24}\)/g,
    (_, id: string) => {
      seen += 1;
      if (seen <= NAMED_TASKS) return ` (task ${id})`;
      return seen === tasks.length ? ` and ${tasks.length - NAMED_TASKS} more` : '';
    },
  );
  return shortTargetGroups(brief.trimStart());
}

/** `(target-group web)` for `(target-group ARN)`. */
function shortTargetGroups(text: string): string {
  return text.replace(
    /\(target-group (arn:[^\s)]+)\)/g,
    (_, arn: string) => `(target-group ${targetGroupName(arn)})`,
  );
}

/** `web` for a target group's ARN. */
export function targetGroupName(arn: string): string {
  const resource = parseArn(arn)?.resource;
  return resource?.split('/')[1] ?? lastPart(arn);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
