/** What comes of an invocation of a hook's function (reference: ECS semantics 6.3, 6.4). */
import { messageOf } from '../../base/errors.ts';
import type { HookRun } from './hook.ts';
import type { LifecycleStage } from './lifecycle-stage.ts';

/** How an invocation ended. */
export type Invocation =
  | {
      readonly kind: 'answered';
      /** What the function returned, as it came. */
      readonly text: string;
    }
  | {
      /** It was invoked and did not answer: an exit code, an HTTP error, the time limit. */
      readonly kind: 'failed';
      readonly detail: string;
    }
  | {
      /** There is nothing that could have been invoked. */
      readonly kind: 'not-invoked';
      readonly detail: string;
    };

/** Where the hook stands. */
export interface HookPlace {
  readonly stage: LifecycleStage;
  readonly functionArn: string;
}

/** The longest that one invocation may take, in ms: as long as a Lambda function may run. */
export const INVOCATION_LIMIT_MS = 15 * 60_000;

const DEFAULT_DELAY_SECONDS = 30;
/** ECS documents no least delay; without one a function that asks for 0 would be invoked without a pause. */
const LEAST_DELAY_SECONDS = 1;

type Answer =
  | { readonly status: 'SUCCEEDED' | 'FAILED' }
  | {
      readonly status: 'IN_PROGRESS';
      readonly delaySeconds: number;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** The hook after an invocation that ended at `now` (epoch ms). */
export function afterInvocation<H extends HookRun>(
  hook: H,
  invocation: Invocation,
  place: HookPlace,
  now: number,
): H {
  const { functionArn } = place;
  switch (invocation.kind) {
    case 'not-invoked':
      return failed(
        hook,
        place,
        `ECS was unable to invoke hook target ${functionArn} due to ${invocation.detail}`,
      );
    case 'failed':
      // ECS reads the error that Lambda returns as an answer without a status.
      return failed(
        hook,
        place,
        unparsable(functionArn, `HookStatus must not be null (${invocation.detail})`),
      );
    case 'answered':
      return answered(hook, parseAnswer(invocation.text), place, now);
  }
}

function answered<H extends HookRun>(
  hook: H,
  answer: Answer | string,
  place: HookPlace,
  now: number,
): H {
  const { functionArn } = place;
  if (typeof answer === 'string') return failed(hook, place, unparsable(functionArn, answer));
  switch (answer.status) {
    case 'SUCCEEDED':
      return { ...hook, status: 'SUCCEEDED' };
    case 'FAILED':
      return failed(hook, place, `Lifecycle hook target ${functionArn} returned FAILED status.`);
    case 'IN_PROGRESS':
      return {
        ...hook,
        invokeAt: Math.min(now + answer.delaySeconds * 1000, hook.expiresAt),
        details: { ...hook.details, ...answer.details },
      };
  }
}

function failed<H extends HookRun>(hook: H, { stage }: HookPlace, why: string): H {
  const failure = `Service deployment rolled back because ${stage} lifecycle hook(s) failed. ${why}`;
  return { ...hook, status: 'FAILED', failure };
}

function unparsable(functionArn: string, why: string): string {
  return `ECS was unable to parse the response from ${functionArn} due to ${why}`;
}

/** The answer, or what is wrong with it. */
function parseAnswer(text: string): Answer | string {
  // A function that returns nothing has answered null.
  let answer: unknown = null;
  try {
    if (text.trim() !== '') answer = JSON.parse(text);
  } catch (error) {
    return `the response not being JSON: ${messageOf(error)}`;
  }
  if (answer === null) return 'HookStatus must not be null';
  if (!isObject(answer)) return 'the response not being a JSON object';
  const { hookStatus = null, callBackDelay = null, hookDetails = null } = answer;
  if (hookStatus === null) return 'HookStatus must not be null';
  if (hookStatus === 'SUCCEEDED' || hookStatus === 'FAILED') return { status: hookStatus };
  if (hookStatus !== 'IN_PROGRESS')
    return `HookStatus must be SUCCEEDED, FAILED or IN_PROGRESS, not ${shown(hookStatus)}`;
  if (callBackDelay !== null && !isDelay(callBackDelay))
    return `CallBackDelay must be a number of seconds, not ${shown(callBackDelay)}`;
  if (hookDetails !== null && !isObject(hookDetails))
    return `HookDetails must be an object, not ${shown(hookDetails)}`;
  return {
    status: 'IN_PROGRESS',
    delaySeconds: Math.max(LEAST_DELAY_SECONDS, callBackDelay ?? DEFAULT_DELAY_SECONDS),
    details: hookDetails ?? {},
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

/** Long enough to recognize what it was. */
const SHOWN_LENGTH = 100;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
