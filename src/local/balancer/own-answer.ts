/** The answers that the balancer gives itself. */
import { STATUS_CODES, type ServerResponse } from 'node:http';

/** ALB's names for statuses where they differ from Node's. */
const TITLES: Readonly<Record<number, string>> = {
  408: 'Request Time-out',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The page that says a status, such as `503 Service Temporarily Unavailable`. */
export function statusPage(statusCode: number): string {
  const title = `${statusCode} ${TITLES[statusCode] ?? STATUS_CODES[statusCode] ?? ''}`.trimEnd();
  return (
    `<html>\r\n<head><title>${title}</title></head>\r\n` +
    `<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
  );
}

/** What `answer` says besides the status. */
export interface AnswerOptions {
  /** Ask the client to close the connection. */
  readonly close?: boolean;
  /** Names and values by turns. */
  readonly extraHeaders?: readonly string[];
  /** Instead of the status page. */
  readonly content?: { readonly type: string; readonly body: string };
}

/** Answers from the balancer itself. The connection is closed when the request's body has not come in whole. */
export function answer(
  response: ServerResponse,
  statusCode: number,
  options: AnswerOptions = {},
): void {
  const { type, body } = options.content ?? { type: 'text/html', body: statusPage(statusCode) };
  const headers = ['Server', 'fairlead', 'Content-Length', String(Buffer.byteLength(body))];
  if (type !== '') headers.push('Content-Type', type);
  if (options.close === true || !response.req.complete) headers.push('Connection', 'close');
  response.writeHead(statusCode, [...headers, ...(options.extraHeaders ?? [])]);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** The same for a connection on which no request could be read: a whole message, after which it is closed. */
export function bareAnswer(statusCode: number): string {
  const body = statusPage(statusCode);
  return (
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\nServer: fairlead\r\n` +
    `Content-Type: text/html\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
