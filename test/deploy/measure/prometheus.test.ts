import { describe, expect, it } from 'vitest';
import type { PrometheusCheck } from '../../../src/deploy/configuration/configuration.ts';
import { measurePrometheus } from '../../../src/deploy/measure/prometheus.ts';
import { accessBy, always, serve } from './http-server.ts';

const check = (url: string, change: Partial<PrometheusCheck> = {}): PrometheusCheck => ({
  ...{ kind: 'prometheus', name: 'slo', onNoData: 'wait', deadlineMs: 1 },
  ...{ moments: ['production'], url, query: 'up', min: 0.99, max: undefined },
  ...change,
});

const success = (resultType: string, result: unknown): string =>
  JSON.stringify({ status: 'success', data: { resultType, result } });
const sample = (value: string) => ({ metric: { job: 'web' }, value: [1_769_025_900.5, value] });

/** What the check makes of this answer. */
async function judge(body: string, status = 200, change: Partial<PrometheusCheck> = {}) {
  const host = await serve(always(status, body));
  const seen = await measurePrometheus(accessBy(), check(`http://${host}`, change));
  return { ...seen, text: seen.text.replace(host, 'HOST') };
}

describe('a check by Prometheus', () => {
  it('asks for the query as it stands, below the path of the URL', async () => {
    const seen: (string | undefined)[] = [];
    const host = await serve((request, response) => {
      seen.push(request.method, request.url);
      response.end(success('scalar', [1, '1']));
    });
    const query = 'sum(rate(http_requests_total{code!~"5.."}[5m])) / sum(rate(a[5m])) + 0 # ü&';
    const url = `http://${host}/prometheus/?tenant=a`;
    expect(await measurePrometheus(accessBy(), check(url, { query }))).toMatchObject({
      ...{ outcome: 'pass', value: 1, limit: 0.99 },
    });
    const asked = new URL(seen[1] ?? '', 'http://x');
    expect([seen[0], asked.pathname]).toEqual(['GET', '/prometheus/api/v1/query']);
    expect(asked.searchParams.get('query')).toBe(query);
    expect(asked.searchParams.get('tenant')).toBe('a');
  });

  it.each([
    ['0.995', 'pass'],
    ['0.99', 'pass'],
    ['0.98', 'fail'],
    ['1e-3', 'fail'],
    ['-1', 'fail'],
  ])('a vector of one sample %s: %s', async (value, outcome) => {
    const seen = await judge(success('vector', [sample(value)]));
    expect(seen).toMatchObject({ outcome, value: Number(value), limit: 0.99 });
  });

  it('a scalar', async () => {
    expect(await judge(success('scalar', [1_769_025_900.5, '7']))).toMatchObject({ value: 7 });
  });
});

describe('no data', () => {
  it.each([
    ['an empty vector', 200, success('vector', []), 'the query gives nothing'],
    [
      'NaN',
      200,
      success('vector', [sample('NaN')]),
      'the query gives NaN: there was nothing to count',
    ],
    [
      'a histogram',
      200,
      success('vector', [{ metric: {}, histogram: [1, { count: '1' }] }]),
      'the query gives no number, but a histogram',
    ],
    ['another server', 404, 'not found', 'http://HOST/api/v1/query answers 404'],
    ['a login page', 302, '', 'http://HOST/api/v1/query answers 302'],
    [
      'a page',
      200,
      '<html>hunter2</html>',
      'http://HOST/api/v1/query does not answer as Prometheus does',
    ],
    [
      'broken JSON',
      200,
      '{"status":',
      'http://HOST/api/v1/query does not answer as Prometheus does',
    ],
    ['JSON of others', 200, '[1]', 'http://HOST/api/v1/query does not answer as Prometheus does'],
    [
      'a query that took too long',
      503,
      JSON.stringify({ status: 'error', errorType: 'timeout', error: 'hunter2' }),
      'http://HOST/api/v1/query answers 503',
    ],
  ])('%s', async (_name, status, body, text) => {
    const seen = await judge(body, status);
    expect(seen).toMatchObject({ outcome: 'no-data', value: undefined, text });
  });

  it('nobody who answers', async () => {
    const host = await serve((request) => request.socket.destroy());
    const url = `http://ann:hunter2@${host}/`;
    const seen = await measurePrometheus(accessBy(), check(url));
    expect(seen.outcome).toBe('no-data');
    expect(seen.text).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/query does not answer: /);
    expect(seen.text).not.toContain('hunter2');
  });
});

describe('a query that cannot decide', () => {
  it.each([
    [
      'several numbers',
      200,
      success('vector', [sample('1'), sample('1'), sample('1')]),
      'the query must give one number, and gives 3',
    ],
    [
      'a range',
      200,
      success('matrix', [{ metric: {}, values: [[1, '1']] }]),
      'the query must give one number, and gives matrix',
    ],
    [
      'a text',
      200,
      success('string', [1, 'x']),
      'the query must give one number, and gives string',
    ],
    [
      'no PromQL',
      400,
      JSON.stringify({
        ...{ status: 'error', errorType: 'bad_data' },
        error: 'invalid parameter "query": 1:4: parse error:\nunexpected end of input',
      }),
      'Prometheus does not understand the query: invalid parameter "query": 1:4: parse error: unexpected end of input',
    ],
  ])('fails with %s, whatever on_no_data says', async (_name, status, body, text) => {
    expect(await judge(body, status)).toMatchObject({ outcome: 'fail', text });
  });

  it.each([
    ['+Inf', { min: undefined, max: 1 }, 'fail'],
    ['+Inf', { min: 1, max: undefined }, 'no-data'],
    ['-Inf', { min: 1, max: undefined }, 'fail'],
    ['-Inf', { min: undefined, max: 1 }, 'no-data'],
  ])(
    'a division by zero never passes: %s held against %j is %s',
    async (value, bounds, outcome) => {
      const seen = await judge(success('vector', [sample(value)]), 200, bounds);
      // Infinity is no number for a record.
      expect(seen).toMatchObject({ outcome, value: undefined });
    },
  );
});
