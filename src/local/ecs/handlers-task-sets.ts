/** The operations on task sets, by the API's names. */
import { createTaskSet } from './operations/create-task-set.ts';
import { deleteTaskSet } from './operations/delete-task-set.ts';
import { describeTaskSets } from './operations/describe-task-sets.ts';
import { updateServicePrimaryTaskSet } from './operations/update-service-primary-task-set.ts';
import { updateTaskSet } from './operations/update-task-set.ts';

/** Operation name -> function. */
export const taskSetHandlers = {
  CreateTaskSet: createTaskSet,
  DeleteTaskSet: deleteTaskSet,
  DescribeTaskSets: describeTaskSets,
  UpdateServicePrimaryTaskSet: updateServicePrimaryTaskSet,
  UpdateTaskSet: updateTaskSet,
} as const;
