/** What a command carries through its life: clients, clock, record, and how far it has come. */
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { EventEntry, HeaderEntry } from '../../record/entries.ts';
import { createRecorder, type Recorder, type RolloutSink } from '../../record/recorder.ts';
import { redactDeep } from '../../record/redact.ts';
import { exitCodeOf } from '../../record/verdict.ts';
import { ApiError } from '../aws/api-failure.ts';
import { describeApiError } from '../aws/api-failure-text.ts';
import { createApi, type Api } from '../aws/api.ts';
import { watchEndpoint, type AwsClients } from '../aws/aws-clients.ts';
import { adviceFor, waitCommand, type Ending, type RolloutResult } from '../verdict/ending.ts';
import type { ReportedError } from '../aws/api-failure-text.ts';
import type { Programs } from './programs.ts';
import { interruptedBy } from './interruption.ts';
import { changesOf, NO_PROGRESS, unchanged, type Progress } from './progress.ts';
import type { ServiceName } from '../aws/service-reader.ts';

/** What every command of the deployer needs. */
export interface DeployDependencies {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly random: Random;
  /** Hear every entry of the record: its writer, a view, a test. */
  readonly sinks: readonly RolloutSink[];
  /** Aborted with an Interruption: stops waiting, or does what the cancel policy says. */
  readonly signal?: AbortSignal;
  /** The second one: leaves at once, whatever is under way. */
  readonly secondSignal?: AbortSignal;
  /** Who begins rollouts, such as `ann@build-7`; others are told. By default `somebody`. */
  readonly who?: string;
  /** Runs the programs of hooks; by default on this machine. */
  readonly programs?: Programs;
  /** For checks by HTTP; by default Node's own. */
  readonly fetch?: typeof globalThis.fetch;
  /** Reads a task definition file; by default from disk. */
  readonly readFile?: (path: string) => Promise<string>;
  /** Names of the files of a folder, to guess which one a wrong path means; by default from disk. */
  readonly listFolder?: (path: string) => Promise<readonly string[]>;
  /** For the record's header. */
  readonly tool: { readonly name: string; readonly version: string };
  /** By default `deploy`. */
  readonly mode?: HeaderEntry['mode'];
  /** Pause between two looks in milliseconds: short after a change, growing to the longest; by default 1 s to 5 s. */
  readonly polling?: { readonly shortestMs: number; readonly longestMs: number };
}

/** A command under way. */
export interface Session {
  readonly dependencies: DeployDependencies;
  readonly command: HeaderEntry['command'];
  readonly name: ServiceName;
  readonly api: Api;
  readonly recorder: Recorder;
  /** Where the requests to ECS really go; known after the first. */
  readonly endpoint: () => string;
  readonly progress: Progress;
  advance(progress: Partial<Progress>): void;
  /** What interrupts now. */
  signal(): AbortSignal | undefined;
  /** The first interruption was heard and is being answered: from now on only a second one interrupts. */
  release(): void;
  /** Adds an event of Fairlead's own to the record. */
  say(level: EventEntry['level'], code: string, message: string): void;
  readFile(path: string): Promise<string>;
}

/**
 * Runs a command to its one verdict. Expected failures become the verdicts `error` and `impossible`, an interruption becomes
 * `interrupted`; anything else is a bug: the record says so and the error goes on to the caller.
 */
export async function runCommand(
  command: HeaderEntry['command'],
  name: ServiceName,
  dependencies: DeployDependencies,
  body: (session: Session) => Promise<Ending>,
): Promise<RolloutResult> {
  const startedAt = dependencies.clock.now();
  const session = createSession(command, name, dependencies);
  try {
    return finish(session, startedAt, await body(session));
  } catch (error) {
    const ending = endingOf(error, session);
    if (ending !== undefined) return finish(session, startedAt, ending);
    const message = error instanceof Error ? error.message : String(error);
    finish(session, startedAt, { verdict: 'error', cause: [message], next: [] });
    throw error;
  }
}

/** A session that has not said anything yet. */
export function createSession(
  command: HeaderEntry['command'],
  name: ServiceName,
  dependencies: DeployDependencies,
): Session {
  const { clients, clock, random, sinks } = dependencies;
  let current = dependencies.signal;
  const recorder = createRecorder(sinks);
  const endpoint = watchEndpoint(clients.ecs);
  let progress = NO_PROGRESS;
  return {
    dependencies,
    command,
    name,
    recorder,
    api: createApi({ clock, random, recorder, signal: () => current }),
    endpoint: () => endpoint() ?? 'unknown',
    get progress() {
      return progress;
    },
    advance(change) {
      progress = { ...progress, ...change };
    },
    signal: () => current,
    release() {
      current = dependencies.secondSignal;
    },
    say(level, code, message) {
      recorder.write({ kind: 'event', at: clock.now(), level, source: 'fairlead', code, message });
    },
    readFile: dependencies.readFile ?? ((path) => readFile(path, 'utf8')),
  };
}

/** Writes the verdict, the one line that ends a record. */
function finish(session: Session, startedAt: number, ending: Ending): RolloutResult {
  const { dependencies, recorder, api, progress } = session;
  const { clock, signal } = dependencies;
  const endedAt = clock.now();
  const exitCode = exitCodeOf(
    ending.verdict,
    signal?.aborted === true ? interruptedBy(signal) : undefined,
  );
  const cause = ending.error === undefined ? ending.cause : [ending.error.message, ...ending.cause];
  const next = ending.error?.hint === undefined ? ending.next : [ending.error.hint, ...ending.next];
  const apiCalls = api.totals();
  const changed = changesOf(progress);
  recorder.write({
    kind: 'verdict',
    at: endedAt,
    verdict: ending.verdict,
    exitCode,
    cause,
    next,
    ...(changed.length === 0 ? {} : { changed }),
    startedAt,
    endedAt,
    apiCalls,
  });
  return redactDeep(
    {
      ...ending,
      command: session.command,
      cluster: session.name.cluster,
      service: session.name.service,
      cause,
      next,
      changed,
      exitCode,
      startedAt,
      endedAt,
      apiCalls,
      serviceDeployment: progress.serviceDeployment,
      from: progress.from,
      to: progress.to,
    },
    recorder.secrets(),
  );
}

/** The ending that an expected failure makes; undefined for a bug. */
function endingOf(error: unknown, session: Session): Ending | undefined {
  const { progress, name } = session;
  const signal = session.signal();
  if (isInterruption(error, session) && signal !== undefined) {
    const by = `interrupted by ${interruptedBy(signal)}`;
    if (progress.goingBack) {
      return {
        verdict: 'interrupted',
        cause: [`${by}; ECS was asked to roll back, and does`],
        next: [`Follow it: ${waitCommand(name)}`],
      };
    }
    if (progress.started) {
      return {
        verdict: 'interrupted',
        cause: [`${by}; the rollout goes on`],
        next: adviceFor('interrupted', name, undefined, progress.gate),
      };
    }
    return { verdict: 'interrupted', cause: [`${by}; ${unchanged(progress)}`], next: [] };
  }
  if (error instanceof UserError) {
    // A rollout that may have been begun is none that could not be.
    const unbegun = !progress.started && !progress.inDoubt;
    const verdict = error.exitCode === 2 && unbegun ? 'impossible' : 'error';
    return withError(
      verdict,
      { code: error.code, message: error.message, hint: error.hint },
      session,
    );
  }
  if (error instanceof ApiError) return withError('error', describeApiError(error), session);
  return undefined;
}

function withError(
  verdict: 'error' | 'impossible',
  error: ReportedError,
  { progress, name }: Session,
): Ending {
  if (progress.started) {
    return {
      verdict: 'error',
      error,
      cause: [
        progress.goingBack
          ? 'ECS was asked to roll back, and does; how that ends is not known here'
          : 'the rollout goes on; what becomes of it is not known here',
      ],
      next: [`Follow it: ${waitCommand(name)}`],
    };
  }
  // The verdict says itself that nothing was changed, where that is so.
  const silent = verdict === 'impossible' && changesOf(progress).length === 0;
  return { verdict, error, cause: silent ? [] : [unchanged(progress)], next: [] };
}

/** True when the error is the signal that interrupts now. */
export function isInterruption(error: unknown, session: Pick<Session, 'signal'>): boolean {
  const signal = session.signal();
  return signal?.aborted === true && (error === signal.reason || isAbort(error));
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
