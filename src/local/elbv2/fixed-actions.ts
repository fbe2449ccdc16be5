/** Actions that answer by themselves: redirect and fixed-response. */
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalidAction, required, validationError } from './errors.ts';

const CONTENT_TYPES = [
  'text/plain',
  'text/css',
  'text/html',
  'application/javascript',
  'application/json',
];

/**
 * A redirect as it is stored and shown: every part of the URL is there, by default the request's own.
 * @throws AwsError ValidationError, InvalidLoadBalancerAction (it would redirect to itself)
 */
export function checkRedirect(action: Action): Action {
  const config = required(action.RedirectConfig, 'RedirectConfig');
  const redirect = {
    Protocol: config.Protocol ?? '#{protocol}',
    Port: config.Port ?? '#{port}',
    Host: config.Host ?? '#{host}',
    Path: config.Path ?? '/#{path}',
    Query: config.Query ?? '#{query}',
    StatusCode: required(config.StatusCode, 'RedirectConfig.StatusCode'),
  };
  if (!['HTTP', 'HTTPS', '#{protocol}'].includes(redirect.Protocol))
    throw validationError(
      `Redirect protocol '${redirect.Protocol}' must be one of 'HTTP, HTTPS, #{protocol}'`,
    );
  if (redirect.Port !== '#{port}' && !isPort(redirect.Port))
    throw validationError(
      `Redirect port '${redirect.Port}' must be '#{port}' or between '1' and '65535' inclusive`,
    );
  checkLength('Redirect host', redirect.Host, 1, 128);
  checkLength('Redirect path', redirect.Path, 1, 128);
  checkLength('Redirect query', redirect.Query, 0, 128);
  if (!redirect.Path.startsWith('/'))
    throw validationError(`Redirect path '${redirect.Path}' must begin with a '/' character`);
  if (
    redirect.Protocol === '#{protocol}' &&
    redirect.Port === '#{port}' &&
    redirect.Host === '#{host}' &&
    redirect.Path === '/#{path}'
  )
    throw invalidAction(
      'The redirect configuration is not valid because it creates a loop. Change the protocol, the port, the host or the path',
    );
  return { Type: 'redirect', RedirectConfig: redirect };
}

/**
 * A fixed response as it is stored and shown.
 * @throws AwsError ValidationError
 */
export function checkFixedResponse(action: Action): Action {
  const config = required(action.FixedResponseConfig, 'FixedResponseConfig');
  const status = required(config.StatusCode, 'FixedResponseConfig.StatusCode');
  if (!/^[245]\d\d$/.test(status))
    throw validationError(
      `Fixed response status code '${status}' must match '2XX', '4XX' or '5XX'`,
    );
  if (config.ContentType !== undefined && !CONTENT_TYPES.includes(config.ContentType))
    throw validationError(
      `Fixed response content type '${config.ContentType}' must be one of '${CONTENT_TYPES.join(', ')}'`,
    );
  checkLength('Fixed response message body', config.MessageBody ?? '', 0, 1024);
  return {
    Type: 'fixed-response',
    FixedResponseConfig: {
      ...(config.MessageBody !== undefined && { MessageBody: config.MessageBody }),
      StatusCode: status,
      ...(config.ContentType !== undefined && { ContentType: config.ContentType }),
    },
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function checkLength(what: string, text: string, least: number, most: number): void {
  if (text.length < least || text.length > most)
    throw validationError(`${what} must have from '${least}' to '${most}' characters`);
}
