/** From a request to an answer: the rule it meets, and what the rule's action does with it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import { unreachable } from '../../base/errors.ts';
import type { ListenerConfig, RuleAction, RuleConfig } from './data-plane.ts';
import { Forward } from './forward.ts';
import { requestHeaders } from './forwarded-headers.ts';
import { chooseGroup } from './group-choice.ts';
import { answer } from './own-answer.ts';
import { redirectLocation } from './redirect-location.ts';
import { requestTarget, type RequestTarget } from './request-target.ts';
import { ruleMatcher } from './rule-match.ts';
import type { TargetGroup } from './target-group.ts';
import type { TraceIds } from './trace-id.ts';
import type { ListenerCounts } from './traffic-counts.ts';

/** What serving requests needs from the balancer. */
export interface RoutingHost {
  readonly clock: Clock;
  readonly traceIds: TraceIds;
  readonly group: (arn: string) => TargetGroup | undefined;
}

/** What it needs from the listener. */
export interface RoutingListener {
  /** The port that is bound, as text. */
  readonly port: () => string;
  /** True when the listener is going away: clients are asked to close their connections. */
  readonly closing: () => boolean;
  readonly counts: ListenerCounts;
}

/** A request to be answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Set for a WebSocket handshake. */
  readonly upgrade?: {
    readonly socket: Socket;
    readonly takeEarly: () => Buffer;
    readonly onJoined: (target: Duplex) => void;
  };
}

type ForwardAction = Extract<RuleAction, { kind: 'forward' }>;

/** Routes the requests of one listener. */
export class RequestRouter {
  readonly #host: RoutingHost;
  readonly #listener: RoutingListener;
  #match: ReturnType<typeof ruleMatcher>;
  #idleTimeoutMs: number;
  /** State of the weighted choice by rule; begins anew only when the rule's groups or weights change. */
  readonly #credits = new Map<
    string,
    { readonly of: string; readonly credits: readonly number[] }
  >();

  /** @throws RangeError when a rule's condition has no meaning */
  constructor(config: ListenerConfig, host: RoutingHost, listener: RoutingListener) {
    this.#host = host;
    this.#listener = listener;
    this.#match = ruleMatcher(config.rules);
    this.#idleTimeoutMs = idleTimeoutMs(config);
  }

  /** Takes new rules over. @throws RangeError when a condition has no meaning; the former rules then stay */
  update(config: ListenerConfig): void {
    this.#match = ruleMatcher(config.rules);
    this.#idleTimeoutMs = idleTimeoutMs(config);
    const rules = new Set(config.rules.map((rule) => rule.arn));
    for (const arn of this.#credits.keys()) if (!rules.has(arn)) this.#credits.delete(arn);
  }

  /** Answers one request, now or when its target has. */
  serve(exchange: Exchange): void {
    const { request, response } = exchange;
    const close = this.#listener.closing();
    if (request.method === 'TRACE') {
      this.#refuse(response, 405, close);
      return;
    }
    const target = requestTarget(request.url ?? '');
    if (target === undefined) {
      this.#refuse(response, 400, true);
      return;
    }
    const rule = this.#match(() => ({
      method: request.method ?? '',
      path: target.path,
      query: target.query,
      host: hostOf(request, target),
      headers: request.headers,
      sourceIp: request.socket.remoteAddress ?? '',
    }));
    if (rule === undefined) this.#refuse(response, 503, close);
    else this.#act(rule, exchange, target);
  }

  #act({ arn, action }: RuleConfig, exchange: Exchange, target: RequestTarget): void {
    const { request, response } = exchange;
    const close = this.#listener.closing();
    switch (action.kind) {
      case 'forward':
        this.#forward(arn, action, exchange, target);
        return;
      case 'redirect': {
        const location = redirectLocation(action, {
          protocol: 'http',
          host: hostOf(request, target).replace(/:\d*$/, ''),
          port: this.#listener.port(),
          path: target.path,
          query: target.query,
        });
        this.#listener.counts.redirect();
        answer(response, action.statusCode, { close, extraHeaders: ['Location', location] });
        return;
      }
      case 'fixed-response':
        this.#listener.counts.fixedResponse();
        answer(response, action.statusCode, {
          close,
          content: { type: action.contentType, body: action.body },
        });
        return;
      default:
        unreachable(action);
    }
  }

  #forward(
    ruleArn: string,
    action: ForwardAction,
    exchange: Exchange,
    target: RequestTarget,
  ): void {
    const { request, response } = exchange;
    const { arn, cookie } = this.#chooseGroup(ruleArn, action, request);
    const group = arn === undefined ? undefined : this.#host.group(arn);
    if (group === undefined) {
      this.#refuse(response, 503, this.#listener.closing());
      return;
    }
    const headers = requestHeaders(request.rawHeaders, {
      clientAddress: request.socket.remoteAddress ?? '',
      listenerPort: this.#listener.port(),
      traceId: this.#host.traceIds.next,
      authority: target.authority,
    });
    new Forward({
      ...exchange,
      group,
      counts: this.#listener.counts,
      path: target.originForm,
      headers,
      groupCookie: cookie,
      idleTimeoutMs: this.#idleTimeoutMs,
      clock: this.#host.clock,
      closing: this.#listener.closing,
    }).start();
  }

  /** An error of the balancer's own. */
  #refuse(response: ServerResponse, statusCode: 400 | 405 | 503, close: boolean): void {
    this.#listener.counts.error(statusCode);
    answer(response, statusCode, { close });
  }

  #chooseGroup(
    ruleArn: string,
    action: ForwardAction,
    request: IncomingMessage,
  ): { readonly arn: string | undefined; readonly cookie?: string | undefined } {
    const [only] = action.targetGroups;
    if (action.targetGroups.length === 1 && only !== undefined && !action.stickiness.enabled)
      return { arn: only.weight > 0 ? only.arn : undefined };
    const of = JSON.stringify(action.targetGroups);
    const known = this.#credits.get(ruleArn);
    const credits = known?.of === of ? known.credits : [];
    const choice = chooseGroup(action, request.headers.cookie, credits, this.#host.clock.now());
    this.#credits.set(ruleArn, { of, credits: choice.credits });
    return choice;
  }
}

function hostOf(request: IncomingMessage, target: RequestTarget): string {
  return target.authority ?? request.headers.host ?? '';
}

/** undici takes whole milliseconds only. */
function idleTimeoutMs(config: ListenerConfig): number {
  return Math.ceil(config.idleTimeoutSeconds * 1000);
}
