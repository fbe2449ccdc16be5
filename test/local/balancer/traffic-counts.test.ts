import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseTimes } from '../../../src/local/balancer/response-times.ts';
import { freePort, group, listener, startApp, startBalancer, target, until } from './fixtures.ts';

describe('response times', () => {
  it('are counted to three digits, and summed exactly', () => {
    const times = new ResponseTimes();
    for (const ms of [0.1234, 0.1234, 12.344, 12.341, 1234.5]) times.record(ms);
    const { values, counts, sum } = times.counted();
    expect(values).toEqual([0.123, 12.3, 1230]);
    expect(counts).toEqual([2, 2, 1]);
    expect(sum).toBeCloseTo(1259.4318, 6);
  });

  it('are at most half a per cent off, and never many distinct ones', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), (ms) => {
        const times = new ResponseTimes();
        times.record(ms);
        const [value = 0] = times.counted().values;
        expect(Math.abs(value - ms)).toBeLessThanOrEqual(ms * 0.00501);
      }),
    );
    const all = new ResponseTimes();
    for (let ms = 1; ms < 100_000; ms++) all.record(ms);
    expect(all.counted().values.length).toBeLessThan(5_000);
  });
});

describe('a listener', () => {
  it('counts what it forwards by group, what targets answer, and what it answers itself', async () => {
    const app = await startApp((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      response.end();
    });
    const { url, plane } = await startBalancer([group([target(app.port)])]);
    for (const status of [200, 200, 301, 404, 500, 503])
      await fetch(`${url}/${status}`, { redirect: 'manual' });
    plane.removeTargetGroup('group');
    expect((await fetch(url)).status).toBe(503);
    const [statistics] = await plane.statistics();
    expect(statistics).toMatchObject({
      errors: { '503': 1 },
      redirects: 0,
      fixedResponses: 0,
      groups: [
        { requests: 6, targetStatus: { '2xx': 2, '3xx': 1, '4xx': 1, '5xx': 2 }, balancer5xx: 0 },
      ],
    });
    expect(statistics?.openConnections).toBeGreaterThan(0);
  });

  it('counts redirects and fixed responses apart', async () => {
    const { plane } = await startBalancer([]);
    const port = await freePort();
    const action = {
      kind: 'fixed-response',
      statusCode: 503,
      contentType: 'text/plain',
      body: '',
    } as const;
    const rules = [{ arn: 'rule', priority: Infinity, conditions: [], action }];
    await plane.putListener({ ...listener(port), arn: 'fixed', rules });
    await fetch(`http://127.0.0.1:${port}`);
    const statistics = await plane.statistics();
    expect(statistics.find(({ listenerArn }) => listenerArn === 'fixed')).toMatchObject({
      errors: {},
      fixedResponses: 1,
    });
  });

  it('counts a client that leaves before its answer as 460', async () => {
    const app = await startApp(() => undefined);
    const { url, plane } = await startBalancer([group([target(app.port)])]);
    const leaving = new AbortController();
    const asked = fetch(url, { signal: leaving.signal }).catch(() => undefined);
    await until(async () => (await plane.statistics())[0]?.groups[0]?.requests === 1);
    leaving.abort();
    await asked;
    await until(async () => (await plane.statistics())[0]?.errors['460'] === 1);
  });

  it('that is opened anew goes on counting, and is told of once more when it is gone', async () => {
    const app = await startApp((_request, response) => response.end());
    const { url, plane } = await startBalancer([group([target(app.port)])]);
    await fetch(url);
    const port = Number(new URL(url).port);
    await plane.removeListener('listener');
    await plane.putListener(listener(port));
    await fetch(url);
    expect((await plane.statistics())[0]?.groups[0]?.requests).toBe(2);
    await plane.removeListener('listener');
    expect((await plane.statistics())[0]?.groups[0]?.requests).toBe(2);
    await until(async () => (await plane.statistics()).length === 0);
  });
});
