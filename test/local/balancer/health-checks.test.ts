import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { HealthCheckConfig } from '../../../src/local/balancer/data-plane.ts';
import {
  CHECK,
  freePort,
  group,
  startApp,
  startBalancer,
  startTcp,
  target,
  until,
} from './fixtures.ts';

const checks = (overrides: Partial<HealthCheckConfig> = {}) => ({
  healthCheck: { ...CHECK, matcher: '200', ...overrides },
});
const fresh = { health: 'initial' } as const;

describe('health checks', () => {
  it('make a new target healthy with the first one, at once', async () => {
    let seen: { url: string; headers: IncomingHttpHeaders } | undefined;
    const app = await startApp((request, response) => {
      seen = { url: request.url ?? '', headers: request.headers };
      response.end();
    });
    const config = group([target(app.port, fresh)], checks({ intervalSeconds: 300 }));
    const { events } = await startBalancer([config]);
    await until(() => events.length > 0);
    expect(events).toEqual([
      {
        kind: 'target-health',
        targetGroupArn: 'group',
        id: '10.0.0.1',
        port: app.port,
        state: 'healthy',
      },
    ]);
    expect(seen?.url).toBe('/health');
    expect(seen?.headers['user-agent']).toBe('ELB-HealthChecker/2.0');
  });

  it('follow a target down and up again, with the reason', async () => {
    let status = 200;
    const app = await startApp((_request, response) => {
      response.statusCode = status;
      response.end();
    });
    const { events } = await startBalancer([group([target(app.port, fresh)], checks())]);
    await until(() => events.length === 1);
    status = 503;
    await until(() => events.length === 2);
    status = 200;
    await until(() => events.length === 3);
    expect(events).toMatchObject([
      { state: 'healthy' },
      {
        state: 'unhealthy',
        reason: {
          code: 'Target.ResponseCodeMismatch',
          description: 'Health checks failed with these codes: [503]',
        },
      },
      { state: 'healthy' },
    ]);
    expect(events[2]).not.toHaveProperty('reason');
  });

  it('say that nobody answers in time', async () => {
    const port = await startTcp(() => undefined);
    const config = group([target(port, fresh)], checks({ timeoutSeconds: 0.05 }));
    const { events } = await startBalancer([config]);
    await until(() => events.length > 0);
    expect(events).toMatchObject([
      { state: 'unhealthy', reason: { code: 'Target.Timeout', description: 'Request timed out' } },
    ]);
  });

  it('say that the connection is refused, or that nothing listens behind the address', async () => {
    const failed = { code: 'Target.FailedHealthChecks', description: 'Health checks failed' };
    const refusing = await startBalancer([group([target(await freePort(), fresh)], checks())]);
    await until(() => refusing.events.length > 0);
    expect(refusing.events).toMatchObject([{ state: 'unhealthy', reason: failed }]);
    const { address: _, ...absent } = target(80, fresh);
    const nothing = await startBalancer([group([absent], checks())]);
    await until(() => nothing.events.length > 0);
    expect(nothing.events).toMatchObject([{ state: 'unhealthy', reason: failed }]);
  });

  it('look again at once when the target gets an address', async () => {
    const app = await startApp((_request, response) => response.end());
    const { address: _, ...absent } = target(app.port, fresh);
    const slow = checks({ intervalSeconds: 300 });
    const { events, plane } = await startBalancer([group([absent], slow)]);
    plane.putTargetGroup(group([target(app.port, fresh)], slow));
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ state: 'healthy' }]);
  });

  it('over TCP ask for a connection only', async () => {
    const port = await startTcp(() => undefined);
    const config = group([target(port, fresh)], checks({ protocol: 'TCP' }));
    const { events } = await startBalancer([config]);
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ state: 'healthy' }]);
  });

  it('can ask another port than the one that gets requests', async () => {
    const app = await startApp((_request, response) => response.end());
    const health = await startApp((_request, response) => response.end());
    await app.stop();
    const config = group([target(app.port, fresh)], checks({ port: String(health.port) }));
    const { events } = await startBalancer([config]);
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ state: 'healthy' }]);
  });

  it('ask where that other port really is, when it stands for another one on this machine', async () => {
    const app = await startApp((_request, response) => response.end());
    const health = await startApp((_request, response) => response.end());
    await app.stop();
    const healthCheckAddress = { host: '127.0.0.1', port: health.port };
    const config = group(
      [target(app.port, { ...fresh, healthCheckAddress })],
      checks({ port: '9000' }),
    );
    const { events } = await startBalancer([config]);
    await until(() => events.length > 0);
    expect(events).toMatchObject([{ state: 'healthy' }]);
  });

  it('decide who gets requests: only healthy targets, all when there is none', async () => {
    const state = { a: 200, b: 200 };
    const start = (name: 'a' | 'b') =>
      startApp((request, response) => {
        if (request.url === '/health') response.statusCode = state[name];
        response.end(name);
      });
    const [a, b] = await Promise.all([start('a'), start('b')]);
    const targets = [target(a.port, fresh), target(b.port, { ...fresh, id: '10.0.0.2' })];
    const { events, url } = await startBalancer([group(targets, checks())]);
    const asked = async (): Promise<string> => {
      const answers = new Set<string>();
      for (let at = 0; at < 6; at++) answers.add(await (await fetch(url)).text());
      return [...answers].sort().join('');
    };
    await until(() => events.length === 2);
    expect(await asked()).toBe('ab');
    state.a = 500;
    await until(() => events.length === 3);
    expect(await asked()).toBe('b');
    state.b = 500;
    await until(() => events.length === 4);
    expect(await asked()).toBe('ab');
  });

  it('stop with draining and begin anew with a new registration', async () => {
    const asked = { mine: 0, other: 0 };
    const start = (name: 'mine' | 'other') =>
      startApp((_request, response) => {
        asked[name]++;
        response.end();
      });
    const [mine, other] = await Promise.all([start('mine'), start('other')]);
    const beside = target(other.port, { id: '10.0.0.2' });
    const put = (draining: boolean) =>
      group([target(mine.port, { ...fresh, draining }), beside], checks());
    const { events, plane } = await startBalancer([put(false)]);
    await until(() => events.length === 1);
    plane.putTargetGroup(put(true));
    await until(() => events.length === 2);
    const before = { ...asked };
    await until(() => asked.other >= before.other + 4);
    // One that was under way may still arrive.
    expect(asked.mine - before.mine).toBeLessThanOrEqual(1);
    plane.putTargetGroup(put(false));
    await until(() => events.length === 3);
    expect(events.map((event) => event.kind)).toEqual([
      'target-health',
      'target-drained',
      'target-health',
    ]);
  });

  it.each<[Partial<HealthCheckConfig>, string]>([
    [{ matcher: '2xx' }, 'healthCheck.matcher "2xx" is not a list of HTTP codes'],
    [{ path: 'health' }, 'healthCheck.path "health" is not a path'],
    [{ path: '/a b' }, 'healthCheck.path "/a b" is not a path'],
    [{ port: 'http' }, 'healthCheck.port "http" is not traffic-port or a port number'],
  ])('are refused with %j', async (wrong, message) => {
    const { plane } = await startBalancer([]);
    expect(() => plane.putTargetGroup(group([], checks(wrong)))).toThrow(message);
  });
});
