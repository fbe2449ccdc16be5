/** The operations on services, their deployments and tasks, by the API's names. */
import { continueServiceDeployment } from './operations/continue-service-deployment.ts';
import { createService } from './operations/create-service.ts';
import { deleteService } from './operations/delete-service.ts';
import { describeServiceDeployments } from './operations/describe-service-deployments.ts';
import { describeServiceRevisions } from './operations/describe-service-revisions.ts';
import { describeServices } from './operations/describe-services.ts';
import { describeTasks } from './operations/describe-tasks.ts';
import { listServiceDeployments } from './operations/list-service-deployments.ts';
import { listServicesByNamespace } from './operations/list-services-by-namespace.ts';
import { listServices } from './operations/list-services.ts';
import { listTasks } from './operations/list-tasks.ts';
import { runTask } from './operations/run-task.ts';
import { startTask } from './operations/start-task.ts';
import { stopServiceDeployment } from './operations/stop-service-deployment.ts';
import { stopTask } from './operations/stop-task.ts';
import { updateService } from './operations/update-service.ts';

/** Operation name -> function. */
export const serviceHandlers = {
  ContinueServiceDeployment: continueServiceDeployment,
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
