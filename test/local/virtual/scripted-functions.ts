/** Functions that answer as a test says, and remember what they were asked. */
import type { Functions } from '../../../src/local/functions/functions.ts';
import type { HookEvent } from '../../../src/scheduler/traffic-shift/hook-event.ts';

/** One invocation. */
export interface Asked {
  readonly functionArn: string;
  readonly event: HookEvent;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What to answer: an object is written as JSON; a text is sent as it is. */
export type Reply = (asked: Asked, count: number) => object | string | Promise<object | string>;

/** Never answers. */
export const SILENCE = new Promise<never>(() => undefined);

/** Asks `reply`, which is told how many invocations there were before. */
export class ScriptedFunctions implements Functions {
  readonly asked: Asked[] = [];
  /** How many are under way, and how many there were at the most. */
  underWay = 0;
  mostAtOnce = 0;
  reply: Reply;

  constructor(reply: Reply) {
    this.reply = reply;
  }

  async invoke(functionArn: string, payload: string, signal: AbortSignal): Promise<string> {
    const asked = { functionArn, event: JSON.parse(payload) as HookEvent, signal };
    const count = this.asked.push(asked) - 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.underWay);
    try {
      const answer = await this.reply(asked, count);
      return typeof answer === 'string' ? answer : JSON.stringify(answer);
    } finally {
      this.underWay--;
    }
  }

  /** The stages of the invocations, in their order. */
  stages(): readonly string[] {
    return this.asked.map(({ event }) => event.lifecycleStage);
  }
}
