/** What a listener has served, counted where it is served: a few additions a request. */
import type { GroupStatistics, ListenerStatistics } from './data-plane.ts';
import { ResponseTimes } from './response-times.ts';

type StatusClass = '2xx' | '3xx' | '4xx' | '5xx';

/** What was forwarded to one target group. */
export class GroupCounts {
  #requests = 0;
  #balancer5xx = 0;
  readonly #status: Record<StatusClass, number> = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  readonly #times = new ResponseTimes();

  /** A target was chosen for a request. */
  request(): void {
    this.#requests++;
  }

  /** A target began to answer. */
  answer(statusCode: number, ms: number): void {
    const digit = Math.trunc(statusCode / 100);
    if (digit >= 2 && digit <= 5) this.#status[`${digit}xx` as StatusClass]++;
    this.#times.record(ms);
  }

  /** The balancer answered 502, 503 or 504 in a target's place. */
  balancerError(): void {
    this.#balancer5xx++;
  }

  statistics(targetGroupArn: string): GroupStatistics {
    return {
      targetGroupArn,
      requests: this.#requests,
      targetStatus: { ...this.#status },
      balancer5xx: this.#balancer5xx,
      responseTimes: this.#times.counted(),
    };
  }
}

/** What came in at one listener. */
export class ListenerCounts {
  readonly #groups = new Map<string, GroupCounts>();
  readonly #errors = new Map<number, number>();
  #redirects = 0;
  #fixedResponses = 0;
  #connections = 0;
  #open = 0;

  /** The counts of a target group that it forwards to. */
  group(targetGroupArn: string): GroupCounts {
    let counts = this.#groups.get(targetGroupArn);
    if (counts === undefined) {
      counts = new GroupCounts();
      this.#groups.set(targetGroupArn, counts);
    }
    return counts;
  }

  /** The balancer answered with an error of its own, or the client left before its answer (460). */
  error(statusCode: number): void {
    this.#errors.set(statusCode, (this.#errors.get(statusCode) ?? 0) + 1);
  }

  redirect(): void {
    this.#redirects++;
  }

  fixedResponse(): void {
    this.#fixedResponses++;
  }

  connectionOpened(): void {
    this.#connections++;
    this.#open++;
  }

  connectionClosed(): void {
    this.#open--;
  }

  statistics(listenerArn: string): ListenerStatistics {
    return {
      listenerArn,
      errors: Object.fromEntries(this.#errors),
      redirects: this.#redirects,
      fixedResponses: this.#fixedResponses,
      newConnections: this.#connections,
      openConnections: this.#open,
      groups: Array.from(this.#groups, ([arn, counts]) => counts.statistics(arn)),
    };
  }
}
