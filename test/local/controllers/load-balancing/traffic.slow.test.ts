/** The whole of load balancing on real sockets: operations, controller, and the balancer in its thread. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { platform } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { idSource } from '../../../../src/base/ids.ts';
import { seededRandom } from '../../../../src/base/random.ts';
import { WorkerDataPlane } from '../../../../src/local/balancer/worker-data-plane.ts';
import { DataPlanePorts } from '../../../../src/local/controllers/load-balancing/listener-ports.ts';
import { LoadBalancingController } from '../../../../src/local/controllers/load-balancing/load-balancing-controller.ts';
import { canListenOn } from '../../../../src/local/controllers/load-balancing/loopback-hosts.ts';
import { silentLog } from '../../../../src/local/log.ts';
import { memoryJournal } from '../../../../src/local/state/journal.ts';
import { Store } from '../../../../src/local/state/store.ts';
import { forwardTo, refusal, Region } from '../../elbv2/world.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A control plane's load balancing; it ends with the test, or earlier by `stop`. */
async function startRegion(store = new Store(memoryJournal)) {
  const dataPlane = new WorkerDataPlane();
  const ports = new DataPlanePorts(dataPlane, store, canListenOn);
  const world = { store, clock: systemClock, ports, dataPlane, log: silentLog };
  const controller = new LoadBalancingController(world);
  await controller.start();
  const region = new Region({ ...world, ids: idSource(seededRandom(1)) });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    controller.close();
    return (stopped ??= dataPlane.close());
  };
  cleanups.push(stop);
  return { region, store, stop };
}

/** A program that answers with its name. */
async function startApp(name: string): Promise<{ server: Server; port: number }> {
  const server = createServer((_request, response) => response.end(name));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function get(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' });
  return `${response.status} ${await response.text()}`;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function register(region: Region, group: string, port: number): Promise<void> {
  const Targets = [{ Id: '127.0.0.1', Port: port }];
  await region.call('RegisterTargets', { TargetGroupArn: group, Targets });
}

async function states(region: Region, group: string): Promise<string> {
  const answer = await region.call('DescribeTargetHealth', { TargetGroupArn: group });
  return (answer.TargetHealthDescriptions ?? []).map((each) => each.TargetHealth?.State).join();
}

describe('load balancing on this machine', () => {
  it('forwards by rules and weights to healthy targets, moves ports, and lets targets go', async () => {
    const { region } = await startRegion();
    const [blueApp, greenApp] = [await startApp('blue'), await startApp('green')];
    const [blue, green] = [await region.group('blue'), await region.group('green')];
    const port = await freePort();
    const listener = await region.listener(await region.balancer(), port, blue);
    await region.rule(listener, 7);
    await register(region, blue, blueApp.port);
    await register(region, green, greenApp.port);
    await until(async () => (await states(region, blue)) === 'healthy');
    expect(await states(region, green)).toBe('unused');
    const url = `http://127.0.0.1:${port}`;
    expect(await get(url)).toBe('200 blue');
    expect(await get(`${url}/7`)).toBe('404 ');

    const weighted = (blueWeight: number, greenWeight: number) =>
      region.call('ModifyListener', {
        ListenerArn: listener,
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: blue, Weight: blueWeight },
                { TargetGroupArn: green, Weight: greenWeight },
              ],
            },
          },
        ],
      });
    await weighted(1, 1);
    await until(async () => (await states(region, green)) === 'healthy');
    const seen = new Set<string>();
    await until(async () => seen.add(await get(url)).size === 2);
    expect(seen).toEqual(new Set(['200 blue', '200 green']));
    await weighted(0, 1);
    await until(async () => (await get(url)) === '200 green');

    const other = await freePort();
    await region.call('ModifyListener', { ListenerArn: listener, Port: other });
    expect(await get(`http://127.0.0.1:${other}`)).toBe('200 green');
    await expect(get(url)).rejects.toThrow();

    await region.call('DeregisterTargets', {
      TargetGroupArn: green,
      Targets: [{ Id: '127.0.0.1', Port: greenApp.port }],
    });
    await until(async () => (await states(region, green)) === '');
    await until(async () => (await get(`http://127.0.0.1:${other}`)).startsWith('503'));
  });

  it('serves again after a restart, at once and with what was known of the targets', async () => {
    const first = await startRegion();
    const app = await startApp('app');
    const group = await first.region.group('tg');
    const port = await freePort();
    await first.region.listener(await first.region.balancer(), port, group);
    await register(first.region, group, app.port);
    await until(async () => (await states(first.region, group)) === 'healthy');
    await first.stop();
    const second = await startRegion(first.store);
    expect(await states(second.region, group)).toBe('healthy');
    expect(await get(`http://127.0.0.1:${port}`)).toBe('200 app');
  });

  it('refuses a port that another program has, and frees the ports of what is deleted', async () => {
    const { region } = await startRegion();
    const app = await startApp('app');
    const balancer = await region.balancer();
    expect(await refusal(region.listener(balancer, app.port))).toMatch(
      new RegExp(
        `^InvalidConfigurationRequest: Port ${app.port} on 127.0.0.1 is in use by another`,
      ),
    );
    const port = await freePort();
    await region.listener(balancer, port);
    expect(await get(`http://127.0.0.1:${port}`)).toBe('404 ');
    await region.call('DeleteLoadBalancer', { LoadBalancerArn: balancer });
    await region.listener(await region.balancer('again'), port);
    expect(await get(`http://127.0.0.1:${port}`)).toBe('404 ');
  });

  it.runIf(platform() === 'linux')(
    'lets two balancers listen on the same port of two addresses',
    async () => {
      const { region, store } = await startRegion();
      const apps = [await startApp('one'), await startApp('two')];
      const port = await freePort();
      for (const [index, app] of apps.entries()) {
        const group = await region.group(`tg-${index}`);
        const listener = await region.listener(await region.balancer(`lb-${index}`), port);
        await region.call('ModifyListener', {
          ListenerArn: listener,
          DefaultActions: [forwardTo(group)],
        });
        await register(region, group, app.port);
        await until(async () => (await states(region, group)) === 'healthy');
      }
      const hosts = Array.from(store.loadBalancers.values(), (each) => each.dnsName);
      expect(await Promise.all(hosts.map((host) => get(`http://${host}:${port}`)))).toEqual([
        '200 one',
        '200 two',
      ]);
    },
  );
});
