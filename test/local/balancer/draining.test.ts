import { describe, expect, it } from 'vitest';
import { deferred, group, startApp, startBalancer, target, until } from './fixtures.ts';

describe('a draining target', () => {
  it('gets no new request, finishes those in flight, and then is drained, once', async () => {
    const go = deferred();
    const arrived = deferred();
    let late = 0;
    const old = await startApp((request, response) => {
      if (request.url !== '/long') late++;
      arrived.resolve();
      void go.promise.then(() => response.end('old'));
    });
    const fresh = await startApp((_request, response) => response.end('fresh'));
    const first = group([target(old.port)]);
    const { plane, url, events } = await startBalancer([first]);
    const long = fetch(`${url}/long`);
    await arrived.promise;

    const both = group([target(old.port, { draining: true }), target(fresh.port)]);
    plane.putTargetGroup(both);
    for (let at = 0; at < 10; at++) expect(await (await fetch(url)).text()).toBe('fresh');
    plane.putTargetGroup({ ...both });
    expect(events).toEqual([]);

    go.resolve();
    expect(await (await long).text()).toBe('old');
    await until(() => events.length > 0);
    plane.putTargetGroup({ ...both });
    plane.putTargetGroup(group([target(fresh.port)]));
    expect(await (await fetch(url)).text()).toBe('fresh');
    expect(events).toEqual([
      { kind: 'target-drained', targetGroupArn: 'group', id: '10.0.0.1', port: old.port },
    ]);
    expect(late).toBe(0);
  });

  it('with nothing in flight is drained at once, and its kept-alive connections are closed', async () => {
    const app = await startApp((_request, response) => response.end('ok'));
    let open = 0;
    app.server.on('connection', (socket) => {
      open++;
      socket.on('close', () => open--);
    });
    const { plane, url, events } = await startBalancer([group([target(app.port)])]);
    await Promise.all([fetch(url), fetch(url), fetch(url)].map(async (one) => (await one).text()));
    expect(open).toBeGreaterThan(0);
    plane.putTargetGroup(group([target(app.port, { draining: true })]));
    await until(() => open === 0 && events.length === 1);
  });

  it('is drained when its delay passes, and the request that takes longer still gets its answer', async () => {
    const go = deferred();
    const arrived = deferred();
    const app = await startApp((_request, response) => {
      arrived.resolve();
      void go.promise.then(() => response.end('late'));
    });
    const { plane, url, events } = await startBalancer([group([target(app.port)])]);
    const answer = fetch(url);
    await arrived.promise;
    const draining = target(app.port, { draining: true });
    plane.putTargetGroup(group([draining], { deregistrationDelaySeconds: 0.05 }));
    await until(() => events.length > 0);
    go.resolve();
    expect(await (await answer).text()).toBe('late');
    expect(events).toHaveLength(1);
  });

  it('that is registered again gets requests again and is not said to be drained', async () => {
    const go = deferred();
    const arrived = deferred();
    const app = await startApp((request, response) => {
      if (request.url === '/long') {
        arrived.resolve();
        void go.promise.then(() => response.end());
      } else response.end('ok');
    });
    const { plane, url, events } = await startBalancer([group([target(app.port)])]);
    const long = fetch(`${url}/long`);
    await arrived.promise;
    plane.putTargetGroup(group([target(app.port, { draining: true })]));
    plane.putTargetGroup(group([target(app.port)]));
    expect(await (await fetch(url)).text()).toBe('ok');
    go.resolve();
    await (await long).text();
    await plane.statistics();
    expect(events.filter((event) => event.kind === 'target-drained')).toEqual([]);
  });
});

describe('a target that stays while its group is put again', () => {
  it('keeps its connections and its requests in flight', async () => {
    const go = deferred();
    const arrived = deferred();
    let connections = 0;
    const app = await startApp((request, response) => {
      if (request.url === '/long') {
        arrived.resolve();
        void go.promise.then(() => response.end('long'));
      } else response.end('ok');
    });
    app.server.on('connection', () => connections++);
    const { plane, url } = await startBalancer([group([target(app.port)])]);
    const long = fetch(`${url}/long`);
    await arrived.promise;
    for (let at = 0; at < 5; at++) {
      plane.putTargetGroup(group([target(app.port)], { slowStartSeconds: at }));
      expect(await (await fetch(url)).text()).toBe('ok');
    }
    go.resolve();
    expect(await (await long).text()).toBe('long');
    expect(connections).toBe(2);
  });

  it('that now listens elsewhere gets its requests there', async () => {
    const one = await startApp((_request, response) => response.end('one'));
    const two = await startApp((_request, response) => response.end('two'));
    const at = (port: number) => ({
      ...target(80),
      address: { host: '127.0.0.1', port },
    });
    const { plane, url } = await startBalancer([group([at(one.port)])]);
    expect(await (await fetch(url)).text()).toBe('one');
    plane.putTargetGroup(group([at(two.port)]));
    expect(await (await fetch(url)).text()).toBe('two');
  });
});

describe('the choice of a target', () => {
  it('gives the next request to the target with the fewest in flight', async () => {
    const go = deferred();
    const arrived = deferred();
    const busy = await startApp((_request, response) => {
      arrived.resolve();
      void go.promise.then(() => response.end('busy'));
    });
    const idle = await startApp((_request, response) => response.end('idle'));
    const targets = [target(busy.port), target(idle.port, { id: '10.0.0.2' })];
    const config = group(targets, { algorithm: 'least_outstanding_requests' });
    const { url } = await startBalancer([config]);
    const long = fetch(url);
    await arrived.promise;
    for (let at = 0; at < 6; at++) expect(await (await fetch(url)).text()).toBe('idle');
    go.resolve();
    expect(await (await long).text()).toBe('busy');
  });

  it('keeps a client with its cookie on its target, until that one goes', async () => {
    const apps = await Promise.all(
      ['a', 'b', 'c'].map((name) => startApp((_request, response) => response.end(name))),
    );
    const targets = apps.map((app, at) => target(app.port, { id: `10.0.0.${at}` }));
    const stickiness = { enabled: true, durationSeconds: 60 };
    const { url, plane } = await startBalancer([group(targets, { stickiness })]);
    const first = await fetch(url);
    const mine = await first.text();
    let cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(cookie).toMatch(/^AWSALB=/);
    for (let at = 0; at < 5; at++) {
      const answer = await fetch(url, { headers: { cookie } });
      expect(await answer.text()).toBe(mine);
      cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    }
    const without = await Promise.all([1, 2, 3].map(async () => (await fetch(url)).text()));
    expect(new Set(without).size).toBe(3);
    const left = targets.map((one, at) => ({ ...one, draining: 'abc'.charAt(at) === mine }));
    plane.putTargetGroup(group(left, { stickiness }));
    expect(await (await fetch(url, { headers: { cookie } })).text()).not.toBe(mine);
  });
});
