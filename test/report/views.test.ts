import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RolloutEntry } from '../../src/record/entries.ts';
import { liveView } from '../../src/report/live-view.ts';
import { createProgressLines } from '../../src/report/progress-lines.ts';
import { emptyRollout, foldRecord } from '../../src/report/rollout-model.ts';
import { summaryLines } from '../../src/report/summary.ts';
import { widthOf } from '../../src/report/text.ts';
import { HEADER, RECORD, sample, TARGET, verdict } from '../record/samples.ts';

const T0 = HEADER.at;
const event = (
  after: number,
  message: string,
  level: 'info' | 'warning' | 'error' = 'info',
): RolloutEntry => ({
  kind: 'event',
  at: T0 + after,
  level,
  source: 'rollout',
  code: 'x',
  message,
});

describe('createProgressLines', () => {
  it('says where it is and what changes, a line each, with the time since the beginning', () => {
    const progress = createProgressLines();
    const lines = [
      HEADER,
      TARGET,
      { ...TARGET, at: T0 + 4000, serviceDeployment: 'arn:deployment' },
      sample(T0 + 4000, 4, 0),
      event(12_000, 'web:7 1/4 running · web:6 4 running'),
      event(95_000, 'task 0123 stopped: exit code 1', 'warning'),
      verdict('rolled-back', 3),
    ].flatMap((entry) => progress.next(entry));
    expect(lines).toStrictEqual([
      '   0.0s  deploy web in cluster prod at http://127.0.0.1:4327, account 123456789012, region eu-west-1',
      '         now web:6 (team/web:1.0.0), 4 tasks, ROLLING 100-200 %',
      '   1.0s  to web:7 (team/web:2.0.0)',
      '   4.0s  following arn:deployment',
      '    12s  web:7 1/4 running · web:6 4 running',
      ' 1m 35s  warning: task 0123 stopped: exit code 1',
    ]);
  });

  it('says no percentages of a service whose task sets others scale', () => {
    const bounded = { ...HEADER, minimumHealthyPercent: 100, maximumPercent: 200 };
    const lines = (header: RolloutEntry): string => createProgressLines().next(header).join('\n');
    expect(lines(bounded)).toContain('ROLLING 100-200 %');
    expect(lines({ ...bounded, strategy: 'EXTERNAL' })).toMatch(/EXTERNAL$/);
  });

  it('says from where a rollout goes that it joined in the middle', () => {
    const progress = createProgressLines();
    progress.next({ ...HEADER, command: 'wait', from: TARGET.to });
    expect(progress.next({ ...TARGET, from: HEADER.from })).toStrictEqual([
      '   1.0s  from web:6 (team/web:1.0.0)',
      '         to web:7 (team/web:2.0.0)',
    ]);
    const model = foldRecord([
      { ...HEADER, from: TARGET.to },
      { ...TARGET, from: HEADER.from },
      TARGET,
    ]);
    expect(model.from).toStrictEqual(HEADER.from);
  });

  it('lets a heartbeat be heard after a silence, not before, and not after the end', () => {
    const progress = createProgressLines();
    expect(progress.heartbeat(T0)).toStrictEqual([]);
    progress.next(HEADER);
    progress.next(sample(T0 + 1000, 4, 1, 0, { pending: 2, failed: 1 }));
    expect(progress.heartbeat(T0 + 29_999)).toStrictEqual([]);
    expect(progress.heartbeat(T0 + 30_000)).toStrictEqual([
      '    30s  waiting: web:7 1/4 running, 0 healthy, 2 pending, 1 failed · web:6 4 running',
    ]);
    expect(progress.heartbeat(T0 + 59_999)).toStrictEqual([]);
    progress.next(verdict('succeeded', 0));
    expect(progress.heartbeat(T0 + 999_999)).toStrictEqual([]);
  });

  it('passes on no control character of what a container or AWS said', () => {
    const progress = createProgressLines();
    progress.next(HEADER);
    const lines = progress.next(event(1, 'last log lines:\n    \u001b[2Jgone\u001b[H\r\u0007'));
    expect(lines).toStrictEqual(['   0.0s  last log lines:', '             gone']);
  });
});

describe('liveView', () => {
  const model = foldRecord([
    HEADER,
    TARGET,
    sample(T0 + 5000, 3, 2, 1),
    event(3000, 'has started 2 tasks: (task a) (task b).'),
    event(4000, 'something is wrong', 'warning'),
  ]);

  it('shows both revisions as bars with their counts, and the last events', () => {
    expect(liveView(model, { now: T0 + 65_000, width: 90, unicode: false })).toStrictEqual([
      'deploy web in prod  web:6 to web:7                                                  1m 05s',
      'http://127.0.0.1:4327, account 123456789012, region eu-west-1',
      '',
      '  web:7 ######++++++............  2/4 running, 1 healthy  web:2.0.0',
      '  web:6 ##################......  3/4 running, 3 healthy  web:1.0.0',
      '  5 running, 4 healthy: at least 4 healthy, at most 8 in all',
      '',
      '   3.0s  has started 2 tasks: (task a) (task b).',
      '   4.0s  warning: something is wrong',
    ]);
  });

  it('fits every terminal', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 200 }),
        fc.integer({ min: 3, max: 60 }),
        fc.nat(9),
        fc.nat(9),
        (width, height, old, fresh) => {
          const seen = foldRecord([
            ...RECORD,
            event(0, 'x'.repeat(300), 'error'),
            sample(T0, old, fresh, 0),
          ]);
          const lines = liveView(seen, { now: T0 + 3_600_000, width, height });
          expect(lines.length).toBeLessThanOrEqual(height);
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('leaves out the image, then the bar, where there is no room for them', () => {
    const seen = (width: number): string | undefined =>
      liveView(model, { now: T0, width, unicode: false })[3];
    expect(seen(60)).toBe('  web:7 ####++++........  2/4 running, 1 healthy  web:2.0.0');
    expect(seen(45)).toBe('  web:7 ###+++......  2/4 running, 1 healthy');
    expect(seen(35)).toBe('  web:7 2/4 running, 1 healthy');
  });

  it('has something to show before the first answer', () => {
    expect(liveView(emptyRollout, { now: T0, width: 80 })).toStrictEqual(['reading the service …']);
  });
});

describe('summaryLines', () => {
  it('tells from, to, how long, how low, why and what next on one screen', () => {
    const model = foldRecord([
      HEADER,
      {
        ...TARGET,
        to: {
          ...TARGET.to,
          images: [{ container: 'web', image: 'team/web:2.0.0', digest: 'sha256:7' }],
        },
      },
      sample(T0 + 2000, 4, 0),
      sample(T0 + 3000, 3, 1, 0),
      sample(T0 + 4000, 4, 0),
      verdict('rolled-back', 3, ['every new task exits', '    out of luck'], ['Mend it.']),
    ]);
    expect(summaryLines(model, { record: '/tmp/r.jsonl' })).toStrictEqual([
      'deploy web in prod: rolled-back, exit code 3 (the service is back on its former revision)',
      '  from     web:6 (team/web:1.0.0)',
      '  to       web:7 (team/web:2.0.0)',
      '           team/web:2.0.0 is sha256:7',
      '  took     1m 34s',
      '  healthy  never fewer than 3 of 4 tasks, in the moments that were looked at',
      '  why      every new task exits',
      '               out of luck',
      '  next     Mend it.',
      '  calls    41 AWS calls, 1 of them retries, 1 throttled',
      '  record   /tmp/r.jsonl',
    ]);
  });

  it('names the definition once where it stays the same, and never breaks what people copy', () => {
    const next = 'Follow it: fairlead wait --cluster production --service web';
    const model = foldRecord([
      { ...HEADER, command: 'wait' },
      { ...TARGET, to: { ...TARGET.to, taskDefinition: HEADER.from.taskDefinition } },
      verdict('timed-out', 5, ['the rollout still runs after 15m 00s'], [next]),
    ]);
    const lines = summaryLines(model, { width: 40, record: `/tmp/${'r'.repeat(40)}.jsonl` });
    expect(lines.filter((line) => line.includes('web:6'))).toHaveLength(1);
    expect(lines).toContain(`  next     ${next}`);
    expect(lines.at(-1)).toBe(`  record   /tmp/${'r'.repeat(40)}.jsonl`);
    expect(lines).toContain('  why      the rollout still runs after');
  });

  it('says in words that an asked-for rollback is a success', () => {
    const model = foldRecord([{ ...HEADER, command: 'rollback' }, verdict('succeeded', 0)]);
    expect(summaryLines(model)[0]).toBe(
      'rollback web in prod: succeeded, exit code 0 (rolled back, as asked)',
    );
  });

  it('says how low it went only where something ran before, and never more than is desired', () => {
    const both = sample(T0 + 2000, 4, 4);
    const shown = (...entries: readonly RolloutEntry[]): readonly string[] =>
      summaryLines(foldRecord([...entries, both, verdict('succeeded', 0)]));
    expect(shown(HEADER, TARGET)).toContain(
      '  healthy  never fewer than 4 of 4 tasks, in the moments that were looked at',
    );
    const { from: _, ...first } = HEADER;
    expect(shown(first, TARGET).join('\n')).not.toContain('healthy');
  });

  it('gives each line of a cause a line, and the verdict as many as the terminal makes of it', () => {
    const model = foldRecord([HEADER, verdict('rolled-back', 3, ['one is wrong\nanother, too'])]);
    expect(summaryLines(model, { width: 60 })).toStrictEqual([
      'deploy web in prod: rolled-back, exit code 3 (the service is',
      'back on its former revision)',
      ...['  from     web:6 (team/web:1.0.0)', '  took     1m 34s'],
      ...['  why      one is wrong', '           another, too'],
      '  calls    41 AWS calls, 1 of them retries, 1 throttled',
    ]);
  });

  it('is silent without a verdict, and says what is wrong with the record', () => {
    expect(summaryLines(foldRecord([HEADER]))).toStrictEqual([]);
    const lines = summaryLines(foldRecord([verdict('error', 1)]), {
      recordProblem: 'the disk is full',
    });
    expect(lines[0]).toBe('error, exit code 1');
    expect(lines.at(-1)).toBe('  record   the disk is full');
  });

  it('wraps long causes to the terminal, and leaves very many lines to the record', () => {
    const cause = [...Array.from({ length: 60 }, (_, n) => `line ${n}`), 'x'];
    const lines = summaryLines(
      foldRecord([HEADER, verdict('failed', 4, ['word '.repeat(40), ...cause])]),
      { width: 60 },
    );
    for (const line of lines.slice(1)) expect(widthOf(line)).toBeLessThanOrEqual(60);
    expect(lines.join('\n')).toContain('… 22 more lines are in the record');
  });
});

describe('a rolling update on a terminal', () => {
  it('shows the whole service against the bounds that ECS keeps', () => {
    const model = foldRecord([HEADER, TARGET, sample(T0 + 1000, 4, 2, 1)]);
    expect(liveView(model, { now: T0 + 1000, width: 100 })).toContain(
      '  6 running, 5 healthy: at least 4 healthy, at most 8 in all',
    );
  });
});

describe('a traffic shift', () => {
  const shifting = {
    ...sample(T0 + 60_000, 4, 4, 4, { trafficWeight: 20 }),
    stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
  };
  const gate = {
    ...{
      kind: 'gate',
      at: T0 + 61_000,
      gate: 'ecs-pause-1',
      stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    },
    ...{ weight: 20, state: 'opened' },
  } as const satisfies RolloutEntry;
  const measured = (outcome: 'inconclusive' | 'fail', text: string): RolloutEntry => ({
    ...{
      kind: 'measurement',
      at: T0 + 62_000,
      gate: 'ecs-pause-1',
      check: 'errors',
      outcome,
      text,
    },
  });

  it('shows its stage, how the traffic is shared, the open gate, and what each check last said', () => {
    const model = foldRecord([
      ...[HEADER, TARGET, shifting, gate],
      measured('inconclusive', '5XX 0 % (0 of 20)'),
      measured('fail', '5XX 10 % (9 of 90)'),
    ]);
    const lines = liveView(model, { now: T0 + 63_000, width: 110 });
    expect(lines.filter((line) => line.includes('gate') || line.includes('check'))).toStrictEqual([
      '  gate open at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic',
      '  check errors: fail: 5XX 10 % (9 of 90)',
    ]);
    expect(lines.join('\n')).toContain('4/4 running, 4 healthy, 20 % of traffic');
    const answered = foldRecord([HEADER, TARGET, shifting, { ...gate, state: 'continued' }]);
    expect(liveView(answered, { now: T0, width: 110 }).join('\n')).toContain(
      'stage PRE_PRODUCTION_TRAFFIC_SHIFT',
    );
  });

  const latency = measured(
    'fail',
    'over 250 ms 100 % (441 of 441), over 5 %, confidence over 99.99 %; against 0 % (0 of 1,798) in the old version: worse',
  );

  it('has room on 80 columns for the traffic of each version and for the numbers of a check', () => {
    const shared: RolloutEntry = {
      ...shifting,
      revisions: shifting.revisions.map((each, index) => ({
        ...each,
        trafficWeight: index === 0 ? 20 : 80,
      })),
    };
    const model = foldRecord([HEADER, TARGET, shared, gate, latency]);
    expect(liveView(model, { now: T0 + 63_000, width: 80 }).slice(3)).toStrictEqual([
      '  web:7 ████████████████████  4/4 running, 4 healthy, 20 % of traffic  web:2.0.0',
      '  web:6 ████████████████████  4/4 running, 4 healthy, 80 % of traffic  web:1.0.0',
      '  8 running, 8 healthy: at least 4 healthy, at most 8 in all',
      '  gate open at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic',
      '  check errors: fail: over 250 ms 100 % (441 of 441), over 5 %, confidence',
      '    over 99.99 %; against 0 % (0 of 1,798) in the old version: worse',
    ]);
  });

  it('keeps room for what happened last where there are many checks', () => {
    const checks = Array.from({ length: 6 }, (_, index) => ({
      ...latency,
      check: `check-${index}`,
    }));
    const news = Array.from({ length: 9 }, (_, index) => event(index * 1000, `event ${index}`));
    const lines = liveView(foldRecord([HEADER, TARGET, shifting, ...checks, ...news]), {
      ...{ now: T0 + 63_000, width: 80, height: 20 },
    });
    expect(lines.filter((line) => line.startsWith('  check'))).toHaveLength(6);
    expect(lines.at(-1)).toBe('   8.0s  event 8');
    expect(lines.filter((line) => line.includes('event'))).toHaveLength(6);
  });

  it('says how a gate was answered, and which hook runs', () => {
    const hook = {
      ...{ kind: 'hook', at: T0 + 70_000, when: 'after', what: './smoke.sh', state: 'started' },
    } as const satisfies RolloutEntry;
    const answered = { ...gate, at: T0 + 65_000, state: 'continued' } as const;
    const shown = (...entries: readonly RolloutEntry[]): readonly string[] =>
      liveView(foldRecord([HEADER, TARGET, shifting, gate, answered, ...entries]), {
        ...{ now: T0 + 72_000, width: 100 },
      });
    expect(shown(hook)).toContain('  hook after: ./smoke.sh');
    expect(shown(hook).slice(-2)).toStrictEqual([
      ' 1m 05s  gate at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic: continued',
      ' 1m 10s  hook after: ./smoke.sh: started',
    ]);
    const over = shown(hook, { ...hook, at: T0 + 71_000, state: 'failed', exitCode: 4 });
    expect(over).not.toContain('  hook after: ./smoke.sh');
    expect(over.at(-1)).toBe(' 1m 11s  hook after: ./smoke.sh: failed, exit code 4');
  });

  it('tells each gate and each measurement in a line, and in a silence what is waited for', () => {
    const progress = createProgressLines();
    const lines = [HEADER, shifting, gate, measured('fail', '5XX 10 % (9 of 90)')].flatMap(
      (entry) => progress.next(entry),
    );
    expect(lines.slice(2)).toStrictEqual([
      ' 1m 01s  gate at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic: opened',
      ' 1m 02s  check errors: fail: 5XX 10 % (9 of 90)',
    ]);
    expect(progress.heartbeat(T0 + 100_000)[0]).toMatch(
      /waiting: gate open at PRE_PRODUCTION_TRAFFIC_SHIFT, 20 % of production traffic: web:7 4\/4/,
    );
  });

  it('tells in a silence of the pauses that others answer, and on the screen', () => {
    const until = Date.UTC(2026, 10, 29, 5, 43, 16);
    const paused = {
      ...sample(T0 + 61_000, 4, 4),
      pauses: [
        { hook: 'h-1', until },
        { hook: 'h-2', until, keptBy: 'ann@build-7' },
      ],
    };
    const progress = createProgressLines();
    for (const entry of [HEADER, paused]) progress.next(entry);
    expect(progress.heartbeat(T0 + 100_000)[0]).toMatch(
      /waiting: pause h-1 open until 2026-11-29 05:43:16Z, gate of ann@build-7 open until 2026-11-29 05:43:16Z: web:7 4\/4/,
    );
    const screen = liveView(foldRecord([HEADER, TARGET, paused]), { now: T0 + 70_000, width: 100 });
    expect(screen).toContain('  pause h-1 open until 2026-11-29 05:43:16Z');
    expect(screen).toContain('  gate of ann@build-7 open until 2026-11-29 05:43:16Z');
  });

  it('sums up what decided each check, not what a later look found nothing of', () => {
    const model = foldRecord([
      ...[HEADER, TARGET, shifting, gate, measured('fail', '5XX 10 % (9 of 90)')],
      ...[measured('inconclusive', 'no whole minute yet'), verdict('rolled-back', 3)],
    ]);
    expect(summaryLines(model)).toContain('  checks   errors: fail: 5XX 10 % (9 of 90)');
  });

  it('sums up what every check last said', () => {
    const model = foldRecord([
      ...[HEADER, TARGET, shifting, gate, measured('fail', '5XX 10 % (9 of 90)')],
      verdict('rolled-back', 3),
    ]);
    expect(summaryLines(model)).toContain('  checks   errors: fail: 5XX 10 % (9 of 90)');
  });
});
