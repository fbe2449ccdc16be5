import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { lineLog, silentLog, type LogOptions } from '../../src/local/log.ts';

function logOf(format: LogOptions['format'], level: LogOptions['level'] = 'debug') {
  const lines: string[] = [];
  const clock = new VirtualClock(Date.UTC(2026, 1, 3, 4, 5, 6, 789));
  return { lines, log: lineLog({ level, format, clock, write: (line) => void lines.push(line) }) };
}

describe('a log in JSON lines', () => {
  it('writes one object a line, with time, level and message', () => {
    const { log, lines } = logOf('json');
    log.warn('disk full', { path: '/x', left: 0, unset: undefined });
    expect(lines.map((line) => [line.endsWith('\n'), JSON.parse(line) as unknown])).toEqual([
      [
        true,
        {
          time: '2026-02-03T04:05:06.789Z',
          level: 'warn',
          message: 'disk full',
          path: '/x',
          left: 0,
        },
      ],
    ]);
  });

  it('lets no field take the place of time, level or message', () => {
    const { log, lines } = logOf('json');
    log.info('real', { message: 'forged', level: 'error' });
    expect(JSON.parse(lines.join(''))).toMatchObject({ message: 'real', level: 'info' });
  });

  it('writes errors with their stack and causes', () => {
    const { log, lines } = logOf('json');
    const ring = new Error('outer', { cause: new TypeError('inner', { cause: 'a word' }) });
    log.error('failed', { error: ring });
    const { error } = JSON.parse(lines.join('')) as { error: string };
    expect(error).toMatch(
      /^Error: outer\n +at [\s\S]*caused by: TypeError: inner\n +at [\s\S]*caused by: a word$/,
    );
  });

  it('never throws, whatever the fields are', () => {
    const { log, lines } = logOf('json');
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    const cause = new Error('a');
    cause.cause = cause;
    log.info('odd', { loop, cause, big: 1n, call: () => 1, symbol: Symbol('s'), nothing: null });
    expect(JSON.parse(lines.join(''))).toMatchObject({
      symbol: 'Symbol(s)',
      nothing: null,
      message: 'odd',
    });
  });
});

describe('a log for people', () => {
  it('writes time, level, message and fields on one line', () => {
    const { log, lines } = logOf('text');
    log.info('task\nstarted', { task: 'a1', reason: 'it was "due"', count: 2 });
    expect(lines).toEqual([
      '04:05:06.789 info task\\nstarted task=a1 reason="it was \\"due\\"" count=2\n',
    ]);
  });
});

describe('the level of a log', () => {
  it('drops what is less grave', () => {
    const { log, lines } = logOf('text', 'warn');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level);
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['warn', 'error']);
  });

  it('drops everything in the silent log', () => {
    const written: unknown[] = [];
    for (const level of ['debug', 'info', 'warn', 'error'] as const)
      silentLog[level]('x', { toJSON: () => written.push(level) });
    expect(written).toEqual([]);
  });
});
