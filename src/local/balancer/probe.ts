/** One health check of one target, over HTTP, HTTPS or TCP. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { unreachable } from '../../base/errors.ts';
import { codeMatcher } from './code-matcher.ts';
import type { HealthCheckConfig, TargetConfig } from './data-plane.ts';
import { CHECK_FAILED, CHECK_TIMED_OUT, checkMismatch, type ProbeResult } from './target-health.ts';

/** A check under way. */
export interface Probe {
  readonly result: Promise<ProbeResult>;
  /** Drops the connection; the result is then of no use. */
  cancel(): void;
}

/** What a probe opens; it is destroyed when the time is over. */
interface Opened {
  destroy(): unknown;
}

/**
 * Starts a check at `address`, which has the health check's port. Certificates are not looked at, as ALB does not. A target
 * without an address fails at once.
 */
export function startProbe(
  address: TargetConfig['address'],
  config: HealthCheckConfig,
  clock: Clock,
): Probe {
  if (address === undefined)
    return { result: Promise.resolve(CHECK_FAILED), cancel: () => undefined };
  const { host, port } = address;
  let opened: Opened | undefined;
  const result = new Promise<ProbeResult>((resolve) => {
    const timer = clock.setTimer(config.timeoutSeconds * 1000, () => {
      resolve(CHECK_TIMED_OUT);
      opened?.destroy();
    });
    // The timer lives as long as the connection: an answer whose body never ends is cut off when the time is over.
    opened = open(host, port, config, resolve, () => timer.cancel());
  });
  return { result, cancel: () => opened?.destroy() };
}

function open(
  host: string,
  port: number,
  config: HealthCheckConfig,
  settle: (result: ProbeResult) => void,
  closed: () => void,
): Opened {
  const end = (): void => {
    settle(CHECK_FAILED);
    closed();
  };
  switch (config.protocol) {
    case 'TCP': {
      const socket = connect({ host, port });
      socket.on('error', () => settle(CHECK_FAILED)).on('close', end);
      socket.on('connect', () => {
        settle({ kind: 'passed' });
        socket.destroy();
      });
      return socket;
    }
    case 'HTTP':
    case 'HTTPS': {
      const healthy = codeMatcher(config.matcher);
      const options = {
        host,
        port,
        path: config.path,
        agent: false,
        headers: { 'User-Agent': 'ELB-HealthChecker/2.0', Accept: '*/*' },
      };
      const request =
        config.protocol === 'HTTP'
          ? httpRequest(options)
          : httpsRequest({ ...options, rejectUnauthorized: false });
      request.on('error', () => settle(CHECK_FAILED)).on('close', end);
      request.on('response', (response) => {
        const code = response.statusCode ?? 0;
        settle(healthy?.(code) === true ? { kind: 'passed' } : checkMismatch(code));
        response.resume().on('error', () => settle(CHECK_FAILED));
      });
      return request.end();
    }
    default:
      return unreachable(config.protocol);
  }
}
