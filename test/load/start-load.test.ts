import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { versionFromHeader } from '../../src/load/answer-version.ts';
import { startLoad, type LoadFailure, type LoadOptions } from '../../src/load/start-load.ts';
import { OUTCOMES } from '../../src/load/outcome.ts';
import { failures, type LoadSnapshot } from '../../src/load/tally.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  handler: RequestListener,
): Promise<{ url: string; readonly stop: () => Promise<void> }> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  cleanups.push(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?q=1`, stop };
}

const options = (url: string, more: Partial<LoadOptions> = {}): LoadOptions => ({
  url,
  ratePerSecond: 500,
  // A busy machine may be slow: only the tests that want time-outs set a short one.
  timeoutMs: 60_000,
  versionOf: versionFromHeader('x-version'),
  clock: systemClock,
  ...more,
});

function start(given: LoadOptions) {
  const run = startLoad(given);
  cleanups.push(() => run.stop());
  return run;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const sum = ({ outcomes }: LoadSnapshot): number =>
  OUTCOMES.reduce((total, outcome) => total + outcomes[outcome], 0);

describe('a load', () => {
  it('counts exactly what a server does that destroys 1 socket in 100 and answers 503 once in 50', async () => {
    const truth = { ok: 0, destroyed: 0, unavailable: 0, received: 0 };
    const { url } = await serve((request, response) => {
      expect(request.url).toBe('/path?q=1');
      truth.received++;
      if (truth.received % 100 === 0) {
        truth.destroyed++;
        request.socket.destroy();
      } else if (truth.received % 50 === 0) {
        truth.unavailable++;
        response.writeHead(503).end();
      } else {
        truth.ok++;
        response.writeHead(200, { 'X-Version': '1' }).end('ok');
      }
    });
    const run = start(options(url, { ratePerSecond: 1000 }));
    await until(() => run.snapshot().sent >= 1000);
    const report = await run.stop();
    expect(report.sent).toBe(truth.received);
    expect(report.outcomes).toEqual({
      ok: truth.ok,
      '4xx': 0,
      '5xx': truth.unavailable,
      refused: 0,
      reset: truth.destroyed,
      timeout: 0,
      'wrong-version': 0,
      error: 0,
    });
    expect(truth.destroyed).toBeGreaterThanOrEqual(10);
    expect(report.byVersion).toEqual({ '1': truth.ok });
    expect(report.unversioned).toBe(truth.unavailable);
    expect(sum(report)).toBe(report.sent);
    expect(failures(report)).toBe(truth.destroyed + truth.unavailable);
  });

  it('adds up at every moment: outcomes and what is in flight are what was sent', async () => {
    let at = 0;
    const { url } = await serve((request, response) => {
      at++;
      if (at % 7 === 0) request.socket.resetAndDestroy();
      else if (at % 5 !== 0) response.writeHead(at % 3 === 0 ? 404 : 200).end();
    });
    const run = start(options(url, { timeoutMs: 100 }));
    for (let look = 0; look < 60; look++) {
      await new Promise((resolve) => setImmediate(resolve));
      const now = run.snapshot();
      expect(sum(now) + now.inFlight).toBe(now.sent);
      await until(() => run.snapshot().sent > look * 3);
    }
    // A busy machine may let whole bursts time out: the load goes on until each kind was seen.
    await until(() => {
      const { timeout, reset, '4xx': refused } = run.snapshot().outcomes;
      return timeout > 0 && reset > 0 && refused > 0;
    });
    const report = await run.stop();
    expect(report.inFlight).toBe(0);
    expect(sum(report)).toBe(report.sent);
    expect(report.outcomes.timeout).toBeGreaterThan(0);
    expect(report.outcomes.reset).toBeGreaterThan(0);
    expect(report.outcomes['4xx']).toBeGreaterThan(0);
  });

  it('counts a version that was not expected, as of when the answer came', async () => {
    let version = '1';
    let expected = ['1'];
    const told: LoadFailure[] = [];
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'X-Version': version }).end();
    });
    const run = start(
      options(url, {
        expectedVersions: () => expected,
        onFailure: (failure) => told.push(failure),
      }),
    );
    await until(() => run.snapshot().outcomes.ok > 5);
    expect(run.snapshot().outcomes['wrong-version']).toBe(0);
    version = '2';
    await until(() => run.snapshot().outcomes['wrong-version'] > 5);
    expected = ['1', '2'];
    const before = run.snapshot().outcomes.ok;
    await until(() => run.snapshot().outcomes.ok > before + 5);
    const report = await run.stop();
    expect(told).toHaveLength(report.outcomes['wrong-version']);
    expect(told[0]).toMatchObject({
      outcome: 'wrong-version',
      status: 200,
      version: '2',
      message: 'answered 200 by version 2',
    });
    expect((report.byVersion['1'] ?? 0) + (report.byVersion['2'] ?? 0)).toBe(report.sent);
  });

  it('counts a server that is not there as refused', async () => {
    const { url, stop } = await serve(() => undefined);
    await stop();
    const told: LoadFailure[] = [];
    const run = start(options(url, { onFailure: (failure) => told.push(failure) }));
    await until(() => told.length > 10);
    const report = await run.stop();
    expect(report.outcomes.refused).toBe(report.sent);
    expect(told[0]?.message).toMatch(/ECONNREFUSED/);
    expect(told[0]).not.toHaveProperty('status');
  });

  it('goes on sending while the server stalls, and the stall is in the latency', async () => {
    const waiting: (() => void)[] = [];
    let stalled = true;
    const { url } = await serve((_request, response) => {
      if (stalled) waiting.push(() => response.end());
      else response.end();
    });
    const run = start(options(url, { ratePerSecond: 200 }));
    await until(() => waiting.length >= 60);
    expect(run.snapshot().inFlight).toBeGreaterThanOrEqual(60);
    stalled = false;
    for (const answer of waiting) answer();
    const report = await run.stop();
    expect(report.outcomes.ok).toBe(report.sent);
    // 60 requests at 200 a second leave during 300 ms; the first of them waited all that time.
    expect(report.latency.maxMs).toBeGreaterThanOrEqual(290);
    expect(report.latency.p99Ms).toBeLessThanOrEqual(report.latency.maxMs);
  });

  it('tells that it was itself held up', async () => {
    const { url } = await serve((_request, response) => response.end());
    const run = start(options(url));
    await until(() => run.snapshot().sent > 5);
    const before = run.snapshot().lateStarts.count;
    const until_ = systemClock.monotonic() + 100;
    while (systemClock.monotonic() < until_);
    await until(() => run.snapshot().lateStarts.count > before + 20);
    const report = await run.stop();
    expect(report.lateStarts.maxMs).toBeGreaterThan(80);
    expect(report.outcomes.ok).toBe(report.sent);
  });

  it('gives the same report each time it is stopped, and sends nothing after it', async () => {
    let received = 0;
    const { url } = await serve((_request, response) => {
      received++;
      response.end();
    });
    const run = start(options(url));
    await until(() => received > 3);
    const [one, two] = await Promise.all([run.stop(), run.stop()]);
    expect(two).toEqual(one);
    const after = received;
    // 500 would have been due every second meanwhile.
    for (let at = 0; at < 20; at++) await (await fetch(url)).text();
    expect(received).toBe(after + 20);
    expect(run.snapshot()).toEqual(one);
  });

  it.each<[Partial<LoadOptions>, string]>([
    [{ url: 'localhost' }, 'url "localhost" is not an address such as'],
    [{ url: 'ftp://a/' }, 'url "ftp://a/" is not an address such as'],
    [{ ratePerSecond: 0 }, 'ratePerSecond 0 is not a rate'],
    [{ ratePerSecond: Number.NaN }, 'ratePerSecond NaN is not a rate'],
    [{ timeoutMs: -1 }, 'timeoutMs -1 is not a number of milliseconds'],
  ])('is refused with %j', (wrong, message) => {
    expect(() => startLoad(options('http://127.0.0.1:1/', wrong))).toThrow(message);
  });
});
