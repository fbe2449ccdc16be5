/** Makes the tasks that a deployment starts, placed on the container instance where their launch type asks for it. */
import type { Deployment, Service, Task } from '../../state/entities.ts';

/** The tasks that could be placed, not yet in the store, and why the others could not. */
export interface StartedServiceTasks {
  readonly tasks: readonly Task[];
  /** In the words of the service event, for people. */
  readonly failure?: string;
}

/** Makes up to `count` tasks of a deployment. */
export type StartServiceTasks = (
  service: Service,
  deployment: Deployment,
  count: number,
) => StartedServiceTasks;
