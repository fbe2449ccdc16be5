import { describe, expect, it } from 'vitest';
import { redirectLocation } from '../../../src/local/balancer/redirect-location.ts';

const request = { host: 'a.example', port: '8080', protocol: 'http', path: '/old/x', query: 'q=1' };
const keep = {
  kind: 'redirect',
  statusCode: 301,
  protocol: '#{protocol}',
  host: '#{host}',
  port: '#{port}',
  path: '/#{path}',
  query: '#{query}',
} as const;

describe('redirectLocation', () => {
  it('keeps what is not said otherwise', () => {
    expect(redirectLocation(keep, request)).toBe('http://a.example:8080/old/x?q=1');
  });

  it('replaces what is said', () => {
    const action = { ...keep, protocol: 'HTTPS', port: '443', path: '/new/#{path}', query: '' };
    expect(redirectLocation(action, request)).toBe('https://a.example:443/new/old/x');
  });

  it('does not read placeholders in what the request brought', () => {
    const path = '/#{host}';
    expect(redirectLocation(keep, { ...request, path })).toBe('http://a.example:8080/#{host}?q=1');
  });
});
