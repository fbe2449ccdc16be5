/** The one RunTask of a one-off task. A lost answer is asked for again with the same client token, which starts no second task. */
import {
  ConflictException,
  RunTaskCommand,
  type Failure,
  type RunTaskCommandInput,
} from '@aws-sdk/client-ecs';
import { lastPart } from '../../base/arn.ts';
import { ApiError, classifyFailure } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { isJsonObject, objectsOf, textOf, type JsonObject } from '../definition/json.ts';
import type { RegisteredDefinition } from '../definition/task-definition.ts';
import type { Session } from '../session/session.ts';
import { placementMembers, type TaskPlacement } from './task-placement.ts';
import type { TaskOutcome } from './task-outcome.ts';

/** What to run, and where. */
export interface TaskWish {
  /** Name or ARN. */
  readonly cluster: string;
  readonly definition: RegisteredDefinition;
  /** The container that the command is for, and whose exit code counts. */
  readonly container: string;
  /** Undefined: the container's own. */
  readonly command: readonly string[] | undefined;
  /** Beside the container's own variables. */
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly placement: TaskPlacement;
}

/** Who started the task, as ListTasks can filter it. */
export const STARTED_BY = 'fairlead';

/** RunTask takes so many characters of overrides, as JSON. */
const LONGEST_OVERRIDES = 8192;

/** A start under way. */
export interface TaskStart {
  /** New for each task, up to 64 characters. */
  readonly clientToken: string;
  /** An answer was lost: the task may have been started. */
  inDoubt: boolean;
}

/** What to say where a start is in doubt. */
export const MAYBE_STARTED = `whether the task was started is not known; see: aws ecs list-tasks --started-by ${STARTED_BY}`;

/**
 * Starts the task.
 * @throws ApiError with credentials or an endpoint that are wrong; whatever ECS says of the task is an outcome
 */
export async function startTask(
  session: Session,
  wish: TaskWish,
  start: TaskStart,
): Promise<Extract<TaskOutcome, { kind: 'started' | 'not-started' | 'lost' }>> {
  const input = runTaskInput(wish, start.clientToken);
  const problem = problemOf(wish, input);
  if (problem !== undefined) return notStarted([problem]);
  const { ecs } = session.dependencies.clients;
  try {
    const { tasks, failures } = await session.api.change('ecs', 'RunTask', async (options) => {
      try {
        return await ecs.send(new RunTaskCommand(input), options);
      } catch (error) {
        start.inDoubt ||= classifyFailure(error) === 'transient';
        throw error;
      }
    });
    const taskArn = tasks?.[0]?.taskArn;
    if (taskArn !== undefined) return { kind: 'started', taskArn };
    return notStarted((failures ?? []).map(failureText));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const ours = taskOfToken(error);
    if (ours !== undefined) return { kind: 'started', taskArn: ours };
    const { message, hint } = describeApiError(error);
    const why = hint === undefined ? [message] : [message, hint];
    if (start.inDoubt) return { kind: 'lost', taskArn: undefined, why: [...why, MAYBE_STARTED] };
    if (error.kind === 'credentials' || error.kind === 'unreachable') throw error;
    return notStarted(why);
  }
}

/** What is sent. */
export function runTaskInput(wish: TaskWish, clientToken: string): RunTaskCommandInput {
  const { cluster, definition, container, command, environment = [], placement } = wish;
  const override = {
    name: container,
    ...(command === undefined ? {} : { command: [...command] }),
    ...(environment.length === 0 ? {} : { environment: environment.map((each) => ({ ...each })) }),
  };
  const overrides = command !== undefined || environment.length > 0;
  return {
    cluster,
    taskDefinition: definition.arn,
    count: 1,
    clientToken,
    startedBy: STARTED_BY,
    ...placementMembers(placement, {
      networkMode: networkModeOf(definition.definition),
      launchVolumes: launchVolumesOf(definition.definition),
    }),
    ...(overrides ? { overrides: { containerOverrides: [override] } } : {}),
  };
}

/** What ECS would refuse, said better. */
function problemOf(wish: TaskWish, input: RunTaskCommandInput): string | undefined {
  const name = lastPart(wish.definition.arn);
  if (
    networkModeOf(wish.definition.definition) === 'awsvpc' &&
    input.networkConfiguration === undefined
  ) {
    return `task definition ${name} has the network mode awsvpc, and the service has no network configuration to run it with`;
  }
  const length = JSON.stringify(input.overrides ?? {}).length;
  if (length > LONGEST_OVERRIDES) {
    return `the command and its environment are ${length} characters long; RunTask takes ${LONGEST_OVERRIDES}`;
  }
  return undefined;
}

function networkModeOf(definition: JsonObject): string | undefined {
  return textOf(definition['networkMode']);
}

function launchVolumesOf(definition: JsonObject): readonly string[] {
  return objectsOf(definition['volumes'])
    .filter((volume) => isJsonObject(volume) && volume['configuredAtLaunch'] === true)
    .flatMap((volume) => textOf(volume['name']) ?? []);
}

function notStarted(why: readonly string[]): Extract<TaskOutcome, { kind: 'not-started' }> {
  return {
    kind: 'not-started',
    taskArn: undefined,
    why: why.length === 0 ? ['ECS started no task and gave no reason'] : why,
  };
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^RESOURCE:/, 'no container instance has that much left'],
  [/^AGENT$/, 'the agent of the container instance is not connected'],
  [/^ATTRIBUTE$/, 'no container instance has an attribute that the task needs'],
  [/^LOCATION$/, 'no container instance is where the task has to run'],
];

/** A failure of RunTask in a sentence (reference: ECS semantics 1.4). */
function failureText({ arn, reason = 'no reason given', detail }: Failure): string {
  const meaning = REASONS.find(([pattern]) => pattern.test(reason))?.[1];
  return [
    `ECS could not place the task: ${reason}`,
    ...(meaning === undefined ? [] : [meaning]),
    ...(detail === undefined ? [] : [detail]),
    ...(arn === undefined ? [] : [lastPart(arn)]),
  ].join('; ');
}

/** A token that is taken was taken by ourselves: nobody else knows it, and ECS names what it started with it. */
function taskOfToken({ cause, code }: ApiError): string | undefined {
  if (code !== 'ConflictException') return undefined;
  return cause instanceof ConflictException ? cause.resourceIds?.[0] : undefined;
}
