/** What the task controller needs, and whom it tells of trouble. */
import type { Clock } from '../../../base/clock.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Store } from '../../state/store.ts';

/** Something that the operator should know; the controller goes on. */
export interface TaskProblem {
  readonly taskArn: string;
  /** What was being done, such as `signal` or `write the state`. */
  readonly doing: string;
  readonly error: unknown;
}

/** The world of the controller. */
export interface TaskControllerDependencies {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** How many times as fast the clock runs as the machine's; 1 unless given. Programs get their time all the same. */
  readonly timeScale?: number;
  /** The EC2 instance id under which a container instance is a target (target type instance). */
  readonly ec2InstanceIdOf: (containerInstanceArn: string) => string;
  /** Told of unexpected errors; must not throw. */
  readonly onProblem: (problem: TaskProblem) => void;
}
