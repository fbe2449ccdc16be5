/** The operations on services, their deployments and tasks, by the API's names. */
import { createService } from './create-service.ts';
import { deleteService } from './delete-service.ts';
import { describeServiceDeployments } from './describe-service-deployments.ts';
import { describeServiceRevisions } from './describe-service-revisions.ts';
import { describeServices } from './describe-services.ts';
import { describeTasks } from './describe-tasks.ts';
import { listServiceDeployments } from './list-service-deployments.ts';
import { listServicesByNamespace } from './list-services-by-namespace.ts';
import { listServices } from './list-services.ts';
import { listTasks } from './list-tasks.ts';
import { runTask } from './run-task.ts';
import { startTask } from './start-task.ts';
import { stopServiceDeployment } from './stop-service-deployment.ts';
import { stopTask } from './stop-task.ts';
import { updateService } from './update-service.ts';

/** Operation name -> function. */
export const serviceHandlers = {
  CreateService: createService,
  DeleteService: deleteService,
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  DescribeServices: describeServices,
  DescribeTasks: describeTasks,
  ListServiceDeployments: listServiceDeployments,
  ListServices: listServices,
  ListServicesByNamespace: listServicesByNamespace,
  ListTasks: listTasks,
  RunTask: runTask,
  StartTask: startTask,
  StopServiceDeployment: stopServiceDeployment,
  StopTask: stopTask,
  UpdateService: updateService,
} as const;
