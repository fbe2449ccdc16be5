/** Who may talk to the API port at all, decided from a request's head (design: DNS rebinding, cross-site posts). */
import type { IncomingMessage } from 'node:http';
import type { FaultKind } from './wire-fault.ts';

/** Why a request is turned away. */
export interface Refusal {
  readonly fault: FaultKind;
  readonly message: string;
}

const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Every Host header by which a server on this port may be called. */
export function ownHosts(port: number): ReadonlySet<string> {
  const hosts = OWN_NAMES.map((name) => `${name}:${port}`);
  return new Set(port === 80 ? [...hosts, ...OWN_NAMES] : hosts);
}

/** Turns away everything but a POST to `/` under the server's own name that no web page sent; undefined lets it in. */
export function admission(
  request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  hosts: ReadonlySet<string>,
): Refusal | undefined {
  const { host, origin } = request.headers;
  if (host === undefined || !(hosts.has(host) || hosts.has(host.toLowerCase())))
    return {
      fault: 'forbidden',
      message:
        `The Host header ${host === undefined ? 'is missing' : `"${host.slice(0, 100)}" is not this server's`}: ` +
        `call it as ${[...hosts].join(', ')}.`,
    };
  if (origin !== undefined)
    return {
      fault: 'forbidden',
      message:
        'Requests from web pages (with an Origin header) are refused. Use an AWS SDK or the AWS CLI.',
    };
  if (request.method !== 'POST')
    return {
      fault: 'method-not-allowed',
      message: `Only POST is served, not ${request.method ?? 'this'}. Use an AWS SDK or the AWS CLI.`,
    };
  const path = (request.url ?? '').split('?', 1).join('');
  if (/^\/service\/[^/]+\/operation\/[^/]+$/.test(path))
    return {
      fault: 'unknown-operation',
      message: `"${path.slice(0, 100)}" is a call by Smithy RPC v2, which this server does not speak. Use a client that speaks awsJson or awsQuery, such as the AWS CLI, boto3 or the AWS SDK for JavaScript.`,
    };
  if (path !== '/')
    return {
      fault: 'unknown-operation',
      message: `"${path.slice(0, 100)}" is no path of this server: the endpoint URL must have no path, and the API must be ECS or another one that posts to "/".`,
    };
  return undefined;
}
