/**
 * The order of containers: who may start when (dependsOn), and who may stop when, in reverse (reference: ECS semantics 8.5
 * and the container agent's dependency graph).
 */
import { unreachable } from '../../base/errors.ts';
import { isToRestart } from './restart.ts';
import { rulesOf, type ContainerRules, type DependencyCondition } from './task.ts';
import type { LifecycleContainer, TaskRules } from './task.ts';

/** Whether a container's dependencies let it start. */
export type DependencyVerdict =
  | { readonly kind: 'met' }
  /** `until`: when waiting will be given up (epoch ms); absent without a start timeout. */
  | { readonly kind: 'waiting'; readonly until?: number }
  /** They can never be met: the task fails. */
  | { readonly kind: 'impossible'; readonly reason: string };

const MET: DependencyVerdict = { kind: 'met' };
const WAITING: DependencyVerdict = { kind: 'waiting' };

/** Judges all dependencies of a container at `now`: the first impossible one decides, then the earliest deadline. */
export function dependencyVerdict(
  container: ContainerRules,
  containers: readonly LifecycleContainer[],
  rules: TaskRules,
  now: number,
): DependencyVerdict {
  let verdict = MET;
  for (const { containerName, condition } of container.dependsOn) {
    const dependency = containers.find(({ name }) => name === containerName);
    if (dependency === undefined)
      throw new Error(`container ${container.name} depends on ${containerName}, which is missing`);
    const one = judge(dependency, rulesOf(rules, containerName), condition, now);
    if (one.kind === 'impossible') return one;
    if (one.kind === 'waiting') verdict = earlier(verdict, one);
  }
  return verdict;
}

/** True when every container that depends on this one has ended. */
export function mayStop(
  containerName: string,
  containers: readonly LifecycleContainer[],
  rules: TaskRules,
): boolean {
  return containers.every(
    ({ name, lastStatus }) =>
      lastStatus === 'STOPPED' ||
      !rulesOf(rules, name).dependsOn.some(
        (dependency) => dependency.containerName === containerName,
      ),
  );
}

function earlier(
  a: DependencyVerdict,
  b: DependencyVerdict & { readonly kind: 'waiting' },
): DependencyVerdict {
  if (a.kind !== 'waiting' || a.until === undefined) return b;
  return b.until !== undefined && b.until < a.until ? b : a;
}

function judge(
  dependency: LifecycleContainer,
  rules: ContainerRules,
  condition: DependencyCondition,
  now: number,
): DependencyVerdict {
  const impossible = (what: string): DependencyVerdict => ({
    kind: 'impossible',
    reason: `Dependency container '${dependency.name}' ${what}`,
  });
  const { name, lastStatus, startedAt } = dependency;
  const hasEnded = lastStatus === 'STOPPED' && !isToRestart(dependency, rules);
  if (hasEnded && startedAt === undefined)
    return impossible(`did not start: ${dependency.reason ?? 'unknown reason'}`);

  switch (condition) {
    case 'START':
      return startedAt === undefined ? WAITING : MET;
    case 'COMPLETE':
      if (hasEnded) return dependency.exitCode === undefined ? impossible(UNKNOWN_END) : MET;
      break;
    case 'SUCCESS':
      if (hasEnded) {
        if (dependency.exitCode === 0) return MET;
        return impossible(
          dependency.exitCode === undefined
            ? UNKNOWN_END
            : `exited with code ${dependency.exitCode}, but 0 is needed (condition SUCCESS)`,
        );
      }
      break;
    case 'HEALTHY':
      if (rules.healthCheck === undefined)
        return impossible(
          `has no health check; give container '${name}' a healthCheck in the task definition`,
        );
      if (hasEnded) return impossible('exited before it was HEALTHY');
      if (lastStatus === 'RUNNING' && dependency.healthStatus === 'HEALTHY') return MET;
      break;
    default:
      return unreachable(condition);
  }
  if (startedAt === undefined || rules.startTimeoutMs === undefined) return WAITING;
  const until = startedAt + rules.startTimeoutMs;
  if (now < until) return { kind: 'waiting', until };
  return impossible(
    `did not reach ${condition} within its startTimeout of ${rules.startTimeoutMs / 1000} seconds`,
  );
}

const UNKNOWN_END = 'ended, and its exit status is unknown';
