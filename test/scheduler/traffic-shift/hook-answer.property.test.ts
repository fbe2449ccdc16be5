import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterInvocation,
  INVOCATION_LIMIT_MS,
  type HookPlace,
  type Invocation,
} from '../../../src/scheduler/traffic-shift/hook-answer.ts';
import type { HookRun } from '../../../src/scheduler/traffic-shift/hook.ts';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:smoke';
const PLACE: HookPlace = { stage: 'POST_TEST_TRAFFIC_SHIFT', functionArn: ARN };
const HOUR = 3_600_000;
const NOW = 1_700_000_000_000;

const open: HookRun = {
  ...{ index: 0, targetType: 'AWS_LAMBDA', status: 'IN_PROGRESS', timeoutAction: 'ROLLBACK' },
  ...{ startedAt: NOW - 1000, expiresAt: NOW + HOUR, hookId: 'ecs-lambda-1', executionId: 'e' },
};

const after = (invocation: Invocation, hook = open): HookRun =>
  afterInvocation(hook, invocation, PLACE, NOW);
const answer = (value: unknown, hook = open): HookRun =>
  after({ kind: 'answered', text: JSON.stringify(value) }, hook);

const PREFIX =
  'Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. ';
const unparsable = (why: string): string =>
  `${PREFIX}ECS was unable to parse the response from ${ARN} due to ${why}`;

describe('the answer of a function', () => {
  it('lets the stage end when it is SUCCEEDED', () => {
    expect(answer({ hookStatus: 'SUCCEEDED', reason: 'all is well' })).toEqual({
      ...open,
      status: 'SUCCEEDED',
    });
  });

  it('turns the deployment round when it is FAILED', () => {
    expect(answer({ hookStatus: 'FAILED' })).toEqual({
      ...open,
      status: 'FAILED',
      failure: `${PREFIX}Lifecycle hook target ${ARN} returned FAILED status.`,
    });
  });

  it.each([
    ['', 'HookStatus must not be null'],
    ['  \n', 'HookStatus must not be null'],
    ['null', 'HookStatus must not be null'],
    ['{}', 'HookStatus must not be null'],
    ['{"errorMessage":"x","errorType":"Error"}', 'HookStatus must not be null'],
    ['{"hookStatus":null}', 'HookStatus must not be null'],
    ['{"HookStatus":"SUCCEEDED"}', 'HookStatus must not be null'],
    ['"SUCCEEDED"', 'the response not being a JSON object'],
    ['["SUCCEEDED"]', 'the response not being a JSON object'],
    ['SUCCEEDED', 'the response not being JSON: '],
    ['{"hookStatus":"SUCCEEDED"', 'the response not being JSON: '],
    ['{"hookStatus":"OK"}', 'HookStatus must be SUCCEEDED, FAILED or IN_PROGRESS, not "OK"'],
    ['{"hookStatus":"succeeded"}', 'HookStatus must be SUCCEEDED, FAILED or IN_PROGRESS'],
    ['{"hookStatus":true}', 'HookStatus must be SUCCEEDED, FAILED or IN_PROGRESS, not true'],
    [
      '{"hookStatus":"IN_PROGRESS","callBackDelay":"60"}',
      'CallBackDelay must be a number of seconds, not "60"',
    ],
    [
      '{"hookStatus":"IN_PROGRESS","callBackDelay":-1}',
      'CallBackDelay must be a number of seconds, not -1',
    ],
    ['{"hookStatus":"IN_PROGRESS","hookDetails":[1]}', 'HookDetails must be an object, not [1]'],
  ])('%s is no answer', (text, why) => {
    const { status, failure } = after({ kind: 'answered', text });
    expect(status).toBe('FAILED');
    expect(failure).toMatch(unparsable(why).slice(0, -1));
    expect(failure?.startsWith(unparsable(why))).toBe(true);
  });

  it('is shown in the reason only as far as it takes to recognize it: 100 characters', () => {
    const shown = (length: number): string | undefined =>
      answer({ hookStatus: 'x'.repeat(length) }).failure?.split('IN_PROGRESS, not ')[1];
    // With its quotation marks.
    expect(shown(98)).toBe(`"${'x'.repeat(98)}"`);
    expect(shown(99)).toBe(`"${'x'.repeat(99)}…`);
    expect(shown(10_000)).toBe(`"${'x'.repeat(99)}…`);
  });

  it('may take as long as a Lambda function may run: 15 minutes', () => {
    expect(INVOCATION_LIMIT_MS).toBe(900_000);
  });

  it('is missing when the function failed, which ECS says as of an answer without a status', () => {
    expect(after({ kind: 'failed', detail: 'node ended with exit code 1' }).failure).toBe(
      unparsable('HookStatus must not be null (node ended with exit code 1)'),
    );
  });

  it('cannot come when there is nothing to invoke', () => {
    expect(after({ kind: 'not-invoked', detail: 'no such thing' })).toMatchObject({
      status: 'FAILED',
      failure: `${PREFIX}ECS was unable to invoke hook target ${ARN} due to no such thing`,
    });
  });
});

describe('IN_PROGRESS', () => {
  it.each([
    [{}, 30_000],
    [{ callBackDelay: null }, 30_000],
    [{ callBackDelay: 90 }, 90_000],
    [{ callBackDelay: 1.5 }, 1500],
    [{ callBackDelay: 0 }, 1000],
  ])('with %j has the function invoked again after %d ms', (members, delayMs) => {
    expect(answer({ hookStatus: 'IN_PROGRESS', ...members })).toEqual({
      ...open,
      invokeAt: NOW + delayMs,
      details: {},
    });
  });

  it('keeps the details, later ones over former ones', () => {
    const first = answer({ hookStatus: 'IN_PROGRESS', hookDetails: { a: 1, b: { c: 2 } } });
    const second = answer({ hookStatus: 'IN_PROGRESS', hookDetails: { b: 3 } }, first);
    expect(second.details).toEqual({ a: 1, b: 3 });
    expect(answer({ hookStatus: 'IN_PROGRESS' }, second).details).toEqual({ a: 1, b: 3 });
  });
});

const json = fc.jsonValue({ maxDepth: 2 });
const text = fc.oneof(
  fc.string(),
  json.map((value) => JSON.stringify(value)),
  fc
    .record(
      {
        hookStatus: fc.oneof(fc.constantFrom('SUCCEEDED', 'FAILED', 'IN_PROGRESS'), json),
        callBackDelay: fc.oneof(fc.double(), json),
        hookDetails: fc.oneof(fc.dictionary(fc.string(), json), json),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);
const invocation: fc.Arbitrary<Invocation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answered' as const), text }) },
  fc.record({
    kind: fc.constantFrom('failed' as const, 'not-invoked' as const),
    detail: fc.string(),
  }),
);

describe('whatever comes of an invocation', () => {
  it('the hook has succeeded, has failed with a reason that names stage and function, or is invoked again in time', () => {
    fc.assert(
      fc.property(fc.array(invocation, { minLength: 1, maxLength: 5 }), (invocations) => {
        let hook = open;
        for (const each of invocations) {
          hook = after(each, hook);
          // What is stored is text, and comes back the same.
          expect(JSON.parse(JSON.stringify(hook))).toEqual(hook);
          if (hook.status === 'SUCCEEDED') {
            expect(hook.failure).toBeUndefined();
            return;
          }
          if (hook.status === 'FAILED') {
            expect(hook.failure).toContain(PREFIX);
            expect(hook.failure).toContain(ARN);
            return;
          }
          expect(hook.status).toBe('IN_PROGRESS');
          expect(hook.invokeAt).toBeGreaterThanOrEqual(NOW + 1000);
          expect(hook.invokeAt).toBeLessThanOrEqual(hook.expiresAt);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('nothing of the hook changes but its status, its reason, its details and when it is invoked', () => {
    fc.assert(
      fc.property(invocation, (each) => {
        const { status: _1, failure: _2, details: _3, invokeAt: _4, ...rest } = after(each);
        const { status: _5, ...before } = open;
        expect(rest).toEqual(before);
      }),
    );
  });
});
