import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import {
  readAnalysisOption,
  readHookOption,
  readSteps,
} from '../../../src/deploy/configuration/option-readers.ts';

function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    return error.message;
  }
  throw new Error('nothing was wrong');
}

describe('--steps', () => {
  it.each([
    ['20%', [20]],
    ['5%,25%', [5, 25]],
    [' 0.5% , 100 % ', [0.5, 100]],
  ])('%j', (text, steps) => {
    expect(readSteps(text)).toEqual(steps);
  });

  it('reads back what it is written as', () => {
    const tenths = fc.integer({ min: 1, max: 1000 }).map((tenth) => tenth / 10);
    fc.assert(
      fc.property(fc.array(tenths, { minLength: 1 }), (steps) => {
        expect(readSteps(steps.map((step) => `${step}%`).join(','))).toEqual(steps);
      }),
    );
  });

  it.each(['', '20', '5%,', '5%,,10%', '0%', '101%', '[5%]', '5% 25%'])('%j is refused', (text) => {
    expect(complaint(() => readSteps(text))).toMatch(
      /^".*" is no percentage above 0% and up to 100%; write the steps as 20% or 5%,25%$/,
    );
  });
});

describe('--analysis', () => {
  it('is one entry of analysis, its name given later', () => {
    expect(readAnalysisOption('{ metric: target_5xx_ratio, max: 1% }')).toEqual({
      ...{ kind: 'target_5xx_ratio', name: undefined, onNoData: 'wait', deadlineMs: 600_000 },
      ...{ moments: ['production'], max: 0.01, minSamples: 100, compare: undefined },
    });
  });

  it('keeps what is AWS’s or JSON as it is', () => {
    expect(
      readAnalysisOption(
        '{ cloudwatch: [{ Id: m, Expression: "1", Period: 60, ReturnData: true }], max: 1 }',
      ),
    ).toMatchObject({ queries: [{ Id: 'm', Expression: '1', Period: 60, ReturnData: true }] });
    expect(
      readAnalysisOption('{ http: { url: http://x/, json: { n: 1, v: "1" } }, name: v1 }'),
    ).toMatchObject({ name: 'v1', json: { n: 1, v: '1' } });
  });

  it('leaves variables to the shell', () => {
    expect(
      readAnalysisOption('{ prometheus: { url: "http://x/", query: "up{a=\'${X}\'}" }, max: 1 }'),
    ).toMatchObject({ query: "up{a='${X}'}" });
  });

  it.each([
    [
      '{ metric: target_5xx_ratio, max: 150% }',
      'max must be a percentage from 0% to 100%, such as 1%, not "150%"',
    ],
    [
      '{ metric: target_5xx_ratio, max: x, deadline: y }',
      'max must be a percentage from 0% to 100%, such as 1%, not "x"; deadline must be a time above 0s and up to 336h, such as 250ms, 90s or 15m, not "y"',
    ],
    [
      'metric: target_5xx_ratio',
      '"metric: target_5xx_ratio" is not in braces; write it as { metric: target_5xx_ratio, max: 1% }',
    ],
    ['', '"" is not in braces; write it as { metric: target_5xx_ratio, max: 1% }'],
    [
      '{ metric: target_5xx_ratio }',
      'the check must have max, such as max: 1%, or compare: baseline, or both',
    ],
    ['{ max: 1% }', 'the check must have one of the keys metric, cloudwatch, prometheus, http'],
  ])('%j: %s', (text, problem) => {
    expect(complaint(() => readAnalysisOption(text))).toBe(problem);
  });

  it('is YAML', () => {
    expect(complaint(() => readAnalysisOption('{ metric: ['))).toMatch(/^this is not YAML: /);
  });
});

describe('--before and --after', () => {
  it('is one entry of the hooks', () => {
    expect(readHookOption('{ run_task: migrate, one_way: true }', 'before')).toEqual({
      ...{ kind: 'run_task', task: 'migrate', command: undefined },
      ...{ oneWay: true, timeoutMs: 900_000 },
    });
    expect(readHookOption('{ command: ./smoke.sh, timeout: 1m }', 'after')).toEqual({
      ...{ kind: 'command', command: ['sh', '-c', './smoke.sh'] },
      ...{ oneWay: false, timeoutMs: 60_000 },
    });
  });

  it.each([
    [
      '{ run_task: m, one_way: true }',
      'one_way belongs to hooks.before; after a rollout that succeeded nothing goes back by itself',
    ],
    ['{ comand: x }', 'comand is an unknown key; did you mean command?'],
    [
      './smoke.sh',
      '"./smoke.sh" is not in braces; write it as { run_task: migrate } or { command: ./smoke.sh }',
    ],
  ])('%j after the rollout: %s', (text, problem) => {
    expect(complaint(() => readHookOption(text, 'after'))).toBe(problem);
  });
});
