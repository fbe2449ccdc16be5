/** `fairlead run`: a one-off task with a service's network and definition; its exit code is ours. */
import { unreachable, UserError } from '../../base/errors.ts';
import type { ApiCallTotals } from '../../record/entries.ts';
import { exitCodeOf } from '../../record/verdict.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { describeService, type ServiceName } from '../aws/service-reader.ts';
import { parseDefinitionSource } from '../definition/definition-source.ts';
import { containersOf, type RegisteredDefinition } from '../definition/task-definition.ts';
import { primaryOf } from '../observed/primary.ts';
import { chooseContainer } from '../run-task/choose-container.ts';
import { findDefinition } from '../run-task/find-definition.ts';
import { runTask, type TaskListener } from '../run-task/run-task.ts';
import { placementOf, type TaskPlacement } from '../run-task/task-placement.ts';
import type { TaskOutcome } from '../run-task/task-outcome.ts';
import { interruptedBy } from '../session/interruption.ts';
import {
  createSession,
  isInterruption,
  type DeployDependencies,
  type Session,
} from '../session/session.ts';
import type { ReportedError } from '../aws/api-failure-text.ts';
import { shortDefinition } from '../observed/names.ts';

export interface RunRequest extends ServiceName {
  /** FAMILY, FAMILY:REVISION or ARN; by default what the service runs. */
  readonly taskDefinition?: string;
  /** By default the only one, or the only essential one. */
  readonly container?: string;
  /** Without any words the container's own. */
  readonly command?: readonly string[];
  /** Milliseconds until the task is stopped. */
  readonly timeoutMs: number;
  /** False: answers as soon as the task is started. */
  readonly wait: boolean;
  readonly onCancel: 'stop' | 'detach';
}

/** What became of a one-off task. */
export interface RunResult {
  readonly cluster: string;
  readonly service: string;
  /** ARN; undefined where it was not found out. */
  readonly taskDefinition: string | undefined;
  readonly container: string | undefined;
  readonly taskArn: string | undefined;
  readonly outcome: TaskOutcome['kind'];
  /** Of the process: the container's, or 124, 125, 130, 143 (docs/reference/exit-codes.md). */
  readonly exitCode: number;
  readonly containerExitCode: number | undefined;
  readonly stoppedReason: string | undefined;
  /** Why, in lines for people; empty after exit code 0. */
  readonly cause: readonly string[];
  /** An expected failure before the task was started. */
  readonly error: ReportedError | undefined;
  /** Epoch ms, of the command. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly apiCalls: ApiCallTotals;
}

/** What the command needs. */
export type RunDependencies = Pick<
  DeployDependencies,
  'clients' | 'clock' | 'random' | 'signal' | 'secondSignal' | 'polling'
>;

/** As timeout(1) and docker run have them. */
const TIMED_OUT = 124;
/** Also of whatever fails before the task is started. */
export const NOT_RUN = 125;

/**
 * Runs the task. Expected failures are results, not exceptions.
 * @throws only for bugs
 */
export async function run(
  request: RunRequest,
  dependencies: RunDependencies,
  listener: TaskListener,
): Promise<RunResult> {
  const startedAt = dependencies.clock.now();
  const session = createSession('deploy', request, {
    ...dependencies,
    sinks: [],
    tool: { name: 'fairlead', version: '' },
  });
  const prepared: Prepared = { definition: undefined, container: undefined };
  const { outcome, error } = await attempt(session, request, listener, prepared);
  return {
    cluster: request.cluster,
    service: request.service,
    taskDefinition: prepared.definition?.arn,
    container: prepared.container,
    taskArn: outcome.taskArn,
    outcome: outcome.kind,
    exitCode: exitCodeOfTask(outcome),
    containerExitCode: outcome.kind === 'exited' ? outcome.exitCode : undefined,
    stoppedReason: outcome.kind === 'exited' ? outcome.stoppedReason : undefined,
    cause: outcome.kind === 'started' ? [] : outcome.why,
    error,
    startedAt,
    endedAt: dependencies.clock.now(),
    apiCalls: session.api.totals(),
  };
}

/** The exit code of the process. */
function exitCodeOfTask(outcome: TaskOutcome): number {
  switch (outcome.kind) {
    case 'exited':
      return outcome.exitCode;
    case 'started':
      return 0;
    case 'timed-out':
      return TIMED_OUT;
    case 'not-started':
    case 'lost':
      return NOT_RUN;
    case 'interrupted':
      return exitCodeOf('interrupted', outcome.by);
    default:
      return unreachable(outcome);
  }
}

/** How far it has come, for the result. */
interface Prepared {
  definition: RegisteredDefinition | undefined;
  container: string | undefined;
}

async function attempt(
  session: Session,
  request: RunRequest,
  listener: TaskListener,
  prepared: Prepared,
): Promise<{ readonly outcome: TaskOutcome; readonly error: ReportedError | undefined }> {
  try {
    const placement = await prepare(session, request, prepared);
    const { definition, container } = prepared;
    if (definition === undefined || container === undefined) throw new Error('nothing was chosen');
    const { cluster, command = [] } = request;
    const outcome = await runTask(
      session,
      {
        cluster,
        definition,
        container,
        command: command.length === 0 ? undefined : command,
        placement,
      },
      {
        timeoutMs: request.timeoutMs,
        wait: request.wait,
        onInterrupt: request.onCancel === 'stop' ? 'stop' : 'leave',
      },
      listener,
    );
    return { outcome, error: undefined };
  } catch (error) {
    const signal = session.signal();
    if (signal !== undefined && isInterruption(error, session)) {
      return {
        outcome: {
          kind: 'interrupted',
          taskArn: undefined,
          by: interruptedBy(signal),
          begun: false,
          goesOn: false,
          why: ['no task was started'],
        },
        error: undefined,
      };
    }
    const reported = reportedError(error);
    if (reported === undefined) throw error;
    return {
      outcome: { kind: 'not-started', taskArn: undefined, why: [reported.message] },
      error: reported,
    };
  }
}

async function prepare(
  session: Session,
  request: RunRequest,
  prepared: Prepared,
): Promise<TaskPlacement> {
  const { api, dependencies } = session;
  const { ecs } = dependencies.clients;
  const service = await describeService(api, ecs, request);
  const { serviceName = request.service, status = 'INACTIVE' } = service;
  if (status !== 'ACTIVE') {
    throw new UserError('SERVICE_NOT_ACTIVE', `service "${serviceName}" is ${status}, not ACTIVE`, {
      hint: 'Name a service that runs: the task takes its network and task definition.',
      exitCode: 2,
    });
  }
  const live = primaryOf(service)?.taskDefinition ?? service.taskDefinition;
  const definition = await findDefinition(session, definitionName(request, live));
  prepared.definition = definition;
  prepared.container = chooseContainer(
    containersOf(definition.definition),
    request.container,
    shortDefinition(definition.arn),
    '--container NAME',
  );
  return placementOf(service);
}

function definitionName(request: RunRequest, live: string | undefined): string {
  if (request.taskDefinition === undefined) {
    if (live !== undefined) return live;
    throw new UserError(
      'NO_TASK_DEFINITION',
      `service "${request.service}" has no task definition yet`,
      { hint: 'Name one: --task-definition FAMILY', exitCode: 2 },
    );
  }
  const source = parseDefinitionSource(request.taskDefinition);
  if (source.kind === 'registered') return source.name;
  throw new UserError(
    'USAGE',
    `run takes a registered task definition, and "${request.taskDefinition}" is a file`,
    { hint: 'Give FAMILY, FAMILY:REVISION or an ARN.', exitCode: 2 },
  );
}

function reportedError(error: unknown): ReportedError | undefined {
  if (error instanceof ApiError) return describeApiError(error);
  if (error instanceof UserError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  return undefined;
}
