/** One step of a task: from the state and what has happened to what is to be written and done. */
import { planTask } from '../../../scheduler/task-lifecycle/plan.ts';
import { applyTaskEvent, type TaskEvent } from '../../../scheduler/task-lifecycle/transitions.ts';
import type { TaskActivity, TaskPlan } from '../../../scheduler/task-lifecycle/view.ts';
import type { ServiceRevision, Task } from '../../state/entities.ts';
import { targetKey, type Store } from '../../state/store.ts';
import { pinImages, revisionOf, targetBindings } from './service-revision.ts';
import { resourceErrorOf, taskRules } from './task-rules.ts';

/** What a step reads. */
export interface StepInput {
  readonly store: Store;
  readonly task: Task;
  /** Not applied yet, oldest first. */
  readonly events: readonly TaskEvent[];
  readonly activity: TaskActivity;
  /** The EC2 instance id of a container instance. */
  readonly ec2InstanceIdOf: (containerInstanceArn: string) => string;
  /** Epoch ms. */
  readonly now: number;
  /** How many times as fast the clock runs as the machine's. */
  readonly timeScale: number;
}

/** What a step brings: the plan, and with the first pull of a deployment its revision with digests. */
export interface TaskStep {
  readonly plan: TaskPlan<Task>;
  readonly revision: ServiceRevision | undefined;
}

/** Applies the events and plans; reads the state, changes nothing. */
export function nextStep(input: StepInput): TaskStep {
  const { store, events, activity, now } = input;
  const taskDefinition = store.taskDefinitions.get(input.task.taskDefinitionArn);
  if (taskDefinition === undefined)
    throw new Error(`task definition ${input.task.taskDefinitionArn} is gone`);
  const rules = taskRules(taskDefinition, input.timeScale);

  let task = input.task;
  let revision: ServiceRevision | undefined;
  for (const event of events) {
    let effective = event;
    if (event.kind === 'pulled') {
      const pinned = pinImages(revisionOf(store, task), taskDefinition, event.images);
      if (pinned.kind === 'pinned') revision = pinned.revision;
      if (pinned.kind === 'moved')
        effective = { kind: 'pull-failed', image: pinned.image, message: pinned.message };
    }
    task = applyTaskEvent(task, rules, effective, now);
  }

  const isNew = task.lastStatus === 'PROVISIONING';
  const resourceError = isNew ? resourceErrorOf(taskDefinition, task.overrides) : undefined;
  const hasTargetsAhead =
    isNew || task.lastStatus === 'PENDING' || task.lastStatus === 'ACTIVATING';
  const instance = hasTargetsAhead ? task.containerInstanceArn : undefined;
  const plan = planTask(
    {
      task,
      rules,
      ...(resourceError === undefined ? {} : { resourceError }),
      bindings: hasTargetsAhead ? targetBindings(store, task) : [],
      ...(instance === undefined ? {} : { ec2InstanceId: input.ec2InstanceIdOf(instance) }),
      findTarget: (target) => store.targets.get(targetKey(target)),
      activity,
    },
    now,
  );
  return { plan, revision };
}

/** Writes a step in one transaction; nothing when nothing changed. Returns the task as it is stored then. */
export function writeStep(
  store: Store,
  former: Task,
  { plan, revision }: TaskStep,
  now: number,
  beforeWrite: (task: Task) => void,
): Task {
  const { task: planned, register, deregister } = plan;
  const isChanged = planned !== former;
  if (!isChanged && revision === undefined && register.length + deregister.length === 0)
    return former;
  const task = isChanged ? { ...planned, version: former.version + 1 } : former;
  beforeWrite(task);
  store.transaction(() => {
    if (isChanged) store.tasks.put(task.taskArn, task);
    if (revision !== undefined) store.serviceRevisions.put(revision.serviceRevisionArn, revision);
    for (const target of register)
      store.targets.put(targetKey(target), { ...target, health: 'initial', registeredAt: now });
    for (const target of deregister) {
      const row = store.targets.get(targetKey(target));
      if (row !== undefined) store.targets.put(targetKey(target), { ...row, deregisteredAt: now });
    }
  });
  return task;
}
