import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import type { DataPlaneEvent, TargetConfig } from '../../../src/local/balancer/data-plane.ts';
import { WorkerDataPlane } from '../../../src/local/balancer/worker-data-plane.ts';
import { versionFromHeader } from '../../../src/load/answer-version.ts';
import { startLoad, type LoadRun } from '../../../src/load/start-load.ts';
import { failures } from '../../../src/load/tally.ts';
import { atEnd, CHECK, freePort, group, listener, startApp, target, until } from './fixtures.ts';

type App = Awaited<ReturnType<typeof startApp>>;

/** A balancer in its thread, some targets of version 1 behind it and a load in front. */
async function startStage(count: number) {
  const plane = new WorkerDataPlane();
  atEnd(() => plane.close());
  const events: DataPlaneEvent[] = [];
  plane.onEvent((event) => events.push(event));
  const targets = new Map<App, TargetConfig>();
  const put = (): void =>
    plane.putTargetGroup(
      group([...targets.values()], { healthCheck: { ...CHECK, intervalSeconds: 0.1 } }),
    );
  const heard = async (kind: 'target-drained' | 'healthy' | 'unhealthy', app: App) =>
    until(() =>
      events.some(
        (event) =>
          event.port === app.port &&
          (event.kind === 'target-health' ? event.state : event.kind) === kind,
      ),
    );
  const add = async (version: string): Promise<App> => {
    const app = await startApp((request, response) => {
      response.setHeader('X-Version', version);
      // Answers take their time, so that some are always in flight.
      if (request.url === '/health') response.end();
      else systemClock.setTimer(15, () => response.end(version));
    });
    targets.set(app, target(app.port, { health: 'initial' }));
    put();
    await heard('healthy', app);
    return app;
  };
  const old = [];
  for (let at = 0; at < count; at++) old.push(await add('1'));
  const port = await freePort();
  await plane.putListener(listener(port));
  const run: LoadRun = startLoad({
    url: `http://127.0.0.1:${port}/`,
    ratePerSecond: 150,
    // A busy machine may be slow; only what is lost counts here.
    timeoutMs: 60_000,
    expectedVersions: ['1', '2'],
    versionOf: versionFromHeader('x-version'),
    clock: systemClock,
  });
  atEnd(async () => {
    await run.stop();
  });
  const sentMore = async (more: number): Promise<void> => {
    const from = run.snapshot().sent;
    await until(() => run.snapshot().sent >= from + more);
  };
  return { plane, targets, put, heard, add, old, run, sentMore };
}

describe('under load', () => {
  it('targets that are drained before they end lose no request, three times over', async () => {
    const { targets, put, heard, add, old, run, sentMore, plane } = await startStage(3);
    let serving = old;
    for (let round = 0; round < 3; round++) {
      const next: App[] = [];
      for (const app of serving) {
        next.push(await add('2'));
        targets.set(app, target(app.port, { draining: true }));
        put();
        await heard('target-drained', app);
        const closed = once(app.server, 'close');
        app.server.close();
        await closed;
        targets.delete(app);
        put();
        await sentMore(20);
      }
      serving = next;
    }
    const report = await run.stop();
    expect(failures(report)).toBe(0);
    expect(report.outcomes.ok).toBe(report.sent);
    expect(report.byVersion['2']).toBeGreaterThan(0);
    expect(await plane.statistics()).toMatchObject([
      { groups: [{ requests: report.sent, balancer5xx: 0 }] },
    ]);
  });

  it('a target that dies unannounced loses requests, each seen and counted, until it is unhealthy', async () => {
    const { heard, old, run, sentMore, plane } = await startStage(3);
    await sentMore(50);
    const [victim] = old;
    if (victim === undefined) throw new Error('there is a first target');
    await victim.stop();
    await heard('unhealthy', victim);
    // What was on its way when the target became unhealthy may still be lost.
    await sentMore(50);
    const lost = run.snapshot().outcomes['5xx'];
    expect(lost).toBeGreaterThan(0);
    await sentMore(100);
    const report = await run.stop();
    expect(report.outcomes['5xx']).toBe(lost);
    expect(failures(report)).toBe(lost);
    expect(await plane.statistics()).toMatchObject([
      { groups: [{ requests: report.sent, balancer5xx: lost }] },
    ]);
  });
});
