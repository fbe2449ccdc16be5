import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import type { Hook } from '../../../src/deploy/configuration/configuration.ts';
import { openService } from '../../../src/deploy/drive/open-service.ts';
import type { Program, ProgramEnd, Programs } from '../../../src/deploy/session/programs.ts';
import type { HookContext } from '../../../src/deploy/hooks/run-hook.ts';
import { runHooks, type HooksResult } from '../../../src/deploy/hooks/run-hooks.ts';
import { Interruption } from '../../../src/deploy/session/interruption.ts';
import { createSession, type Session } from '../../../src/deploy/session/session.ts';
import {
  RolloutEntrySchema,
  type HookEntry,
  type RolloutEntry,
} from '../../../src/record/entries.ts';
import { FakeError } from '../fake-aws.ts';
import { clientsOf } from '../fake-endpoint.ts';
import { definition } from '../play.ts';
import { TaskWorld } from '../run-task/task-world.ts';

/** What a program of the test does: by ms after its start. */
interface Script {
  readonly ends?: { readonly after: number; readonly how: ProgramEnd };
  readonly writes?: readonly (readonly [number, string])[];
  readonly ignoresSigterm?: boolean;
}

/** Programs that follow a script in the world's virtual time. */
class ScriptedPrograms implements Programs {
  readonly started: { readonly command: readonly string[]; readonly environment: object }[] = [];
  readonly signals: string[] = [];
  script: Script = { ends: { after: 1000, how: { kind: 'exited', exitCode: 0 } } };
  readonly #aws: TaskWorld;

  constructor(aws: TaskWorld) {
    this.#aws = aws;
  }

  start(
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): Program {
    this.started.push({ command, environment });
    const { ends, writes = [], ignoresSigterm = false } = this.script;
    for (const [after, line] of writes) this.#aws.after(after, () => onLine(line));
    let end: (how: ProgramEnd) => void = () => undefined;
    const ended = new Promise<ProgramEnd>((resolve) => (end = resolve));
    if (ends !== undefined) this.#aws.after(ends.after, () => end(ends.how));
    return {
      ended,
      silent: ended.then(() => undefined),
      signal: (name) => {
        this.signals.push(name);
        if (name === 'SIGTERM' && ignoresSigterm) return;
        this.#aws.after(500, () => end({ kind: 'killed', signal: name }));
      },
      release: () => undefined,
    };
  }
}

interface Played {
  readonly result: HooksResult;
  readonly entries: readonly RolloutEntry[];
  readonly hooks: readonly HookEntry[];
  readonly told: readonly string[];
  readonly session: Session;
}

/** Runs hooks through in virtual time, as a deploy would. */
async function playHooks(
  aws: TaskWorld,
  hooks: readonly Hook[],
  options: {
    readonly when?: HookEntry['when'];
    readonly context?: Partial<HookContext>;
    readonly programs?: ScriptedPrograms;
    readonly signal?: AbortSignal;
    readonly secondSignal?: AbortSignal;
  } = {},
): Promise<Played> {
  const entries: RolloutEntry[] = [];
  const { signal, secondSignal } = options;
  const session = createSession(
    'deploy',
    { cluster: 'prod', service: 'web' },
    {
      clients: await clientsOf(aws),
      clock: aws.clock,
      random: seededRandom(4),
      sinks: [(entry) => entries.push(entry)],
      tool: { name: 'fairlead', version: '0.0.0' },
      ...(signal === undefined ? {} : { signal }),
      ...(secondSignal === undefined ? {} : { secondSignal }),
    },
  );
  let result: HooksResult | undefined;
  let failure: unknown;
  const go = async (): Promise<HooksResult> => {
    const { service, live } = await openService(session);
    return runHooks(session, options.when ?? 'before', hooks, {
      service,
      definition: live,
      programs: options.programs ?? new ScriptedPrograms(aws),
      ...options.context,
    });
  };
  go().then(
    (value) => (result = value),
    (error: unknown) => (failure = error),
  );
  await aws.clock.runUntil(() => result !== undefined || failure !== undefined, 7_200_000);
  if (result === undefined) throw failure;
  for (const entry of entries) expect(RolloutEntrySchema.safeParse(entry).error).toBeUndefined();
  return {
    result,
    entries,
    hooks: entries.filter((entry) => entry.kind === 'hook'),
    told: entries.flatMap((entry) => (entry.kind === 'event' ? [entry.message] : [])),
    session,
  };
}

const task = (change: Partial<Extract<Hook, { kind: 'run_task' }>> = {}): Hook => ({
  kind: 'run_task',
  task: 'web',
  command: ['./migrate'],
  oneWay: false,
  timeoutMs: 600_000,
  ...change,
});

const program = (change: Partial<Extract<Hook, { kind: 'command' }>> = {}): Hook => ({
  kind: 'command',
  command: ['./smoke.sh', '--all'],
  oneWay: false,
  timeoutMs: 60_000,
  ...change,
});

const runTaskInputs = (aws: TaskWorld): unknown[] =>
  aws.calls.filter((call) => call.operation === 'RunTask').map((call) => call.input);

describe('a run_task hook', () => {
  it('runs a container of the definition that is deployed, with another command', async () => {
    const aws = new TaskWorld();
    aws.life = {
      runsAfter: 1000,
      exits: { after: 5000, exitCode: 0 },
      writes: [[2000, 'up to 7']],
    };
    const { result, hooks, told } = await playHooks(aws, [task()]);
    expect(result).toStrictEqual({ kind: 'ok', oneWay: false });
    expect(runTaskInputs(aws)).toMatchObject([
      {
        taskDefinition: definition(6),
        overrides: { containerOverrides: [{ name: 'web', command: ['./migrate'] }] },
      },
    ]);
    expect(hooks).toMatchObject([
      { when: 'before', what: 'web', state: 'started' },
      { when: 'before', what: 'web', state: 'succeeded', exitCode: 0 },
    ]);
    expect(hooks[1]?.taskArn).toBe(aws.started[0]?.['taskArn']);
    expect(told).toContain('web: up to 7');
  });

  it.each(['migrations', 'migrations:3'])('runs another definition: %s', async (name) => {
    const aws = new TaskWorld();
    const arn = definition(6).replace('web:6', 'migrations:3');
    const described = {
      taskDefinitionArn: arn,
      family: 'migrations',
      revision: 3,
      status: 'ACTIVE',
      containerDefinitions: [{ name: 'run', image: 'team/migrations', essential: true }],
    };
    for (const each of ['migrations', 'migrations:3'])
      aws.definitions.set(definition(6).replace('web:6', each), described);
    aws.container = 'run';
    const { result } = await playHooks(aws, [task({ task: name, command: undefined })]);
    expect(result.kind).toBe('ok');
    const [input] = runTaskInputs(aws);
    expect(input).toMatchObject({ taskDefinition: arn });
    expect(input).not.toHaveProperty('overrides');
  });

  it('fails with the exit code, the reason and the last lines', async () => {
    const aws = new TaskWorld();
    aws.life = {
      runsAfter: 1000,
      exits: { after: 5000, exitCode: 3 },
      writes: [[2000, 'cannot reach correct-horse-battery']],
    };
    const { result, hooks } = await playHooks(aws, [task()]);
    expect(result).toMatchObject({ kind: 'failed', hook: 'web', oneWay: false });
    expect(hooks.at(-1)).toMatchObject({ state: 'failed', exitCode: 3 });
    expect(hooks.at(-1)?.reason).toContain('exit code 3');
    expect(JSON.stringify(hooks)).not.toContain('correct-horse-battery');
    expect(result.kind === 'failed' ? result.why.join('\n') : '').toMatch(
      /exit code 3[^]*last lines of its output:\n {4}cannot reach/,
    );
  });

  it('hides secrets in what it says', async () => {
    const aws = new TaskWorld();
    aws.life = {
      runsAfter: 1000,
      exits: { after: 5000, exitCode: 0 },
      writes: [[2000, 'using correct-horse-battery']],
    };
    const { told } = await playHooks(aws, [task()]);
    expect(told).toContain('web: using ***');
  });

  it('fails where there is neither such a container nor such a family, and says both', async () => {
    const { result, hooks } = await playHooks(new TaskWorld(), [task({ task: 'db' })]);
    expect(result).toMatchObject({ kind: 'failed', hook: 'db', oneWay: false });
    expect(hooks.at(-1)?.reason).toMatch(/there is no task definition "db"/);
  });

  it('fails when its time is over; the task is stopped', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    const { result } = await playHooks(aws, [task({ timeoutMs: 20_000 })]);
    expect(result).toMatchObject({ kind: 'failed' });
    expect(aws.count('StopTask')).toBe(1);
  });

  it('tells the beginning and the end of much output', async () => {
    const aws = new TaskWorld();
    aws.pageSize = 200;
    const writes = Array.from({ length: 900 }, (_, n) => [2000, `line ${n}`] as const);
    aws.life = { runsAfter: 1000, exits: { after: 120_000, exitCode: 1 }, writes };
    const { result, told } = await playHooks(aws, [task()]);
    const lines = told.filter((message) => message.startsWith('web: line'));
    expect(lines).toHaveLength(500);
    expect(told).toContain('web: … 500 lines are enough here');
    expect(result.kind === 'failed' ? result.why.at(-1) : '').toBe('    line 899');
  });
});

describe('a one-way hook', () => {
  const oneWay = task({ oneWay: true });

  it('is remembered when it has run', async () => {
    const { result, hooks, session } = await playHooks(new TaskWorld(), [oneWay]);
    expect(result).toStrictEqual({ kind: 'ok', oneWay: true });
    expect(hooks.every((entry) => entry.oneWay === true)).toBe(true);
    expect(session.progress.oneWay).toBe(true);
  });

  it('is remembered when it failed halfway, and by those that fail after it', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000, exits: { after: 5000, exitCode: 1 } };
    expect((await playHooks(aws, [oneWay])).result).toMatchObject({ kind: 'failed', oneWay: true });
    const programs = new ScriptedPrograms(aws);
    programs.script = { ends: { after: 10, how: { kind: 'exited', exitCode: 1 } } };
    const next = new TaskWorld();
    const { result } = await playHooks(next, [oneWay, task({ task: 'db' })]);
    expect(result).toMatchObject({ kind: 'failed', hook: 'db', oneWay: true });
  });

  it('is none when it certainly did not start', async () => {
    const aws = new TaskWorld();
    aws.failures = [{ reason: 'RESOURCE:CPU' }];
    const { result, session } = await playHooks(aws, [oneWay]);
    expect(result).toMatchObject({ kind: 'failed', oneWay: false });
    expect(session.progress.oneWay).toBe(false);
  });

  it('is taken to have run when the answer to RunTask is lost for good', async () => {
    const aws = new TaskWorld();
    aws.denied.set('RunTask', new FakeError('ServerException', 'down', 500));
    expect((await playHooks(aws, [oneWay])).result).toMatchObject({ kind: 'failed', oneWay: true });
  });
});

describe('a command hook', () => {
  it('is a program that is told what is rolled out', async () => {
    const aws = new TaskWorld();
    const programs = new ScriptedPrograms(aws);
    programs.script = {
      ends: { after: 1000, how: { kind: 'exited', exitCode: 0 } },
      writes: [[500, 'all green']],
    };
    const { result, hooks, told } = await playHooks(aws, [program()], {
      when: 'after',
      programs,
      context: { verdict: 'succeeded' },
    });
    expect(result.kind).toBe('ok');
    expect(programs.started).toStrictEqual([
      {
        command: ['./smoke.sh', '--all'],
        environment: {
          FAIRLEAD_CLUSTER: 'prod',
          FAIRLEAD_SERVICE: 'web',
          FAIRLEAD_FROM: definition(6),
          FAIRLEAD_TO: definition(6),
          FAIRLEAD_WHEN: 'after',
          FAIRLEAD_VERDICT: 'succeeded',
        },
      },
    ]);
    expect(hooks).toMatchObject([
      { when: 'after', what: './smoke.sh --all', state: 'started' },
      { when: 'after', what: './smoke.sh --all', state: 'succeeded', exitCode: 0 },
    ]);
    expect(told).toContain('./smoke.sh --all: all green');
  });

  it('is named by its line where it is a line for the shell, shortly in front of its output', async () => {
    const aws = new TaskWorld();
    const programs = new ScriptedPrograms(aws);
    programs.script = {
      ends: { after: 1000, how: { kind: 'exited', exitCode: 3 } },
      writes: [[500, 'red']],
    };
    const line = 'npm test -- --reporter dot --bail';
    const { hooks, told } = await playHooks(aws, [program({ command: ['sh', '-c', line] })], {
      programs,
    });
    expect(hooks[0]?.what).toBe(line);
    expect(told).toContain('npm test -- --reporter …: red');
    // The exit code is told once.
    expect(hooks[1]).toMatchObject({ state: 'failed', exitCode: 3 });
    expect(hooks[1]).not.toHaveProperty('reason');
  });

  it.each<[string, ProgramEnd, RegExp]>([
    ['exits with 2', { kind: 'exited', exitCode: 2 }, /^exit code 2$/],
    ['is killed', { kind: 'killed', signal: 'SIGKILL' }, /^killed by SIGKILL$/],
    ['is not there', { kind: 'not-started', why: 'no such program' }, /^no such program$/],
  ])('fails when it %s; those behind it do not run', async (_, how, reason) => {
    const aws = new TaskWorld();
    const programs = new ScriptedPrograms(aws);
    programs.script = { ends: { after: 100, how } };
    const { result, hooks } = await playHooks(aws, [program(), task()], { programs });
    expect(result).toMatchObject({ kind: 'failed', hook: './smoke.sh --all' });
    expect(result.kind === 'failed' ? result.why[0] : '').toMatch(reason);
    expect(hooks).toHaveLength(2);
    expect(aws.count('RunTask')).toBe(0);
  });

  it('is told to stop when its time is over, and killed when it does not listen', async () => {
    const aws = new TaskWorld();
    const programs = new ScriptedPrograms(aws);
    programs.script = {};
    const polite = await playHooks(aws, [program()], { programs });
    expect(programs.signals).toStrictEqual(['SIGTERM']);
    expect(polite.hooks.at(-1)?.reason).toBe('still running after 1m 00s; stopped by SIGTERM');
    programs.signals.length = 0;
    programs.script = { ignoresSigterm: true };
    const stubborn = await playHooks(aws, [program()], { programs });
    expect(programs.signals).toStrictEqual(['SIGTERM', 'SIGKILL']);
    expect(stubborn.hooks.at(-1)?.reason).toBe('still running after 1m 00s; killed');
  });
});

describe('an interruption', () => {
  it('stops the task of a hook, and is a result of its own', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    const first = new AbortController();
    aws.after(20_000, () => first.abort(new Interruption('SIGTERM')));
    const { result, hooks } = await playHooks(aws, [task({ oneWay: true }), program()], {
      signal: first.signal,
    });
    expect(result).toMatchObject({ kind: 'interrupted', by: 'SIGTERM', oneWay: true });
    expect(aws.count('StopTask')).toBe(1);
    expect(hooks.at(-1)).toMatchObject({ state: 'failed' });
    expect(hooks).toHaveLength(2);
  });

  it('leaves the task where the cancel policy is to detach', async () => {
    const aws = new TaskWorld();
    aws.life = { runsAfter: 1000 };
    const first = new AbortController();
    aws.after(20_000, () => first.abort(new Interruption('SIGTERM')));
    const { result } = await playHooks(aws, [task()], {
      signal: first.signal,
      context: { onInterrupt: 'leave' },
    });
    expect(result.kind).toBe('interrupted');
    expect(aws.count('StopTask')).toBe(0);
  });

  it('ends a program with SIGTERM; a second one kills it', async () => {
    const aws = new TaskWorld();
    const programs = new ScriptedPrograms(aws);
    programs.script = { ignoresSigterm: true };
    const first = new AbortController();
    const second = new AbortController();
    aws.after(20_000, () => first.abort(new Interruption('SIGINT')));
    aws.after(21_000, () => second.abort(new Interruption('SIGINT')));
    const { result } = await playHooks(aws, [program()], {
      programs,
      signal: first.signal,
      secondSignal: second.signal,
    });
    expect(result).toMatchObject({ kind: 'interrupted', by: 'SIGINT' });
    expect(result.kind === 'interrupted' ? result.why.join() : '').toMatch(/killed$/);
    expect(programs.signals).toStrictEqual(['SIGTERM', 'SIGKILL']);
    expect(aws.clock.monotonic()).toBeLessThan(25_000);
  });

  it('between two hooks keeps the next from starting', async () => {
    const aws = new TaskWorld();
    const programs = new ScriptedPrograms(aws);
    const first = new AbortController();
    programs.script = { ends: { after: 1000, how: { kind: 'exited', exitCode: 0 } } };
    const start = programs.start.bind(programs);
    programs.start = (...given) => {
      const started = start(...given);
      void started.ended.then(() => first.abort(new Interruption('SIGINT')));
      return started;
    };
    const { result } = await playHooks(aws, [program(), task({ oneWay: true })], {
      programs,
      signal: first.signal,
    });
    expect(result).toMatchObject({ kind: 'interrupted', oneWay: false });
    expect(aws.count('RunTask')).toBe(0);
  });
});
