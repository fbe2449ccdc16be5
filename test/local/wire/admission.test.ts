import { describe, expect, it } from 'vitest';
import { admission, ownHosts } from '../../../src/local/wire/admission.ts';

const hosts = ownHosts(4327);
const admit = (headers: Record<string, string>, method = 'POST', url = '/') =>
  admission({ headers: { host: '127.0.0.1:4327', ...headers }, method, url }, hosts)?.fault;

describe('the API port', () => {
  it.each(['127.0.0.1:4327', 'localhost:4327', '[::1]:4327', 'LocalHost:4327'])(
    'answers to its own name %s',
    (host) => expect(admit({ host })).toBeUndefined(),
  );

  it.each([
    'evil.example',
    'evil.example:4327',
    '127.0.0.1',
    '127.0.0.1:80',
    'localhost:43270',
    'localhost.evil:4327',
    '0.0.0.0:4327',
    '',
  ])('refuses to be called %j, as a page with a rebound name would', (host) =>
    expect(admit({ host })).toBe('forbidden'),
  );

  it('refuses a request without a Host header', () => {
    expect(admission({ headers: {}, method: 'POST', url: '/' }, hosts)?.fault).toBe('forbidden');
  });

  it('needs no port in the name on port 80', () => {
    const request = { headers: { host: 'localhost' }, method: 'POST', url: '/' };
    expect(admission(request, ownHosts(80))).toBeUndefined();
  });

  it.each(['http://evil.example', 'http://127.0.0.1:4327', 'null'])(
    'refuses what a web page sends (Origin: %s)',
    (origin) => expect(admit({ origin })).toBe('forbidden'),
  );

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses %s', (method) =>
    expect(admit({}, method)).toBe('method-not-allowed'),
  );

  it.each(['/x', '//', '/service/ecs/operation/ListClusters', '*', 'http://127.0.0.1:4327/'])(
    'serves no path %s',
    (url) => expect(admit({}, 'POST', url)).toBe('unknown-operation'),
  );

  it('tells clients of Smithy RPC v2 that it does not speak it', () => {
    const url = '/service/GraniteServiceVersion20100801/operation/PutMetricData';
    const request = { headers: { host: '127.0.0.1:4327' }, method: 'POST', url };
    expect(admission(request, hosts)?.message).toContain('is a call by Smithy RPC v2');
  });

  it('does not mind a query string', () => {
    expect(admit({}, 'POST', '/?x=1')).toBeUndefined();
  });
});
